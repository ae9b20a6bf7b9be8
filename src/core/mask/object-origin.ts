/** What made segments (DICOM PS3.3 C.8.20.2, Segment Algorithm Type). */
export type SegmentAlgorithm =
  | { type: "MANUAL" }
  | { type: "SEMIAUTOMATIC"; name: string }
  | { type: "AUTOMATIC"; name: string; version?: string };

/** DICOM objects that mark segments on other images. */
export type SegmentObjectKind = "SEG" | "RTSTRUCT";

/** Where a layer comes from that was read out of a DICOM object. */
export interface DicomObjectOrigin {
  kind: "dicom-object";
  object: SegmentObjectKind;
  /** By which the same object is known when its study is opened again. */
  sopInstanceUid: string;
  algorithm: SegmentAlgorithm;
  /** What was left out or decided on the way in, in sentences. */
  warnings: string[];
}
