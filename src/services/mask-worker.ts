import { deflateRawSync, inflateRawSync } from "node:zlib";
import { patchBetween } from "../core/mask/patch";
import type { FramePatch } from "../core/mask/patch-wire";
import { type SegmentWork, type WorkedSlice, workOnSlices } from "../core/mask/segment-work";
import type { DeflatedLabelMap } from "../workspace/layers";

/** One slice to work on; without a label map it is blank. */
export interface WorkSlice {
  frame: number;
  rows: number;
  columns: number;
  spacing: [row: number, column: number];
  deflated?: Uint8Array;
  /** Of the other layer; there is one on every slice where the work needs one. */
  other?: { deflated?: Uint8Array };
}

export interface WorkRequest {
  slices: WorkSlice[];
  work: SegmentWork;
}

/** What changed, as an edit and as what the label maps became. */
export interface WorkDone {
  patches: FramePatch[];
  labelMaps: DeflatedLabelMap[];
}

/**
 * Works on a layer's label maps in a worker thread: a series in 3D takes seconds, and neither the window nor the host
 * may wait for it. They come and go as they lie in the workspace, so that few bytes cross.
 */
export default function workOnLayer({ slices, work }: WorkRequest): WorkDone {
  const worked = slices.map(({ deflated, other, ...slice }): WorkedSlice => {
    const size = slice.rows * slice.columns;
    return {
      ...slice,
      values: inflate(deflated, size),
      ...(other && { other: inflate(other.deflated, size) }),
    };
  });
  workOnSlices(worked, work);
  const done: WorkDone = { patches: [], labelMaps: [] };
  worked.forEach(({ frame, rows, columns, values }, index) => {
    const before = { rows, columns, values: inflate(slices[index]!.deflated, values.length) };
    const patch = patchBetween(before, { rows, columns, values });
    if (patch === undefined) return;
    done.patches.push({ frame, patch });
    done.labelMaps.push({ frame, rows, columns, deflated: deflateRawSync(values, { level: 1 }) });
  });
  return done;
}

function inflate(deflated: Uint8Array | undefined, size: number): Uint8Array {
  return deflated === undefined
    ? new Uint8Array(size)
    : Uint8Array.from(inflateRawSync(deflated, { maxOutputLength: size }));
}
