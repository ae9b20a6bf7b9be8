import type { DataSet } from "dicom-parser";
import type { FrameGeometry } from "../../core/image/frame";
import { readDecimals } from "./elements";
import type { FrameAttributes } from "./functional-groups";
import { tags } from "./tags";

/**
 * Where one frame lies (PS3.3 C.7.6.2, C.7.6.16.2). What is missing or impossible is left out, and lengths are then
 * in pixels: a wrong millimetre is worse than none.
 */
export function readGeometry(attributes: FrameAttributes, frame: number): FrameGeometry {
  const measures = attributes.of(tags.pixelMeasuresSequence, frame);
  const spacingMm = readSpacing(measures);
  const pixelAspect = spacingMm ? undefined : readAspect(measures);
  const position = readVector(attributes.of(tags.planePositionSequence, frame), tags.imagePositionPatient);
  const orientation = readOrientation(attributes.of(tags.planeOrientationSequence, frame));
  const [sliceThicknessMm] = readDecimals(measures, tags.sliceThickness);
  return {
    ...(spacingMm && { spacingMm }),
    ...(pixelAspect && { pixelAspect }),
    ...(position && { position }),
    ...(orientation && { orientation }),
    ...(sliceThicknessMm !== undefined && sliceThicknessMm > 0 && { sliceThicknessMm }),
  };
}

/** Spacing in the patient; without it that at the detector, which is larger than life (PS3.3 10.7.1.3). */
function readSpacing(measures: DataSet): [number, number] | undefined {
  return (
    readPositivePair(measures, tags.pixelSpacing) ??
    readPositivePair(measures, tags.imagerPixelSpacing) ??
    readPositivePair(measures, tags.nominalScannedPixelSpacing)
  );
}

/** Pixel Aspect Ratio (PS3.3 C.7.6.3.1.7), where it is not 1:1. */
function readAspect(measures: DataSet): [number, number] | undefined {
  const aspect = readPositivePair(measures, tags.pixelAspectRatio);
  return aspect && isSquare(aspect) ? undefined : aspect;
}

const isSquare = ([height, width]: [number, number]) => Math.abs(height / width - 1) < 0.001;

/** Says how far the spacing can be trusted; nothing where it is that of the patient. */
export function describeSpacing(attributes: FrameAttributes): string[] {
  const measures = attributes.of(tags.pixelMeasuresSequence, 0);
  const inPatient = readPositivePair(measures, tags.pixelSpacing);
  const atDetector = readPositivePair(measures, tags.imagerPixelSpacing);
  if (inPatient === undefined && atDetector !== undefined) return [detectorCaveat(measures, atDetector)];
  const aspect = readSpacing(measures) ? undefined : readAspect(measures);
  if (aspect === undefined) return [];
  const ratio = Number((aspect[0] / aspect[1]).toFixed(3));
  return [`Pixels are ${ratio} times as high as wide, of unknown size: lengths are in pixels.`];
}

/** The magnification is often written beside the spacing, but for which plane within the patient nobody knows. */
function detectorCaveat(measures: DataSet, [height]: [number, number]): string {
  const [factor] = readDecimals(measures, tags.radiographicMagnification);
  const caveat = "Lengths are those on the detector: the patient's are smaller by";
  if (factor === undefined || factor <= 1) return `${caveat} an unknown magnification.`;
  return `${caveat} about ${factor} (${Number((height / factor).toFixed(3))} mm a pixel, by the file's own estimate).`;
}

function readPositivePair(dataSet: DataSet, tag: string): [number, number] | undefined {
  const [row, column] = readDecimals(dataSet, tag);
  if (row === undefined || column === undefined || row <= 0 || column <= 0) return undefined;
  return [row, column];
}

function readVector(dataSet: DataSet, tag: string): [number, number, number] | undefined {
  const [x, y, z] = readDecimals(dataSet, tag);
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}

/** Two unit vectors at right angles, within rounding; anything else is no orientation. */
function readOrientation(dataSet: DataSet): FrameGeometry["orientation"] {
  const cosines = readDecimals(dataSet, tags.imageOrientationPatient);
  const [a, b, c, d, e, f] = cosines;
  if (a === undefined || b === undefined || c === undefined) return undefined;
  if (d === undefined || e === undefined || f === undefined) return undefined;
  const isUnit = (x: number, y: number, z: number) => Math.abs(Math.hypot(x, y, z) - 1) < 0.01;
  const isSquare = Math.abs(a * d + b * e + c * f) < 0.01;
  return isUnit(a, b, c) && isUnit(d, e, f) && isSquare ? [a, b, c, d, e, f] : undefined;
}
