import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabelMap } from "../src/core/mask/label-map";
import { newUid } from "../src/formats/dicom-objects/derived-object";
import { encodeBinarySegmentation, type Segmentation } from "../src/formats/dicom-objects/write-segmentation";
import { encodeStructureSet } from "../src/formats/dicom-objects/write-structure-set";
import { readSourceFrames } from "../src/services/derived-sources";
import { scanInputs } from "../src/services/scan-inputs";
import { writeMrSeries } from "./mr-series";

const maker = { softwareVersion: "0.1.0", now: new Date(2026, 0, 2, 3, 4, 5) };

/** An MR series of a test study, and what was marked on it. */
export interface SegmentedStudy {
  folder: string;
  /** In reading order. */
  imageFiles: string[];
  segmentation: Segmentation;
}

/** What was marked, as a DICOM SEG; each time another object. */
export const segmentationFile = (segmentation: Segmentation) => encodeBinarySegmentation(segmentation, maker);

/** What was marked, as an RTSTRUCT. */
export const structureSetFile = (segmentation: Segmentation) => encodeStructureSet(segmentation, maker);

/** Writes a series of axial slices, and marks them. */
export function writeSegmentedStudy(
  folder: string,
  { size = 64, slices = 5, firstMm = 0 }: { size?: number; slices?: number; firstMm?: number } = {},
): Promise<SegmentedStudy> {
  writeMrSeries(
    folder,
    Array.from({ length: slices }, (_, slice) => ({
      rows: size,
      columns: size,
      geometry: {
        spacingMm: [1.5, 1.5],
        position: [-40, -30, firstMm + slice * 4],
        orientation: [1, 0, 0, 0, 1, 0],
        sliceThicknessMm: 4,
      },
    })),
  );
  return markStudy(folder);
}

/** Marks a disc of segment 1 and a square of segment 2 on every slice but the first of a folder's DICOM series. */
export async function markStudy(folder: string): Promise<SegmentedStudy> {
  const [series] = (await scanInputs([folder])).series;
  const sources = await readSourceFrames(series!.frames);
  return {
    folder,
    imageFiles: series!.frames.map(({ file }) => file),
    segmentation: {
      name: "Kidneys",
      algorithm: { type: "AUTOMATIC", name: "Test network", version: "1.0.0" },
      segments: [
        { value: 1, label: "Left kidney", colour: "#E69F00", trackingUid: newUid() },
        { value: 2, label: "Right kidney", colour: "#56B4E9", trackingUid: newUid() },
      ],
      frames: sources.map((source, slice) => ({ source, labelMap: marked(source, slice) })),
    },
  };
}

/** Lays both objects beside the images. */
export function writeObjectsBeside(study: SegmentedStudy): { seg: string; rtstruct: string } {
  const files = { seg: join(study.folder, "seg.dcm"), rtstruct: join(study.folder, "structures.dcm") };
  writeFileSync(files.seg, segmentationFile(study.segmentation));
  writeFileSync(files.rtstruct, structureSetFile(study.segmentation));
  return files;
}

/** The first slice has nothing; the disc grows from slice to slice. */
function marked({ rows, columns }: Pick<LabelMap, "rows" | "columns">, slice: number): LabelMap {
  const values = new Uint8Array(rows * columns);
  if (slice === 0) return { rows, columns, values };
  values.forEach((_, at) => {
    const [down, along] = [Math.floor(at / columns) / rows, (at % columns) / columns];
    if (Math.hypot(down - 0.4, along - 0.3) < 0.08 + (slice % 8) * 0.02) values[at] = 1;
    else if (Math.abs(down - 0.6) < 0.1 && Math.abs(along - 0.7) < 0.1) values[at] = 2;
  });
  return { rows, columns, values };
}
