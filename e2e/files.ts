import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import dcmjs from "dcmjs";
import { encode } from "fast-png";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

/** A new folder with these files, by relative path. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-e2e-"));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** A grey ramp of 64 x 64. */
export function smallPicture(start = 0): Uint8Array {
  const data = Uint8Array.from({ length: 64 * 64 }, (_, at) => (start + (at % 64) + (at >> 6)) % 256);
  return encode({ width: 64, height: 64, data, channels: 1 });
}

/** A digital radiograph (PS3.3 A.26) of `size` x `size`, 16 bits, bright in the middle. */
export function radiograph(size: number): Uint8Array {
  const pixels = new Uint16Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const away = Math.hypot(row - size / 2, column - size / 2) / size;
      pixels[row * size + column] = 60_000 * Math.max(0, 1 - 1.5 * away);
    }
  }
  const sopClass = "1.2.840.10008.5.1.4.1.1.1.1";
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: sopClass,
      MediaStorageSOPInstanceUID: "2.25.1",
      TransferSyntaxUID: "1.2.840.10008.1.2.1",
      ImplementationClassUID: "2.25.2",
    }),
  );
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    SOPClassUID: sopClass,
    SOPInstanceUID: "2.25.1",
    StudyInstanceUID: "2.25.3",
    SeriesInstanceUID: "2.25.4",
    PatientName: "Long^A Patient Whose Given Names Fill More Than One Line",
    SeriesDescription: "Chest, posterior to anterior, standing, in deep inspiration",
    Modality: "DX",
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: size,
    Columns: size,
    PixelSpacing: ["0.1", "0.1"],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PixelData: [pixels.buffer],
    _vrMap: { PixelData: "OW" },
  });
  return new Uint8Array(file.write());
}
