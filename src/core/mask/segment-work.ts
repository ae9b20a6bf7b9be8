import { labelComponents } from "./components";
import { fillBetween } from "./fill-between";
import { combineMasks, reshapeMask, type Combination, type Reshaping } from "./reshape";
import { maskOfSegment, writeSegment, writeSegments } from "./write-segment";

/** One slice of a layer that is worked on, and the same slice of another layer where the work needs one. */
export interface WorkedSlice {
  frame: number;
  rows: number;
  columns: number;
  /** Between rows, between columns, in the unit of the work's distances. */
  spacing: readonly [row: number, column: number];
  /** rows x columns; the work changes it in place. */
  values: Uint8Array;
  other?: Uint8Array;
}

/** What is done to a layer's label maps. `overwrites` is 256 long: 1 where pixels of a value may give way. */
export type SegmentWork =
  /** In 3D where the slices are a volume with `sliceSpacing`, else on each slice for itself. */
  | { kind: "reshape"; value: number; overwrites: Uint8Array; reshaping: Reshaping; sliceSpacing?: number }
  | { kind: "combine"; value: number; overwrites: Uint8Array; how: Combination; other: number }
  /** `places` of the slices along the stack; `around` a frame. */
  | {
      kind: "fill-between";
      value: number;
      overwrites: Uint8Array;
      places: readonly number[];
      around?: number;
    }
  /** From the first slice to the second. */
  | { kind: "copy"; value: number; overwrites: Uint8Array }
  /** The other layer's segments become ours: from their values to ours. */
  | { kind: "accept"; overwrites: Uint8Array; ours: ReadonlyMap<number, number> }
  /** The other layer's component at a pixel is added to a segment. */
  | { kind: "accept-component"; value: number; overwrites: Uint8Array; at: { row: number; column: number } }
  | { kind: "replace"; from: number; to: number };

/** Works on label maps in place: slices in ascending order, of one size where they are a volume. */
export function workOnSlices(slices: readonly WorkedSlice[], work: SegmentWork): void {
  switch (work.kind) {
    case "reshape":
      reshapeSlices(slices, work);
      break;
    case "combine":
      for (const { values, other } of slices) {
        const [mask, second] = [
          maskOfSegment(values, work.value),
          maskOfSegment(other ?? values, work.other),
        ];
        // What it takes from another segment of its own layer gives way, as that is what was asked for.
        const overwrites = work.overwrites.slice();
        if (other === undefined) overwrites[work.other] = 1;
        writeSegment(values, combineMasks(mask, second, work.how), { value: work.value, overwrites });
      }
      break;
    case "fill-between":
      fillSlices(slices, work);
      break;
    case "copy":
      writeSegment(slices[1]!.values, maskOfSegment(slices[0]!.values, work.value), work);
      break;
    case "accept":
      for (const { values, other } of slices) if (other !== undefined) writeSegments(values, other, work);
      break;
    case "accept-component":
      for (const slice of slices) acceptComponent(slice, work);
      break;
    case "replace":
      for (const { values } of slices)
        values.forEach((value, at) => {
          if (value === work.from) values[at] = work.to;
        });
  }
}

function reshapeSlices(
  slices: readonly WorkedSlice[],
  work: Extract<SegmentWork, { kind: "reshape" }>,
): void {
  const { sliceSpacing, value, reshaping } = work;
  if (sliceSpacing === undefined) {
    for (const { values, rows, columns, spacing } of slices) {
      const grid = { slices: 1, rows, columns, spacing: [1, ...spacing] as const };
      writeSegment(values, reshapeMask(maskOfSegment(values, value), grid, reshaping), work);
    }
    return;
  }
  const { rows, columns, spacing } = slices[0]!;
  const perSlice = rows * columns;
  const mask = new Uint8Array(slices.length * perSlice);
  slices.forEach(({ values }, index) => mask.set(maskOfSegment(values, value), index * perSlice));
  const grid = { slices: slices.length, rows, columns, spacing: [sliceSpacing, ...spacing] as const };
  const reshaped = reshapeMask(mask, grid, reshaping);
  slices.forEach(({ values }, index) =>
    writeSegment(values, reshaped.subarray(index * perSlice, (index + 1) * perSlice), work),
  );
}

function fillSlices(
  slices: readonly WorkedSlice[],
  work: Extract<SegmentWork, { kind: "fill-between" }>,
): void {
  const masks = slices.map(({ values }) => maskOfSegment(values, work.value));
  const around = slices.findIndex(({ frame }) => frame === work.around);
  const filled = fillBetween(masks, slices[0]!, {
    places: work.places,
    ...(work.around !== undefined && { around }),
  });
  for (const [index, mask] of filled) writeSegment(slices[index]!.values, mask, work);
}

function acceptComponent(
  { rows, columns, values, other }: WorkedSlice,
  { value, overwrites, at }: Extract<SegmentWork, { kind: "accept-component" }>,
): void {
  const place = at.row * columns + at.column;
  const their = other?.[place] ?? 0;
  if (other === undefined || their === 0) return;
  const { labels } = labelComponents(maskOfSegment(other, their), { slices: 1, rows, columns });
  const wanted = labels[place]!;
  for (let pixel = 0; pixel < labels.length; pixel++)
    if (labels[pixel] === wanted && overwrites[values[pixel]!] === 1) values[pixel] = value;
}
