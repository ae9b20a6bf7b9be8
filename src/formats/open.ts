import { SlicebenchError } from "../core/errors";
import { hasPreamble, looksLikeDicom, parseDicom } from "./dicom/data-set";
import { readIdentity } from "./dicom/identity";
import { describeDicomStart, openDicom } from "./dicom/open-dicom";
import { namingFile } from "./failures";
import { readContent, readContentNow } from "./file-content";
import { looksLikeNifti, openNifti } from "./nifti";
import type {
  FileContent,
  FileFormat,
  ImageFile,
  OpenedFile,
  OpenOptions,
  SeriesIdentity,
} from "./opened-file";
import { openRaster } from "./raster";
import { openTiff } from "./tiff";

export type { ImageFile, NonImageFile, OpenedFile, SeriesIdentity } from "./opened-file";

/** A scan reads this much first: enough for the header of nearly every DICOM file. */
const headerBytes = 2 ** 17;

/**
 * Opens a file: finds out by its content what it is, reads and checks its header. Pixels are decoded by `readFrame`.
 * @throws SlicebenchError, always with the file's name: FILE_NOT_FOUND, FILE_EMPTY, FILE_FORMAT_UNKNOWN, and those of
 *   the formats (DICOM_TRUNCATED, PNG_DAMAGED...)
 */
export function openFile(
  file: string,
  { headerOnly = false, waiting = false }: OpenOptions = {},
): Promise<OpenedFile> {
  return namingFile(file, async () => {
    if (headerOnly) {
      const start = await readContent(file, headerBytes);
      const described = looksLikeDicom(start.bytes) ? describeDicomStart(start) : undefined;
      if (described !== undefined) return reopening({ ...described, heldBytes: 0, readFrame: neverReached });
    }
    const opened = await openContent(waiting ? readContentNow(file) : await readContent(file));
    if (opened.kind === "non-image") return opened;
    return headerOnly ? reopening(opened) : namingFrames(opened);
  });
}

/** Whose a DICOM file is, as far as its start tells: also of one whose picture cannot be read. */
export async function readOwner(file: string): Promise<SeriesIdentity> {
  try {
    const { bytes } = await readContent(file, headerBytes);
    return looksLikeDicom(bytes) ? readIdentity(parseDicom(bytes).dataSet) : {};
  } catch {
    return {};
  }
}

/** Opens a file that must hold pictures. Throws NOT_AN_IMAGE, which names what it is instead. */
export async function openImage(
  file: string,
  options: Pick<OpenOptions, "waiting"> = {},
): Promise<ImageFile> {
  const opened = await openFile(file, options);
  if (opened.kind === "image") return opened;
  throw new SlicebenchError("NOT_AN_IMAGE", `The file holds no picture: it is a ${opened.description}.`, {
    file,
  });
}

function openContent(content: FileContent): OpenedFile | Promise<OpenedFile> {
  switch (sniffFormat(content.bytes)) {
    case "png":
      return openRaster(content, "png");
    case "jpeg":
      return openRaster(content, "jpeg");
    case "tiff":
      return openTiff(content);
    case "nifti":
      return openNifti(content);
    case "dicom":
      return openDicom(content);
    case "zip":
      throw new SlicebenchError("FILE_IS_ARCHIVE", "The file is a zip archive.", {
        hint: "Unpack it and open the folder.",
      });
    default:
      throw new SlicebenchError("FILE_FORMAT_UNKNOWN", "The file is no image of a kind that can be read.", {
        hint: "Slicebench reads DICOM, NIfTI, PNG, JPEG and TIFF.",
      });
  }
}

function sniffFormat(bytes: Uint8Array): FileFormat | "zip" | undefined {
  const starts = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte);
  if (hasPreamble(bytes)) return "dicom";
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06))
    return isOfficeDocument(bytes) ? undefined : "zip";
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(start)) return "tiff";
  if (looksLikeNifti(bytes)) return "nifti";
  return looksLikeDicom(bytes) ? "dicom" : undefined;
}

/**
 * Whether a zip archive is a letter or a table, of which nobody would unpack the folder: Office Open XML and
 * OpenDocument both name their kind in the first entry, whose name begins at byte 30 (APPNOTE 4.3.7).
 */
function isOfficeDocument(bytes: Uint8Array): boolean {
  const firstEntry = String.fromCharCode(...bytes.subarray(30, 50));
  return firstEntry.startsWith("[Content_Types].xml") || firstEntry.startsWith("mimetype");
}

/** The image with errors that name the file, and indices that are checked. */
function namingFrames(image: ImageFile): ImageFile {
  const { file, frameCount } = image;
  return {
    ...image,
    readFrame: (frame) =>
      namingFile(file, () => {
        if (!Number.isInteger(frame) || frame < 0 || frame >= frameCount) {
          throw new SlicebenchError(
            "FRAME_NOT_FOUND",
            `Frame ${frame + 1} was asked for; the file has ${frameCount}.`,
          );
        }
        return image.readFrame(frame);
      }),
  };
}

/** The image without its bytes: it reads the file again when a frame is asked for. */
function reopening(image: ImageFile): ImageFile {
  return {
    ...image,
    heldBytes: 0,
    readFrame: async (frame) => (await openImage(image.file)).readFrame(frame),
  };
}

const neverReached = () => Promise.reject(new Error("A described file has no pixels."));
