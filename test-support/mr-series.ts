import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameGeometry } from "../src/core/image/frame";
import {
  decimalString,
  encodeObject,
  newUid,
  pixelDataOf,
} from "../src/formats/dicom-objects/derived-object";

/** A slice of a test series. */
export interface TestSlice {
  rows: number;
  columns: number;
  geometry: Required<Omit<FrameGeometry, "pixelAspect">>;
}

/** Writes an MR series, one file a slice, its pixels a ramp; returns its folder. */
export function writeMrSeries(folder: string, slices: readonly TestSlice[]): string {
  mkdirSync(folder, { recursive: true });
  const uids = { study: newUid(), series: newUid(), frameOfReference: newUid() };
  slices.forEach(({ rows, columns, geometry }, index) => {
    const pixels = Uint16Array.from({ length: rows * columns }, (_, at) => at % 1_000);
    const file = encodeObject({
      SpecificCharacterSet: "ISO_IR 192",
      ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
      SOPInstanceUID: newUid(),
      StudyDate: "20260102",
      StudyTime: "101112",
      Modality: "MR",
      Manufacturer: "Slicebench",
      PatientName: "Müller^Jörg=山田^太郎",
      PatientID: "TEST-1",
      PatientBirthDate: "19700131",
      PatientSex: "O",
      StudyInstanceUID: uids.study,
      SeriesInstanceUID: uids.series,
      SeriesDescription: "Test series",
      StudyID: "1",
      FrameOfReferenceUID: uids.frameOfReference,
      InstanceNumber: String(index + 1),
      ImagePositionPatient: geometry.position.map(decimalString),
      ImageOrientationPatient: geometry.orientation.map(decimalString),
      PixelSpacing: geometry.spacingMm.map(decimalString),
      SliceThickness: decimalString(geometry.sliceThicknessMm),
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: rows,
      Columns: columns,
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      PixelData: pixelDataOf(new Uint8Array(pixels.buffer)),
      _vrMap: { PixelData: "OW" },
    });
    writeFileSync(join(folder, `${String(index + 1).padStart(3, "0")}.dcm`), file);
  });
  return folder;
}
