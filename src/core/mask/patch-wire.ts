import { SlicebenchError } from "../errors";
import type { MaskPatch } from "./patch";

/** What an edit changed on one frame of a series. */
export interface FramePatch {
  frame: number;
  patch: MaskPatch;
}

/** Frame, row, column, rows, columns, length of the runs. */
const numbersAPatch = 6;
const mostPatches = 100_000;

/**
 * An edit as bytes, for the wire and the workspace: how many patches there are, six numbers for each, then their runs
 * one after the other; numbers are unsigned 32-bit, little-endian.
 */
export function encodePatches(patches: readonly FramePatch[]): Uint8Array {
  const headerLength = 4 * (1 + numbersAPatch * patches.length);
  const runsLength = patches.reduce((sum, { patch }) => sum + patch.runs.length, 0);
  const bytes = new Uint8Array(headerLength + runsLength);
  const view = new DataView(bytes.buffer);
  let place = 0;
  const put = (number: number) => {
    view.setUint32(place, number, true);
    place += 4;
  };
  put(patches.length);
  for (const { frame, patch } of patches) {
    const { row, column, rows, columns, runs } = patch;
    [frame, row, column, rows, columns, runs.length].forEach(put);
  }
  for (const { patch } of patches) {
    bytes.set(patch.runs, place);
    place += patch.runs.length;
  }
  return bytes;
}

/** Reads what encodePatches wrote, from anywhere: throws PATCH_INVALID where lengths do not add up. */
export function decodePatches(bytes: Uint8Array): FramePatch[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  const headerLength = 4 * (1 + numbersAPatch * count);
  if (count === 0 || count > mostPatches || headerLength > bytes.length) throw invalidEdit();
  let place = headerLength;
  const patches = Array.from({ length: count }, (_, index): FramePatch => {
    const start = 4 * (1 + numbersAPatch * index);
    const numbers = Array.from({ length: numbersAPatch }, (_, at) => view.getUint32(start + 4 * at, true));
    const [frame, row, column, rows, columns, length] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (place + length > bytes.length) throw invalidEdit();
    const runs = bytes.slice(place, place + length);
    place += length;
    return { frame, patch: { row, column, rows, columns, runs } };
  });
  if (place !== bytes.length) throw invalidEdit();
  return patches;
}

function invalidEdit(): SlicebenchError {
  return new SlicebenchError("PATCH_INVALID", "The edit's lengths do not add up.");
}
