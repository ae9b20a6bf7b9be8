import { SlicebenchError } from "../errors";
import { type ModelCard, parseModelCard } from "../model-card";
import { segmentColour } from "./segment-names";

type Output = ModelCard["output"];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merged(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  // A rule of another kind replaces the old one whole: their fields do not mix.
  if (change.kind !== undefined && change.kind !== base.kind) return change;
  const entries = Object.entries(change).map(([key, value]) => [key, merged(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(entries) };
}

/**
 * A card with some fields replaced, as far down as the change goes.
 * @param text a part of a model.json
 * @throws MODEL_CARD_INVALID that names every field which does not fit
 */
export function changeCard(card: ModelCard, text: string, file: string): ModelCard {
  let change: unknown;
  try {
    change = JSON.parse(text);
  } catch (cause) {
    throw new SlicebenchError("MODEL_CARD_INVALID", "The model card is not valid JSON.", { file, cause });
  }
  return parseModelCard(JSON.stringify(merged(card, change)), file);
}

/**
 * Gives the segments names, in order; a background that comes first is left out.
 * @throws MODEL_SEGMENTS where there are more or fewer names than segments
 */
export function nameOutput(output: Output, labels: readonly string[]): Output {
  const { segments, activation } = output;
  const hasBackground = activation !== "sigmoid" && labels.length === segments.length + 1;
  const names = hasBackground ? labels.slice(1) : labels;
  if (names.length !== segments.length) {
    throw new SlicebenchError(
      "MODEL_SEGMENTS",
      `The network tells ${segments.length} segment${segments.length === 1 ? "" : "s"} apart, ${labels.length} names were given.`,
      { hint: "Name each segment once, in the order of the output's channels." },
    );
  }
  return { ...output, segments: segments.map((segment, i) => ({ ...segment, label: names[i]! })) };
}
/**
 * The same output, understood in another way: softmax has a background channel that sigmoid has not, so the
 * number of segments changes with it.
 */
export function understandOutput(
  output: Output,
  { activation, activated }: { activation: "softmax" | "sigmoid"; activated: boolean },
): Output {
  const channels = output.segments.length + (output.activation === "softmax" ? 1 : 0);
  const count = activation === "softmax" ? channels - 1 : channels;
  const segments = Array.from(
    { length: count },
    (_, index) =>
      output.segments[index] ?? {
        value: index + 1,
        label: `Segment ${index + 1}`,
        colour: segmentColour(index),
      },
  );
  return { ...output, activation, activated, segments };
}
