import type { DataSet } from "dicom-parser";
import type { PixelMeaning, Window } from "../../core/image/frame";
import { readCode, readDecimals, readItems, readText } from "./elements";
import type { FrameAttributes } from "./functional-groups";
import type { ImagePixel } from "./image-pixel";
import { readLookupTable, readPadding, readPalette } from "./lookup-table";
import { tags } from "./tags";

/** What the meaning of a frame's values is read from. */
export interface MeaningSource {
  dataSet: DataSet;
  attributes: FrameAttributes;
  image: ImagePixel;
}

/** How the stored values of one frame become values and grey levels (PS3.3 C.11.1, C.11.2, C.7.6.3). */
export function readPixelMeaning({ dataSet, attributes, image }: MeaningSource, frame: number): PixelMeaning {
  const photometricInterpretation = meantPhotometricInterpretation(dataSet, image);
  const isGrey = photometricInterpretation.startsWith("MONOCHROME");
  const transformation = attributes.of(tags.pixelValueTransformationSequence, frame);
  const voi = attributes.of(tags.frameVoiLutSequence, frame);
  const [slope] = readDecimals(transformation, tags.rescaleSlope);
  const [intercept] = readDecimals(transformation, tags.rescaleIntercept);
  const modalityItem = readItems(dataSet, tags.modalityLutSequence)[0];
  const modalityLut = isGrey ? readLookupTable(modalityItem, image.signed) : undefined;
  const isSignedAfterModality = (image.signed || (intercept ?? 0) < 0) && modalityLut === undefined;
  const voiLut = isGrey
    ? readLookupTable(readItems(voi, tags.voiLutSequence)[0], isSignedAfterModality)
    : undefined;
  const padding = isGrey ? readPadding(dataSet, image.signed) : undefined;
  const unit = isGrey ? readUnit(dataSet, transformation, modalityItem) : undefined;
  const palette =
    photometricInterpretation === "PALETTE COLOR" ? readPalette(dataSet, image.signed) : undefined;
  return {
    photometricInterpretation,
    bitsStored: Math.max(image.bitsStored, image.highBit + 1),
    // A slope of 0 would wipe out the picture; it occurs where a writer meant "none".
    rescaleSlope: isGrey && slope !== undefined && slope !== 0 ? slope : 1,
    rescaleIntercept: isGrey ? (intercept ?? 0) : 0,
    windows: isGrey ? readWindows(voi) : [],
    voiFunction: readVoiFunction(voi),
    ...(unit === undefined ? {} : { unit }),
    ...(modalityLut && { modalityLut }),
    ...(voiLut && { voiLut }),
    ...(padding && { padding }),
    ...(palette && { palette }),
  };
}

function meantPhotometricInterpretation(
  dataSet: DataSet,
  image: ImagePixel,
): PixelMeaning["photometricInterpretation"] {
  if (image.samplesPerPixel === 3) return "RGB";
  if (image.photometricInterpretation === "MONOCHROME1") return "MONOCHROME1";
  if (image.photometricInterpretation !== "PALETTE COLOR") return "MONOCHROME2";
  // Without its palette an index is all that there is to show.
  return readPalette(dataSet, image.signed) === undefined ? "MONOCHROME2" : "PALETTE COLOR";
}

/** Window centres and widths come in pairs; a width below 1, or not above 0, is no window (PS3.3 C.11.2.1.2.1). */
function readWindows(voi: DataSet): Window[] {
  const centers = readDecimals(voi, tags.windowCenter);
  const widths = readDecimals(voi, tags.windowWidth);
  const names = readText(voi, tags.windowExplanation)?.split("\\") ?? [];
  return centers.flatMap((center, index) => {
    const width = widths[index];
    if (width === undefined || width <= 0) return [];
    const name = names[index]?.trim();
    return [{ center, width, ...(name ? { name } : {}) }];
  });
}

function readVoiFunction(voi: DataSet): PixelMeaning["voiFunction"] {
  const stated = readCode(voi, tags.voiLutFunction);
  return stated === "LINEAR_EXACT" || stated === "SIGMOID" ? stated : "LINEAR";
}

/** Rescale Type; "US" is "unspecified". CT without one is in Hounsfield units (PS3.3 C.8.2.1.1). */
function readUnit(dataSet: DataSet, transformation: DataSet, modalityItem: DataSet | undefined) {
  const stated =
    (modalityItem && readCode(modalityItem, tags.modalityLutType)) ??
    readCode(transformation, tags.rescaleType);
  if (stated !== undefined) return stated === "US" ? undefined : stated;
  const isCt = readCode(dataSet, tags.modality) === "CT";
  return isCt && readDecimals(transformation, tags.rescaleIntercept).length > 0 ? "HU" : undefined;
}
