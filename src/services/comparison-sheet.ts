import { join } from "node:path";
import type { LabelMap } from "../core/mask/label-map";
import { openImage } from "../formats/open";
import type { ComparisonCase, ComparisonRecord } from "./comparison-record";
import {
  differenceColours,
  drawContactSheet,
  layerColours,
  type SheetCell,
  type SheetRow,
} from "./contact-sheet";
import type { InputFrame, ScannedInputs } from "./inputs";
import { readLabelMap } from "./label-map-files";
import { relativeInput } from "./output-names";

/** A sheet that one sees at a glance. */
const mostRows = 8;
const letters = ["A", "B", "C", "D"] as const;

/**
 * The contact sheet of a comparison: slice, each model's mask, and the difference between the first two, for
 * the frames on which the models disagree most.
 * @returns a PNG
 */
export async function drawComparisonSheet(
  batch: { inputs: ScannedInputs; out: string },
  { models, cases }: Pick<ComparisonRecord, "models" | "cases">,
): Promise<Uint8Array> {
  const shown = models.slice(0, letters.length);
  const frames = new Map<string, InputFrame>();
  for (const series of batch.inputs.series) {
    for (const frame of series.frames) frames.set(`${relativeInput(frame)}/${frame.frame}`, frame);
  }
  const disputed = [...cases]
    .sort((a, b) => (b.disagreement ?? 0) - (a.disagreement ?? 0))
    .slice(0, mostRows);
  const rows = await Promise.all(
    disputed.map((each) => {
      const frame = frames.get(`${each.input}/${each.frame}`)!;
      return sheetRow(each, frame, { out: batch.out, models: shown.map(({ id }) => id) });
    }),
  );
  const [a, b] = letters;
  return drawContactSheet({
    title: shown.length > 1 ? "Where the models disagree most" : (shown[0]?.name ?? ""),
    columns: [
      { title: "Slice" },
      ...shown.map(({ name }, index) => ({
        title: name,
        badge: { letter: letters[index]!, colour: layerColours[index]! },
      })),
      ...(shown.length > 1 ? [{ title: `Difference ${a} to ${b}` }] : []),
    ],
    rows,
    legend:
      shown.length > 1
        ? [
            { colour: differenceColours.agreed, meaning: "both" },
            { colour: differenceColours.tooMuch, meaning: `${a} alone` },
            { colour: differenceColours.missed, meaning: `${b} alone` },
          ]
        : [],
    note: `${rows.length} of ${cases.length} frames. Demonstration, not for clinical use.`,
  });
}

async function sheetRow(
  each: ComparisonCase,
  frame: InputFrame,
  { out, models }: { out: string; models: readonly string[] },
): Promise<SheetRow> {
  const picture = await (await openImage(frame.file)).readFrame(frame.frame);
  const maps: (LabelMap | undefined)[] = await Promise.all(
    models.map(async (model) => {
      const result = each.results.find((one) => one.model === model);
      return result === undefined ? undefined : readLabelMap(join(out, result.output));
    }),
  );
  const cells = maps.map((labelMap, index): SheetCell => {
    const result = each.results.find(({ model }) => model === models[index]);
    const dices = Object.values(result?.segments ?? {}).flatMap(({ dice }) => dice.value ?? []);
    const dice = dices.length === 0 ? undefined : dices.reduce((a, b) => a + b, 0) / dices.length;
    return labelMap === undefined
      ? { kind: "picture" }
      : {
          kind: "layer",
          labelMap,
          colour: layerColours[index]!,
          caption: dice === undefined ? "" : `Dice ${dice.toFixed(3)}`,
        };
  });
  const [first, second] = maps;
  const difference: SheetCell[] =
    models.length < 2
      ? []
      : first === undefined || second === undefined
        ? [{ kind: "picture" }]
        : [
            {
              kind: "difference",
              layer: first,
              against: second,
              caption: `${((each.disagreement ?? 0) * 100).toFixed(1)} % apart`,
            },
          ];
  const caption = each.frame > 0 ? `${each.input}, frame ${each.frame + 1}` : each.input;
  return { caption, frame: picture, cells: [{ kind: "picture" }, ...cells, ...difference] };
}
