import { modalityValue } from "../../core/image/display";
import type { Frame, PixelArray } from "../../core/image/frame";
import { reformatSlice, reformattedGeometry, type PlaneStack } from "../../core/image/reformat";
import type { LabelMap } from "../../core/mask/label-map";

/** A reformatted slice, and how much of the volume it could be made from so far. */
export interface ReformattedFrame {
  frame: Frame;
  loaded: number;
  total: number;
}

type PixelArrayConstructor = new (length: number) => PixelArray;

function emptyLike(pixels: PixelArray, length: number): PixelArray {
  return new (pixels.constructor as PixelArrayConstructor)(length);
}

/** Whether stored values mean the same in both frames, so that they may stand in one picture. */
function meansTheSame(a: Frame, b: Frame): boolean {
  return (
    a.pixels.constructor === b.pixels.constructor &&
    a.meaning.rescaleSlope === b.meaning.rescaleSlope &&
    a.meaning.rescaleIntercept === b.meaning.rescaleIntercept &&
    a.meaning.modalityLut === undefined &&
    b.meaning.modalityLut === undefined
  );
}

const modalityPixels = new WeakMap<Frame, Float32Array>();

/** A frame's values after the modality LUT: what frames with different slopes (PET) have in common. */
function modalityPixelsOf(frame: Frame): Float32Array {
  let values = modalityPixels.get(frame);
  if (!values) {
    values = Float32Array.from(frame.pixels, (stored) => modalityValue(frame.meaning, stored));
    modalityPixels.set(frame, values);
  }
  return values;
}

/**
 * One slice of a plane through the frames that are there.
 * @param frames the series' frames in order; what is missing leaves zeros
 * @returns undefined while no frame is there, or where the frames are no single stack of grey values
 */
export function reformatFrame(
  stack: PlaneStack,
  slice: number,
  frames: readonly (Frame | undefined)[],
): ReformattedFrame | undefined {
  const present = frames.filter((frame) => frame !== undefined);
  const first = present[0];
  if (first?.samplesPerPixel !== 1 || first.meaning.palette) return undefined;
  const { rows, columns } = stack;
  const uniform = present.every((frame) => meansTheSame(first, frame));
  const pixels = uniform
    ? reformatSlice<PixelArray>(stack, slice, {
        frames: frames.map((frame) => frame?.pixels),
        target: emptyLike(first.pixels, rows * columns),
      })
    : reformatSlice(stack, slice, {
        frames: frames.map((frame) => frame && modalityPixelsOf(frame)),
        target: new Float32Array(rows * columns),
      });
  const { modalityLut: _modalityLut, padding: _padding, ...meaning } = first.meaning;
  const { spacingMm, position, orientation } = reformattedGeometry(stack, slice);
  return {
    frame: {
      rows,
      columns,
      samplesPerPixel: 1,
      pixels,
      meaning: uniform ? first.meaning : { ...meaning, rescaleSlope: 1, rescaleIntercept: 0 },
      geometry: {
        position: [...position],
        ...(spacingMm && { spacingMm: [...spacingMm] }),
        ...(orientation && { orientation: [...orientation] }),
      },
    },
    loaded: present.length,
    total: stack.volume.slices,
  };
}

/** One slice of a plane through a layer; frames without a label map are background. */
export function reformatLabelMap(
  stack: PlaneStack,
  slice: number,
  labelMaps: readonly (LabelMap | undefined)[],
): LabelMap {
  const { rows, columns } = stack;
  const frames = labelMaps.map((labelMap) => labelMap?.values);
  return {
    rows,
    columns,
    values: reformatSlice(stack, slice, { frames, target: new Uint8Array(rows * columns) }),
  };
}
