import { SlicebenchError } from "../../core/errors";
import type { LabelMap } from "../../core/mask/label-map";
import { spreadOver } from "../../core/comparison/robustness";
import type { InputFrame } from "../inputs";
import { findReferenceBeside, loadReference } from "../references";
import { scanInputs } from "../scan-inputs";

/** So many images tell how large a network's values become (more changed nothing in what was measured). */
const mostCalibrationImages = 32;
/** So many are measured at the most. */
const mostMeasuredImages = 100;
/** Where fewer images with a mask are left to measure on, all are used for both. */
const leastHeldOut = 8;

/** An image with what a reader marked on it. */
export interface ReferencedImage {
  frame: InputFrame;
  reference: LabelMap;
}

/** The images from which an 8-bit form is made, and those on which it is measured. */
export interface TurboImages {
  calibration: InputFrame[];
  measured: ReferencedImage[];
  /** No image is in both. */
  heldOut: boolean;
}

export interface TurboImageChoice {
  images: readonly string[];
  /** Files or folders of masks; those that lie beside the images where it is left out. */
  masks?: readonly string[] | undefined;
  /** Masks without a record number their objects. */
  objects?: boolean | undefined;
}

/**
 * Reads what the user named: any images for calibration, those with a mask to measure on.
 * @throws TURBO_NO_IMAGES, TURBO_NO_MASKS, what reading masks throws; CancelledError
 */
export async function chooseTurboImages(
  { images, masks, objects = false }: TurboImageChoice,
  signal?: AbortSignal,
): Promise<TurboImages> {
  const { series, failures } = await scanInputs(images, signal && { signal });
  const frames = series.flatMap((each) => each.frames);
  if (frames.length === 0) {
    const [failure] = failures;
    throw new SlicebenchError("TURBO_NO_IMAGES", "There is no image to calibrate on.", {
      ...(failure && { file: failure.file, hint: failure.error.message }),
    });
  }
  const referenced: ReferencedImage[] = [];
  for (const { frames: own } of series) {
    const beside = masks === undefined ? await findReferenceBeside(own) : undefined;
    const paths = masks ?? (beside === undefined ? [] : [beside]);
    if (paths.length === 0) continue;
    const loaded = await loadReference(own, paths, { objects }).catch((thrown: unknown) => {
      // A mask of another series than this one.
      if (thrown instanceof SlicebenchError && thrown.code === "REFERENCE_UNPAIRED") return undefined;
      throw thrown;
    });
    for (const { frame, labelMap } of loaded?.labelMaps ?? []) {
      referenced.push({ frame: own[frame]!, reference: labelMap });
    }
  }
  if (referenced.length === 0) {
    throw new SlicebenchError("TURBO_NO_MASKS", "None of the images has a mask to measure against.", {
      hint: "Name masks of the images: an int8 form is offered only with its measured Dice.",
    });
  }
  return partImages(frames, referenced);
}

/** Calibration looks at no image that is measured, where there are enough of them. */
export function partImages(
  frames: readonly InputFrame[],
  referenced: readonly ReferencedImage[],
): TurboImages {
  const calibration = spreadOver(frames, Math.min(mostCalibrationImages, Math.ceil(frames.length / 2)));
  const used = new Set(calibration);
  const others = referenced.filter(({ frame }) => !used.has(frame));
  if (others.length >= leastHeldOut) {
    return { calibration, measured: spreadOver(others, mostMeasuredImages), heldOut: true };
  }
  const all = spreadOver(frames, mostCalibrationImages);
  const heldOut = referenced.every(({ frame }) => !all.includes(frame));
  return { calibration: all, measured: spreadOver(referenced, mostMeasuredImages), heldOut };
}
