import { isDeepStrictEqual } from "node:util";
import type { LabelMap, Segment } from "../core/mask/label-map";
import { openDicom } from "../formats/dicom/open-dicom";
import type { MeasurementGroup } from "../formats/dicom-objects/measurement-group";
import type { FileContent } from "../formats/opened-file";
import { mismatch } from "./verified-file";

/** Whether what was read back is what was to be written. All throw EXPORT_MISMATCH where it is not. */

export function requireSame(expected: readonly LabelMap[], read: readonly LabelMap[]): void {
  if (expected.length !== read.length)
    throw mismatch(`it has ${read.length} label maps, ${expected.length} were written`);
  expected.forEach(({ rows, columns, values }, frame) => {
    const other = read[frame]!;
    if (other.rows !== rows || other.columns !== columns)
      throw mismatch(`label map ${frame + 1} has another size`);
    if (Buffer.compare(values, other.values) === 0) return;
    const differing = values.reduce((count, value, at) => count + (value === other.values[at] ? 0 : 1), 0);
    throw mismatch(`${differing} pixels of label map ${frame + 1} differ`);
  });
}

export async function requireBytes(written: FileContent, bytes: Uint8Array): Promise<void> {
  if (Buffer.compare(written.bytes, bytes) !== 0) throw mismatch("its bytes are others");
  await Promise.resolve();
}

/** Compares the fractions of each segment, frame by frame, in the order in which they were written. */
export async function requireFractions(
  written: FileContent,
  planes: readonly (readonly Uint8Array[])[],
  segments: readonly Segment[],
): Promise<void> {
  const image = openDicom(written);
  if (image.kind !== "image") throw mismatch("it holds no pictures");
  const order = segments
    .map(({ value }, index) => ({ value, index }))
    .sort((a, b) => a.value - b.value)
    .map(({ index }) => index);
  const all = order.flatMap((segment) => planes.map((frame) => frame[segment]!));
  const present = all.filter((plane) => plane.some((value) => value > 0));
  const expected = present.length > 0 ? present : order.map((segment) => planes[0]![segment]!);
  if (image.frameCount !== expected.length) throw mismatch("it has another number of frames");
  for (const [frame, plane] of expected.entries()) {
    const { pixels } = await image.readFrame(frame);
    if (!plane.every((value, at) => value === pixels[at])) throw mismatch(`frame ${frame + 1} differs`);
  }
}

/** Compares every name, identity, coordinate, image, number and unit. */
export function requireGroups(
  expected: readonly MeasurementGroup[],
  read: readonly MeasurementGroup[],
): void {
  if (expected.length !== read.length)
    throw mismatch(`it has ${read.length} groups of measurements, ${expected.length} were written`);
  expected.forEach((group, at) => {
    if (!isDeepStrictEqual(group, read[at]))
      throw mismatch(`the measurements of "${group.trackingIdentifier}" differ`);
  });
}
