import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureShape } from "../src/core/measure/measure-shape";
import type { ImagePoint } from "../src/core/mask/paint";
import type { MeasurementKind } from "../src/core/measure/measurement";
import type { TabledMeasurement } from "../src/core/measure/table";
import { encodeObject, newUid, pixelDataOf } from "../src/formats/dicom-objects/derived-object";
import { ExportFiles } from "../src/services/export-files";
import type { ExportFrame, ExportSource } from "../src/services/export-source";
import { FileImageReader } from "../src/services/file-image-reader";
import { scanInputs } from "../src/services/scan-inputs";
import { type VerifiedFile, writeVerified } from "../src/services/verified-file";
import { writeMrSeries } from "./mr-series";

const rows = 24;
const columns = 32;

/** Points as rows and columns; between pixels, so that their 32 bits are put to the test. */
export const shapes: Record<MeasurementKind, [row: number, column: number][]> = {
  length: [
    [2.1, 3.3],
    [17.45, 21.7],
  ],
  angle: [
    [2.5, 20.25],
    [12.1, 8.7],
    [20.9, 25.3],
  ],
  // Higher than it is wide, and drawn from its lower right corner.
  ellipse: [
    [21.3, 19.6],
    [3.2, 9.1],
  ],
  polygon: [
    [4.2, 5.1],
    [4.9, 27.6],
    [18.3, 22.2],
    [15.7, 6.4],
  ],
};

/** Every kind of measurement, in their order; the first frame has none. */
async function draw(frames: readonly ExportFrame[], reader: FileImageReader): Promise<TabledMeasurement[]> {
  const measurements: TabledMeasurement[] = [];
  for (const [at, kind] of (["length", "angle", "ellipse", "polygon"] as const).entries()) {
    const frame = 1 + (at % (frames.length - 1));
    const points: ImagePoint[] = shapes[kind].map(([row, column]) => ({ row, column }));
    const { file, frame: inFile } = frames[frame]!;
    const figures = measureShape({ kind, points }, await reader.decode({ file, frame: inFile }));
    measurements.push({
      id: randomUUID(),
      seriesId: "series",
      frame,
      kind,
      points,
      name: kind === "angle" ? "Winkel über β" : `Drawn ${kind}`,
      madeAt: 0,
      figures,
    });
  }
  return measurements;
}

/** CT in single frames of oblong pixels, MR, and one picture of three frames without a spacing. */
const writeSeries: Record<"ct" | "mr" | "frames", (folder: string) => void> = {
  ct: (into) => writeCt(into),
  mr: (into) =>
    void writeMrSeries(
      into,
      [0, 1, 2].map((slice) => ({
        rows,
        columns,
        geometry: {
          spacingMm: [0.7, 1.3],
          position: [0, 0, 2.5 * slice],
          orientation: [1, 0, 0, 0, 1, 0],
          sliceThicknessMm: 2.5,
        },
      })),
    ),
  frames: (into) => writeFrames(into),
};
export type SeriesName = keyof typeof writeSeries;
export const seriesNames = ["ct", "mr", "frames"] as const satisfies readonly SeriesName[];

const patient = {
  PatientName: "Test",
  PatientID: "TEST-2",
  PatientBirthDate: "",
  PatientSex: "",
  StudyDate: "",
  StudyTime: "",
  StudyID: "",
  AccessionNumber: "",
  ReferringPhysicianName: "",
};
const grey = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  Rows: rows,
  Columns: columns,
  PixelRepresentation: 0,
  _vrMap: { PixelData: "OW" },
};

function writeCt(into: string): void {
  mkdirSync(into);
  const series = { StudyInstanceUID: newUid(), SeriesInstanceUID: newUid(), FrameOfReferenceUID: newUid() };
  for (const slice of [0, 1, 2]) {
    const pixels = Uint16Array.from({ length: rows * columns }, (_, at) => 900 + ((at * 37 + slice) % 300));
    const file = encodeObject({
      ...patient,
      ...series,
      ...grey,
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
      SOPInstanceUID: newUid(),
      Modality: "CT",
      InstanceNumber: String(slice + 1),
      ImagePositionPatient: ["0", "0", String(3 * slice)],
      ImageOrientationPatient: ["1", "0", "0", "0", "1", "0"],
      PixelSpacing: ["0.55", "0.9"],
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      RescaleIntercept: "-1024",
      RescaleSlope: "1",
      RescaleType: "HU",
      PixelData: pixelDataOf(new Uint8Array(pixels.buffer)),
    });
    writeFileSync(join(into, `${slice}.dcm`), file);
  }
}

/** Multi-frame Grayscale Byte Secondary Capture. */
function writeFrames(into: string): void {
  mkdirSync(into);
  const pixels = Uint8Array.from({ length: 3 * rows * columns }, (_, at) => (at * 31) % 251);
  const file = encodeObject({
    ...patient,
    ...grey,
    StudyInstanceUID: newUid(),
    SeriesInstanceUID: newUid(),
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.7.2",
    SOPInstanceUID: newUid(),
    Modality: "OT",
    InstanceNumber: "1",
    NumberOfFrames: "3",
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelData: pixelDataOf(pixels),
  });
  writeFileSync(join(into, "frames.dcm"), file);
}

/** A series on which every kind of measurement was drawn. */
export interface MeasuredSeries {
  measurements: TabledMeasurement[];
  source: ExportSource;
  /** With a segment, on the first frame alone. */
  segmented: ExportSource;
  frames: readonly ExportFrame[];
}

/** Measured series, in a folder of their own, and their reports. */
export class MeasuredReports {
  readonly folder = mkdtempSync(join(tmpdir(), "slicebench-report-"));
  readonly #reader = new FileImageReader();
  readonly #series = new Map<SeriesName, MeasuredSeries>();

  /** Writes every series and measures on it. */
  async open(): Promise<void> {
    for (const name of seriesNames) {
      writeSeries[name](join(this.folder, name));
      const [series] = (await scanInputs([join(this.folder, name)])).series;
      const { frames } = series!;
      const measurements = await draw(frames, this.#reader);
      const source: ExportSource = {
        name: "Measurements",
        segments: [],
        algorithm: { type: "MANUAL" },
        frames,
        labelMaps: new Map(),
        drawn: { measurements },
      };
      const values = new Uint8Array(rows * columns).fill(1, 100, 140);
      const segmented: ExportSource = {
        ...source,
        name: "Reader",
        segments: [{ value: 1, label: "Liver", colour: "#E69F00" }],
        labelMaps: new Map([[0, { rows, columns, values }]]),
      };
      this.#series.set(name, { measurements, source, segmented, frames });
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  series(name: SeriesName): MeasuredSeries {
    return this.#series.get(name)!;
  }

  files(source: ExportSource): ExportFiles {
    return new ExportFiles({ source, stem: "report", decode: (reference) => this.#reader.decode(reference) });
  }

  async make(source: ExportSource): Promise<VerifiedFile> {
    const [report] = await this.files(source).make("sr");
    return report!;
  }

  /** The paths of the verified reports of a series: of what was drawn alone, and beside a segment. */
  async write(name: SeriesName): Promise<[alone: string, segmented: string]> {
    const { source, segmented } = this.series(name);
    const files = [
      join(this.folder, `${name}.sr.dcm`),
      join(this.folder, `${name}-segmented.sr.dcm`),
    ] as const;
    if (!existsSync(files[0])) await writeVerified(files[0], await this.make(source));
    if (!existsSync(files[1])) await writeVerified(files[1], await this.make(segmented));
    return [...files];
  }
}
