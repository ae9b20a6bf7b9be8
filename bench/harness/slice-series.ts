import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import dcmjs from "dcmjs";
import { SeededRandom } from "../../src/core/random";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** A body with noise, 12 bits: enough for a window to have something to do, and no two slices are alike. */
function sliceMaker(side: number): (slice: number) => Uint16Array {
  const random = new SeededRandom(1);
  const noise = Uint8Array.from({ length: 65_536 }, () => random.between(0, 256));
  const body = Float32Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) / side - 0.5, Math.floor(at / side) / side - 0.5];
    const depth = 1 - (x * x + y * y) / 0.14;
    return depth > 0 ? 300 + 900 * depth * (1 + 0.5 * Math.sin(40 * x)) : 0;
  });
  return (slice) => {
    const brightness = 1 + 0.2 * Math.sin(slice / 9);
    return Uint16Array.from(body, (value, at) => value * brightness + noise[(at + slice * 7919) & 0xffff]!);
  };
}

/** One slice as an MR image of 12 bits, explicit little endian. */
export function encodeSlice(
  pixels: Uint16Array,
  { side, slice, uid }: { side: number; slice: number; uid: string },
): Uint8Array {
  const instanceUid = `${uid}.${slice + 1}`;
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: mrImageStorage,
      MediaStorageSOPInstanceUID: instanceUid,
      TransferSyntaxUID: explicitLittleEndian,
      ImplementationClassUID: "2.25.1",
    }),
  );
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    SOPClassUID: mrImageStorage,
    SOPInstanceUID: instanceUid,
    StudyInstanceUID: `${uid}.0.1`,
    SeriesInstanceUID: `${uid}.0.2`,
    Modality: "MR",
    PatientName: "Benchmark",
    PatientID: "BENCHMARK",
    SeriesDescription: `Benchmark ${side}`,
    InstanceNumber: slice + 1,
    ImagePositionPatient: ["0", "0", String(slice)],
    ImageOrientationPatient: ["1", "0", "0", "0", "1", "0"],
    PixelSpacing: ["1", "1"],
    SliceThickness: "1",
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: side,
    Columns: side,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    WindowCenter: "600",
    WindowWidth: "1200",
    PixelData: [pixels.buffer],
    _vrMap: { PixelData: "OW" },
  });
  return new Uint8Array(file.write());
}

/** Writes an MR series of square slices, one DICOM file each, 16 bits allocated. Returns its files in order. */
export function writeSliceSeries(folder: string, { side, count }: { side: number; count: number }): string[] {
  mkdirSync(folder, { recursive: true });
  const make = sliceMaker(side);
  const uid = `2.25.${side}${count}`;
  return Array.from({ length: count }, (_, slice) => {
    const file = join(folder, `${String(slice + 1).padStart(4, "0")}.dcm`);
    writeFileSync(file, encodeSlice(make(slice), { side, slice, uid }));
    return file;
  });
}
