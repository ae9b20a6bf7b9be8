import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dcmjs from "dcmjs";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;
const ctImageStorage = "1.2.840.10008.5.1.4.1.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

export const ctColumns = 64;
const squarePixels: CtPixels = { rows: ctColumns, PixelSpacing: ["2", "2"] };

/** How many rows a series has, and the shape of its pixels as the file says it. */
type CtPixels = { rows: number } & (
  { PixelSpacing: [row: string, column: string] } | { PixelAspectRatio: [row: string, column: string] }
);

/** The value of every pixel of the series below: it says in which column, and, by its last digit, in which slice it lies. */
export const hounsfieldAt = (column: number, slice: number): number => 10 * column - 300 + slice;

interface CtSlices {
  placesMm: readonly number[];
  pixels: CtPixels;
  /** Bits of an overlay, the lowest of a byte first. */
  overlay?: Uint8Array;
}

const uidOf = (name: string): string => {
  const digest = createHash("sha256").update(`slicebench test CT: ${name}`).digest("hex");
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`).toString()}`;
};

/**
 * Writes an axial CT series of 64 columns, signed, in HU with an intercept of -1024.
 * @param slices.placesMm where they lie along the patient's axis; all series share one frame of reference
 * @returns its folder
 */
function writeCtSeries(
  parent: string,
  name: string,
  { placesMm, pixels: { rows, ...shape }, overlay }: CtSlices,
): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  placesMm.forEach((place, slice) => {
    const pixels = Int16Array.from(
      { length: rows * ctColumns },
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
      ...shape,
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: rows,
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
    if (overlay) {
      file.dict["60000010"] = { vr: "US", Value: [rows] };
      file.dict["60000011"] = { vr: "US", Value: [ctColumns] };
      file.dict["60000050"] = { vr: "SS", Value: [1, 1] };
      file.dict["60003000"] = { vr: "OW", Value: [overlay.buffer] };
    }
    writeFileSync(join(folder, `${slice}.dcm`), new Uint8Array(file.write()));
  });
  return folder;
}

/** One study of three series of the same patient space: slices every 8 mm, every 4 mm, and unevenly spaced ones. */
export function writeCtStudy(): { thick: string; thin: string; uneven: string } {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-ct-"));
  const every = (step: number, count: number) => Array.from({ length: count }, (_, index) => index * step);
  const write = (name: string, placesMm: readonly number[]) =>
    writeCtSeries(folder, name, { placesMm, pixels: squarePixels });
  return {
    thick: write("thick", every(8, 8)),
    thin: write("thin", every(4, 16)),
    uneven: write("uneven", [0, 4, 8, 20, 24]),
  };
}

/** A slice of 32 rows and 64 columns that looks square: its pixels are twice as high as wide. */
export function writeOblongCt(pixels: "spaced" | "unspaced"): string {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-ct-"));
  const shape: CtPixels =
    pixels === "spaced"
      ? { rows: 32, PixelSpacing: ["1", "0.5"] }
      : { rows: 32, PixelAspectRatio: ["2", "1"] };
  return writeCtSeries(folder, "oblong", { placesMm: [0], pixels: shape });
}

/** A square slice with an overlay: every eighth row from end to end. */
export function writeOverlaidCt(): string {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-ct-"));
  const rowBytes = ctColumns / 8;
  const overlay = Uint8Array.from({ length: ctColumns * rowBytes }, (_, at) =>
    Math.floor(at / rowBytes) % 8 === 0 ? 255 : 0,
  );
  return writeCtSeries(folder, "overlaid", { placesMm: [0], pixels: squarePixels, overlay });
}
