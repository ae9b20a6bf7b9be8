import type { WireError } from "../core/errors";
import type { FrameGeometry } from "../core/image/frame";
import type { InputFile } from "./output-names";

/** A frame to work on. */
export interface InputFrame extends InputFile {
  /** Index in the file, from 0, and how many the file holds. */
  frame: number;
  frameCount: number;
  rows: number;
  columns: number;
  geometry: FrameGeometry;
}

/** Frames that belong together, in the order in which they are read. */
export interface InputSeries {
  title: string;
  /** As in DICOM (MR, CT); absent for pictures of other formats. */
  modality?: string;
  colour: boolean;
  frames: InputFrame[];
}

/** What the inputs that a user named hold. */
export interface ScannedInputs {
  series: InputSeries[];
  /** Files that cannot be read, each with why. */
  failures: (InputFile & { error: WireError })[];
  /** DICOM objects without pictures (reports, directories): named, and no failure. */
  others: (InputFile & { what: string })[];
}
