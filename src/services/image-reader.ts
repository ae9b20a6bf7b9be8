import type { WireError } from "../core/errors";
import type { SegmentObjectKind } from "../core/mask/object-origin";
import type { Frame, FrameGeometry, FrameReference, Window } from "../core/image/frame";

/** A frame that was found, before its pixels are decoded. */
export interface ScannedFrame extends FrameReference {
  rows: number;
  columns: number;
  geometry: FrameGeometry;
  instanceNumber?: number;
  sopInstanceUid?: string;
}

/** A series that was found in the opened files. */
export interface ScannedSeries {
  /** Study and series are the same where these are: UIDs in DICOM, paths elsewhere. */
  studyKey: string;
  seriesKey: string;
  title: string;
  studyTitle: string;
  studyDate?: string;
  studyDescription?: string;
  modality?: string;
  patientName?: string;
  patientId?: string;
  frameOfReferenceUid?: string;
  bitsStored: number;
  colour: boolean;
  /** The file's own windows. */
  windows: Window[];
  sliceSpacingMm?: number;
  warnings: string[];
  /** In reading order; never empty. */
  frames: ScannedFrame[];
}

/** A DICOM segmentation or structure set that was found in the opened files. */
export interface ScannedObject {
  file: string;
  kind: SegmentObjectKind;
  /** As that of its study's series. */
  studyKey: string;
  sopInstanceUid?: string;
}

export interface ScanResult {
  series: ScannedSeries[];
  objects: ScannedObject[];
  /** Files that cannot be read, each with its name. */
  problems: WireError[];
}

/** What finds and decodes images. */
export interface ImageReader {
  /**
   * Looks through files and folders. Bad files are problems, never failures.
   * Throws CancelledError when the signal is aborted.
   */
  scan(
    paths: readonly string[],
    options: { signal: AbortSignal; onProgress: (done: number, total: number | undefined) => void },
  ): Promise<ScanResult>;
  /** Decodes one frame, off the caller's thread. */
  decode(reference: FrameReference): Promise<Frame>;
  close(): Promise<void>;
}
