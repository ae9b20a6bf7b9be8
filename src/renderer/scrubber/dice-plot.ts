import type { LayerView, RunView, SeriesComparison } from "../../host/contract";

/** One layer's Dice along the slices; null where it has none. */
export interface DiceLine {
  layerId: string;
  colour: string;
  values: readonly (number | null)[];
}

export interface DicePlot {
  lines: readonly DiceLine[];
  /** Disagreement by slice, 0 to 1; null where fewer than two layers have a label map. */
  disagreement: readonly (number | null)[];
  /** Lower end of the Dice axis; the upper is 1. */
  low: number;
}

/** Axis ends go by fifths, so that no point is off the axis and the axis does not fidget. */
function lowerEnd(lines: readonly DiceLine[]): number {
  const values = lines.flatMap(({ values: own }) => own).filter((value) => value !== null);
  const least = Math.min(0.8, ...values);
  return Math.max(0, Math.floor(least * 5) / 5);
}

/** What the plot under the viewports draws of a series of `count` slices. */
export function dicePlot(
  comparison: SeriesComparison | undefined,
  layers: readonly LayerView[],
  count: number,
): DicePlot {
  const nothing = () => Array.from({ length: count }, (): number | null => null);
  const lines = layers.flatMap((layer): DiceLine[] => {
    if (layer.id === comparison?.referenceLayerId) return [];
    const values = nothing();
    const own = comparison?.frames.filter(({ layerId }) => layerId === layer.id) ?? [];
    for (const { frame, dice } of own) if (frame < count) values[frame] = dice.value;
    const { id: layerId, colour } = layer;
    return values.some((value) => value !== null) ? [{ layerId, colour, values }] : [];
  });
  const disagreement = nothing();
  for (const { frame, value } of comparison?.disagreement ?? []) {
    if (frame < count) disagreement[frame] = value;
  }
  return { lines, disagreement, low: lowerEnd(lines) };
}

/** An SVG path through the values, interrupted where there are none; one slice is one unit wide. */
export function linePath(values: readonly (number | null)[], y: (value: number) => number): string {
  let pen: "M" | "L" = "M";
  const parts: string[] = [];
  values.forEach((value, at) => {
    if (value === null) {
      pen = "M";
      return;
    }
    parts.push(`${pen}${at + 0.5} ${y(value).toFixed(2)}`);
    // A point between two gaps is a dash as wide as half a slice, or nobody would see it.
    const alone = pen === "M" && (values[at + 1] ?? null) === null;
    if (alone) parts.push("m-0.25 0h0.5");
    pen = "L";
  });
  return parts.join("");
}

/** Slices that a layer still lacks, and why. */
export interface Unfinished {
  layerId: string;
  state: "to come" | "stopped";
  frames: readonly number[];
}

/** What runs over the whole series have not delivered. A run of single slices owes nothing. */
export function unfinishedLayers(
  layers: readonly LayerView[],
  runs: readonly RunView[],
  count: number,
): Unfinished[] {
  return layers.flatMap((layer): Unfinished[] => {
    const { origin } = layer;
    const run = origin.kind === "model" ? runs.find(({ id }) => id === origin.runId) : undefined;
    if (!run || run.state === "done" || run.framesTotal < count) return [];
    const done = new Set(layer.frames);
    const frames = Array.from({ length: count }, (_, frame) => frame).filter((frame) => !done.has(frame));
    const isComing = run.state === "running" || run.state === "waiting";
    return frames.length === 0
      ? []
      : [{ layerId: layer.id, state: isComing ? "to come" : "stopped", frames }];
  });
}

/** Neighbouring indices as spans: `[3, 4, 5, 9]` is 3 to 5 and 9 to 9. */
export function spansOf(indices: readonly number[]): { first: number; last: number }[] {
  const spans: { first: number; last: number }[] = [];
  for (const index of [...new Set(indices)].sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span && index === span.last + 1) span.last = index;
    else spans.push({ first: index, last: index });
  }
  return spans;
}

/** Every how many slices the axis is numbered, so that numbers of `labelWidth` do not touch. */
export function tickStep(count: number, width: number, labelWidth = 26): number {
  const fitting = Math.max(1, Math.floor(width / labelWidth));
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
  return steps.find((step) => count / step <= fitting) ?? count;
}
