import { SlicebenchError } from "../errors";
import type { LabelMap } from "./label-map";
import { clippedTo, type PixelRectangle, wholeOf } from "./rectangle";

/**
 * What an edit changed on one frame: a rectangle, and in it, row by row, runs of equal (before, after) pairs. It
 * holds both sides, so the same patch does the edit and takes it back.
 */
export interface MaskPatch extends PixelRectangle {
  /** A run is its length as a LEB128 number, the value before and the value after. */
  runs: Uint8Array;
}

export type PatchDirection = "apply" | "revert";

/**
 * The difference between two label maps of one size.
 * @param within where the two can differ at all; all of the frame unless given
 * @returns undefined where they are alike; else the smallest rectangle that holds every changed pixel
 */
export function patchBetween(
  before: LabelMap,
  after: LabelMap,
  within: PixelRectangle = wholeOf(before),
): MaskPatch | undefined {
  const area = clippedTo(within, before);
  const changed = area && changedRectangle(before, after, area);
  if (changed === undefined) return undefined;
  const bytes: number[] = [];
  let length = 0;
  let old = 0;
  let now = 0;
  const flush = () => {
    if (length === 0) return;
    let rest = length;
    for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest, old, now);
  };
  forEachPixel(changed, before.columns, (at) => {
    if (length > 0 && before.values[at] === old && after.values[at] === now) {
      length++;
      return;
    }
    flush();
    length = 1;
    old = before.values[at]!;
    now = after.values[at]!;
  });
  flush();
  return { ...changed, runs: Uint8Array.from(bytes) };
}

function changedRectangle(
  before: LabelMap,
  after: LabelMap,
  { row, column, rows, columns }: PixelRectangle,
): PixelRectangle | undefined {
  let top = -1;
  let bottom = -1;
  let left = Infinity;
  let right = -1;
  for (let y = row; y < row + rows; y++) {
    const start = y * before.columns;
    let first = column;
    while (first < column + columns && before.values[start + first] === after.values[start + first]) first++;
    if (first === column + columns) continue;
    let last = column + columns - 1;
    while (before.values[start + last] === after.values[start + last]) last--;
    if (top < 0) top = y;
    bottom = y;
    left = Math.min(left, first);
    right = Math.max(right, last);
  }
  if (top < 0) return undefined;
  return { row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
}

function forEachPixel(
  { row, column, rows, columns }: PixelRectangle,
  stride: number,
  visit: (at: number) => void,
): void {
  for (let y = row; y < row + rows; y++) {
    const start = y * stride + column;
    for (let at = start; at < start + columns; at++) visit(at);
  }
}

/**
 * Does an edit, or takes it back, on the label map itself.
 * @throws PATCH_INVALID where the patch lies outside or its runs do not fill its rectangle, PATCH_CONFLICT where
 * the label map does not hold what the edit started from; the label map is then unchanged
 */
export function applyPatch(labelMap: LabelMap, patch: MaskPatch, direction: PatchDirection): void {
  const spans = readRuns(patch, labelMap);
  const [from, to] = direction === "apply" ? (["before", "after"] as const) : (["after", "before"] as const);
  // All is looked at before anything is written, so that an edit is done whole or not at all.
  walkSpans(spans, patch, labelMap.columns, (at, span) => {
    if (labelMap.values[at] !== span[from])
      throw new SlicebenchError("PATCH_CONFLICT", "The mask is not the one that this edit was made on.", {
        hint: "Load the layer again: another window may have changed it.",
      });
  });
  walkSpans(spans, patch, labelMap.columns, (at, span) => {
    labelMap.values[at] = span[to];
  });
}

/** How many pixels a patch changes. */
export function changedPixels(patch: MaskPatch): number {
  let changed = 0;
  for (const { length, before, after } of readRuns(patch)) if (before !== after) changed += length;
  return changed;
}

interface Span {
  length: number;
  before: number;
  after: number;
}

function walkSpans(
  spans: readonly Span[],
  patch: PixelRectangle,
  stride: number,
  visit: (at: number, span: Span) => void,
): void {
  let index = 0;
  let left = spans[0]!.length;
  forEachPixel(patch, stride, (at) => {
    if (left === 0) left = spans[++index]!.length;
    visit(at, spans[index]!);
    left--;
  });
}

/** Reads the runs of a patch that may come from anywhere. */
function readRuns(patch: MaskPatch, grid?: { rows: number; columns: number }): Span[] {
  const { row, column, rows, columns, runs } = patch;
  const isWhole = [row, column, rows, columns].every((each) => Number.isSafeInteger(each) && each >= 0);
  const isInside = !grid || (row + rows <= grid.rows && column + columns <= grid.columns);
  if (!isWhole || rows === 0 || columns === 0 || !isInside) throw invalidPatch("lies outside its frame");
  const spans: Span[] = [];
  let filled = 0;
  for (let at = 0; at < runs.length;) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = runs[at++];
      if (byte === undefined || shift > 28) throw invalidPatch("has a run that does not end");
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const before = runs[at++];
    const after = runs[at++];
    if (before === undefined || after === undefined) throw invalidPatch("ends within a run");
    if (length === 0) throw invalidPatch("has an empty run");
    filled += length;
    spans.push({ length, before, after });
  }
  if (filled !== rows * columns) throw invalidPatch("does not fill its rectangle");
  return spans;
}

function invalidPatch(what: string): SlicebenchError {
  return new SlicebenchError("PATCH_INVALID", `An edit of a mask ${what}.`);
}
