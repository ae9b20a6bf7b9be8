import {
  dateAndTime,
  describeDerived,
  encodeObject,
  type Maker,
  pixelDataOf,
  referenceTo,
} from "./derived-object";
import type { SourceFrame } from "./source-instance";

/** Secondary Capture Image Storage. */
const captureClass = "1.2.840.10008.5.1.4.1.1.7";

/** A picture as it was seen. */
export interface CapturedView {
  rows: number;
  columns: number;
  /** Red, green and blue, rows x columns x 3. */
  pixels: Uint8Array;
  description: string;
}

/** A DICOM Secondary Capture of a picture made from one frame (PS3.3 A.8.1). */
export function encodeSecondaryCapture(source: SourceFrame, view: CapturedView, maker: Maker): Uint8Array {
  const { date, time } = dateAndTime(maker.now);
  return encodeObject({
    ...describeDerived(source.instance, {
      ...maker,
      sopClassUid: captureClass,
      modality: "OT",
      seriesDescription: view.description,
      seriesNumber: 1003,
    }),
    ConversionType: "WSD",
    ImageType: ["DERIVED", "SECONDARY"],
    ContentDate: date,
    ContentTime: time,
    PatientOrientation: "",
    DerivationDescription: "Grey values under a window, with segments painted over them",
    SourceImageSequence: [referenceTo(source)],
    SamplesPerPixel: 3,
    PhotometricInterpretation: "RGB",
    PlanarConfiguration: 0,
    Rows: view.rows,
    Columns: view.columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: pixelDataOf(view.pixels),
    _vrMap: { PixelData: "OB" },
  });
}
