import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dcmjs from "dcmjs";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;
const ctImageStorage = "1.2.840.10008.5.1.4.1.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

export const ctColumns = 64;
const pixelSpacingMm = 2;

/** The value of every pixel of the series below: it says in which column, and, by its last digit, in which slice it lies. */
export const hounsfieldAt = (column: number, slice: number): number => 10 * column - 300 + slice;

const uidOf = (name: string): string => {
  const digest = createHash("sha256").update(`slicebench test CT: ${name}`).digest("hex");
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`).toString()}`;
};

/**
 * Writes an axial CT series of 64 x 64 pixels of 2 mm, signed, in HU with an intercept of -1024.
 * @param placesMm where its slices lie along the patient's axis; all series share one frame of reference
 * @returns its folder
 */
function writeCtSeries(parent: string, name: string, placesMm: readonly number[]): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  placesMm.forEach((place, slice) => {
    const pixels = Int16Array.from(
      { length: ctColumns * ctColumns },
      (_, at) => hounsfieldAt(at % ctColumns, slice) + 1024,
    );
    const instance = uidOf(`${name} ${slice}`);
    const file = new DicomDict(
      DicomMetaDictionary.denaturalizeDataset({
        FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
        MediaStorageSOPClassUID: ctImageStorage,
        MediaStorageSOPInstanceUID: instance,
        TransferSyntaxUID: explicitLittleEndian,
        ImplementationClassUID: uidOf("implementation"),
      }),
    );
    file.dict = DicomMetaDictionary.denaturalizeDataset({
      SOPClassUID: ctImageStorage,
      SOPInstanceUID: instance,
      Modality: "CT",
      PatientName: "Test^Ramp",
      PatientID: "RAMP",
      StudyInstanceUID: uidOf("study"),
      SeriesInstanceUID: uidOf(`series ${name}`),
      SeriesDescription: name,
      FrameOfReferenceUID: uidOf("frame of reference"),
      InstanceNumber: slice + 1,
      ImagePositionPatient: ["-63", "-63", place.toString()],
      ImageOrientationPatient: ["1", "0", "0", "0", "1", "0"],
      PixelSpacing: [pixelSpacingMm.toString(), pixelSpacingMm.toString()],
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: ctColumns,
      Columns: ctColumns,
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
      RescaleIntercept: "-1024",
      RescaleSlope: "1",
      WindowCenter: "40",
      WindowWidth: "400",
      PixelData: [pixels.buffer],
      _vrMap: { PixelData: "OW" },
    });
    writeFileSync(join(folder, `${slice}.dcm`), new Uint8Array(file.write()));
  });
  return folder;
}

/** One study of three series of the same patient space: slices every 8 mm, every 4 mm, and unevenly spaced ones. */
export function writeCtStudy(): { thick: string; thin: string; uneven: string } {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-ct-"));
  const every = (step: number, count: number) => Array.from({ length: count }, (_, index) => index * step);
  return {
    thick: writeCtSeries(folder, "thick", every(8, 8)),
    thin: writeCtSeries(folder, "thin", every(4, 16)),
    uneven: writeCtSeries(folder, "uneven", [0, 4, 8, 20, 24]),
  };
}
