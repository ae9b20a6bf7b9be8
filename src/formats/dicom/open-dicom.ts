import { SlicebenchError } from "../../core/errors";
import type { FileContent, ImageFile, ImageHeader, NonImageFile, OpenedFile } from "../opened-file";
import { parseDicom, undefinedLength } from "./data-set";
import type { ParsedDicom } from "./data-set";
import { readDecimals } from "./elements";
import { openPixelData } from "./frame-pixels";
import { FrameAttributes } from "./functional-groups";
import { describeSpacing, readGeometry } from "./geometry";
import { readIdentity, withoutUndefined } from "./identity";
import { readImagePixel } from "./image-pixel";
import type { ImagePixel } from "./image-pixel";
import { countWholeFrames } from "./native-samples";
import { readOverlays } from "./overlays";
import { readPixelMeaning } from "./pixel-meaning";
import { nameOfNonImage } from "./sop-classes";
import { tags } from "./tags";
import type { TransferSyntax } from "./transfer-syntax";

/**
 * Opens a DICOM file: its header is read and checked and its frames are found; nothing is decoded yet.
 * @throws SlicebenchError DICOM_TRUNCATED, DICOM_DAMAGED, DICOM_HEADER_INVALID, DICOM_TRANSFER_SYNTAX_UNKNOWN and more
 */
export function openDicom({ file, bytes }: FileContent): OpenedFile {
  const parsed = parseDicom(bytes);
  const nonImage = describeNonImage(file, parsed);
  if (nonImage !== undefined) return nonImage;
  const { description, image, syntax, overlays } = describeImage(file, parsed);
  const pixels = openPixelData({ parsed, image, syntax, warnings: description.warnings });
  if (overlays.areEmbedded && pixels.samples === undefined) {
    description.warnings.push("Overlays in the unused bits of compressed pixels are not shown.");
  }
  return {
    ...description,
    frameCount: pixels.frameCount,
    heldBytes: bytes.length + parsed.dataSet.byteArray.length,
    readFrame: async (frame) => {
      const stored = await pixels.read(frame);
      const overlay = overlays.draw(frame, overlays.areEmbedded ? pixels.samples?.(frame) : undefined);
      return {
        rows: image.rows,
        columns: image.columns,
        samplesPerPixel: image.samplesPerPixel,
        pixels: stored,
        meaning: description.meaning(frame),
        geometry: description.geometry(frame),
        ...(overlay && { overlay }),
      };
    },
  };
}

/** A DICOM image without a way to its pixels. */
export type DicomDescription = Omit<ImageFile, "readFrame" | "heldBytes">;

/**
 * Describes a DICOM file by its start alone.
 * @param content as much of the file as reaches to the pixel data, and the size of the whole
 * @returns undefined where the start does not reach, or where only the whole file tells what is wrong
 */
export function describeDicomStart({ file, bytes, size }: FileContent): DicomDescription | undefined {
  try {
    const parsed = parseDicom(bytes);
    const element = parsed.pixelData;
    if (element === undefined || parsed.transferSyntax?.deflated !== false) return undefined;
    const { description, image } = describeImage(file, parsed);
    if (element.length === undefinedLength) return description;
    const isWhole = element.dataOffset + element.length <= size;
    return isWhole && countWholeFrames(element.length, image) >= image.frameCount ? description : undefined;
  } catch {
    return undefined;
  }
}

function describeImage(file: string, parsed: ParsedDicom) {
  const { dataSet, sopClassUid, transferSyntaxUid } = parsed;
  const warnings = [...parsed.warnings];
  const syntax = requireTransferSyntax(parsed);
  const image = readImagePixel(parsed, warnings);
  const overlays = readOverlays(parsed, image, warnings);
  const attributes = new FrameAttributes(dataSet);
  warnings.push(...describeSpacing(attributes));
  const source = { dataSet, attributes, image };
  const description = {
    kind: "image" as const,
    format: "dicom" as const,
    file,
    transferSyntaxUid,
    ...(sopClassUid === undefined ? {} : { sopClassUid }),
    identity: readIdentity(dataSet),
    header: describeHeader(image, { attributes, syntax }),
    frameCount: image.frameCount,
    warnings,
    geometry: (frame: number) => readGeometry(attributes, frame),
    meaning: (frame: number) => readPixelMeaning(source, frame),
  };
  const hasPalette = image.photometricInterpretation !== "PALETTE COLOR" || description.meaning(0).palette;
  if (!hasPalette) warnings.push("The colour palette is missing or broken: the indices are shown as grey.");
  return { description, image, syntax, overlays };
}

function requireTransferSyntax({ transferSyntax, transferSyntaxUid }: ParsedDicom): TransferSyntax {
  if (transferSyntax !== undefined) return transferSyntax;
  const isVideo = /^1\.2\.840\.10008\.1\.2\.4\.10\d/.test(transferSyntaxUid);
  throw new SlicebenchError(
    "DICOM_TRANSFER_SYNTAX_UNKNOWN",
    isVideo
      ? "The file holds a video (MPEG), which cannot be read."
      : `The pictures are encoded by transfer syntax ${transferSyntaxUid}, which cannot be read.`,
    { hint: "Export the images uncompressed, or as JPEG 2000, JPEG-LS, JPEG or RLE." },
  );
}

/** An object without pixel data: named as what it is, or refused where a picture was announced. */
function describeNonImage(file: string, parsed: ParsedDicom): NonImageFile | undefined {
  const { dataSet, sopClassUid, transferSyntaxUid, warnings } = parsed;
  const known = nameOfNonImage(sopClassUid);
  if (parsed.pixelData !== undefined && known === undefined) return undefined;
  if (known === undefined && dataSet.elements[tags.rows] !== undefined) {
    throw new SlicebenchError(
      "DICOM_PIXELS_MISSING",
      "The header announces a picture, and the file ends without one.",
      { hint: "Copy the file again from where it came from." },
    );
  }
  const isDirectory = dataSet.elements[tags.directoryRecordSequence] !== undefined;
  return {
    kind: "non-image",
    format: "dicom",
    file,
    transferSyntaxUid,
    ...(sopClassUid === undefined ? {} : { sopClassUid }),
    identity: readIdentity(dataSet),
    description: known ?? (isDirectory ? "DICOM directory (DICOMDIR)" : "DICOM object without a picture"),
    warnings,
  };
}

function describeHeader(
  image: ImagePixel,
  { attributes, syntax }: { attributes: FrameAttributes; syntax: TransferSyntax },
): ImageHeader {
  const measures = attributes.of(tags.pixelMeasuresSequence, 0);
  const transformation = attributes.of(tags.pixelValueTransformationSequence, 0);
  const voi = attributes.of(tags.frameVoiLutSequence, 0);
  const [row, column] = readDecimals(measures, tags.pixelSpacing);
  const pixelSpacing: [number, number] | undefined =
    row === undefined || column === undefined ? undefined : [row, column];
  return {
    rows: image.rows,
    columns: image.columns,
    samplesPerPixel: image.samplesPerPixel,
    photometricInterpretation: image.photometricInterpretation,
    bitsAllocated: image.bitsAllocated,
    bitsStored: image.bitsStored,
    signed: image.signed,
    lossy: syntax.lossy,
    ...withoutUndefined({
      pixelSpacing,
      rescaleSlope: readDecimals(transformation, tags.rescaleSlope)[0],
      rescaleIntercept: readDecimals(transformation, tags.rescaleIntercept)[0],
      windowCenter: readDecimals(voi, tags.windowCenter)[0],
      windowWidth: readDecimals(voi, tags.windowWidth)[0],
    }),
  };
}
