import type { Frame, FrameGeometry, PixelMeaning } from "../core/image/frame";

/** What the file's content is, whatever its name ends with. */
export type FileFormat = "dicom" | "png" | "jpeg" | "tiff" | "nifti";

/** What a header says about the pixels, as the file says it. */
export interface ImageHeader {
  rows: number;
  columns: number;
  samplesPerPixel: 1 | 3;
  /** As the file names it: YBR_FULL although frames come as RGB. */
  photometricInterpretation: string;
  bitsAllocated: number;
  bitsStored: number;
  signed: boolean;
  /** The stored values may differ from those that were compressed. */
  lossy: boolean;
  /** Between rows, between columns; as stated, also where `geometry` is more careful. */
  pixelSpacing?: [row: number, column: number];
  rescaleSlope?: number;
  rescaleIntercept?: number;
  windowCenter?: number;
  windowWidth?: number;
}

/** Which patient, study and series a file belongs to; empty for formats that do not say. */
export interface SeriesIdentity {
  patientName?: string;
  patientId?: string;
  studyInstanceUid?: string;
  /** YYYYMMDD. */
  studyDate?: string;
  studyDescription?: string;
  seriesInstanceUid?: string;
  seriesDescription?: string;
  seriesNumber?: number;
  modality?: string;
  sopInstanceUid?: string;
  instanceNumber?: number;
  frameOfReferenceUid?: string;
  acquisitionNumber?: number;
  /** As the file writes it: several where echoes were put together. */
  echoNumbers?: string;
  /** A slice of a movement says when it was taken; those of a volume say nothing, or all the same. */
  temporalPosition?: number;
  triggerTimeMs?: number;
}

interface OpenedFileBase {
  file: string;
  format: FileFormat;
  transferSyntaxUid?: string;
  sopClassUid?: string;
  identity: SeriesIdentity;
  /** What is odd about the file, in sentences; grows while frames are decoded. */
  warnings: readonly string[];
}

/** A file that holds pictures. */
export interface ImageFile extends OpenedFileBase {
  kind: "image";
  header: ImageHeader;
  /** Frames that are there: fewer than the header announces where the file was cut (then a warning says so). */
  frameCount: number;
  /** Where a frame lies; from 0. */
  geometry(frame: number): FrameGeometry;
  /** How a frame's stored values become grey levels; from 0. */
  meaning(frame: number): PixelMeaning;
  /**
   * Decodes one frame, from 0.
   * @throws SlicebenchError that names the file; FRAME_NOT_FOUND for an index that there is not
   */
  readFrame(frame: number): Promise<Frame>;
  /** Bytes of memory that the opened file keeps. */
  heldBytes: number;
}

/** A file that is understood and holds no picture: a report, a directory, a set of contours. */
export interface NonImageFile extends OpenedFileBase {
  kind: "non-image";
  /** "RT Structure Set". */
  description: string;
}

export type OpenedFile = ImageFile | NonImageFile;

/** How a file is opened. */
export interface OpenOptions {
  /** Read as little as possible, for a scan of many files: `readFrame` then opens the file again. */
  headerOnly?: boolean;
  /** Let the thread wait while the file is read: faster, where nothing else is waiting for the thread. */
  waiting?: boolean;
}

/** A file's bytes for the reader of one format; `bytes` is only its start where `size` says so. */
export interface FileContent {
  file: string;
  bytes: Uint8Array;
  size: number;
}
