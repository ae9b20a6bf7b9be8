import type { LabelVolume } from "../core/comparison/case-answer";
import { SlicebenchError } from "../core/errors";
import { describeSliceStack } from "../core/image/slice-stack";
import { openImage } from "../formats/open";
import { readLabelMap } from "./label-map-files";

/** A label map or a volume of them, with what its file says of its spacing. */
export interface StoredLabelVolume extends LabelVolume {
  slices: number;
  /** Between rows, between columns, and of a volume between slices. */
  spacingMm?: readonly [row: number, column: number, slice?: number];
}

/**
 * Reads label maps from a PNG (one), or from NIfTI and whatever else holds whole numbers from 0 to 255.
 * @throws LABEL_MAP_UNREADABLE, and what opening an image throws
 */
export async function readLabelVolume(file: string): Promise<StoredLabelVolume> {
  if (/\.png$/i.test(file)) return { slices: 1, ...(await readLabelMap(file)) };
  const image = await openImage(file);
  const { rows, columns } = image.header;
  const values = new Uint8Array(image.frameCount * rows * columns);
  for (let frame = 0; frame < image.frameCount; frame++) {
    const { pixels } = await image.readFrame(frame);
    pixels.forEach((value, i) => {
      if (!Number.isInteger(value) || value < 0 || value > 255) {
        throw new SlicebenchError("LABEL_MAP_UNREADABLE", `The file is no label map: it holds ${value}.`, {
          file,
          hint: "Labels are whole numbers from 0 to 255.",
        });
      }
      values[frame * rows * columns + i] = value;
    });
  }
  const geometries = Array.from({ length: image.frameCount }, (_, frame) => image.geometry(frame));
  const inPlane = geometries[0]?.spacingMm;
  const between = describeSliceStack(geometries).spacingMm;
  const spacing = inPlane && (image.frameCount === 1 ? inPlane : between && ([...inPlane, between] as const));
  return { slices: image.frameCount, rows, columns, values, ...(spacing && { spacingMm: spacing }) };
}
