import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import dcmjs from "dcmjs";
import { SeededRandom } from "../../src/training/random";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** A body with noise, 12 bits: enough for a window to have something to do, and for no two slices to be alike. */
function sliceMaker(side: number): (slice: number) => Uint16Array {
  const random = new SeededRandom(1);
  const noise = Uint8Array.from({ length: 65_537 }, () => random.between(0, 256));
  const centre = side / 2;
  return (slice) => {
    const pixels = new Uint16Array(side * side);
    const radius = side * (0.32 + 0.06 * Math.sin(slice / 9));
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = row * side + column;
        const depth = 1 - Math.hypot(row - centre, column - centre) / radius;
        const signal = depth > 0 ? 300 + 900 * depth * (1 + 0.5 * Math.sin((column * 40) / side + slice)) : 0;
        pixels[at] = signal + noise[(at + slice * 7919) % 65_537]!;
      }
    }
    return pixels;
  };
}

function encode(
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
    writeFileSync(file, encode(make(slice), { side, slice, uid }));
    return file;
  });
}
