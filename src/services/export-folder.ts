import { join } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { ExportFrame, ExportSource } from "./export-source";
import { readProbabilityMap } from "./label-map-files";
import { isWithin } from "./output-names";
import { loadReference, pairByRecord, readRecord } from "./references";
import type { SegmentationRecord } from "./segmentation-record";

/**
 * The segments that `slicebench segment` wrote into a folder, for the series that they were made on, with their
 * probabilities where it kept them.
 * Throws EXPORT_NO_RECORD where the folder has no segmentation.json, and what `loadReference` throws.
 */
export async function readFolderSource(
  folder: string,
  { frames, sliceSpacingMm }: { frames: readonly ExportFrame[]; sliceSpacingMm?: number | undefined },
): Promise<ExportSource> {
  const record = await readRecord(folder);
  if (record === undefined) {
    throw new SlicebenchError("EXPORT_NO_RECORD", "The folder has no segmentation.json.", {
      file: folder,
      hint: "Name a folder that `slicebench segment` wrote, or a layer by its id.",
    });
  }
  const { segments, labelMaps } = await loadReference(frames, [folder]);
  const { origin } = record;
  return {
    name: origin.kind === "model" ? origin.name : "Reference",
    segments,
    algorithm:
      origin.kind === "model"
        ? { type: "AUTOMATIC", name: origin.name, version: origin.version }
        : { type: "MANUAL" },
    frames,
    sliceSpacingMm,
    labelMaps: new Map(
      labelMaps.sort((a, b) => a.frame - b.frame).map(({ frame, labelMap }) => [frame, labelMap]),
    ),
    probabilities: await readProbabilities(folder, record, frames),
  };
}

/** Undefined unless every label map has its probability maps. */
async function readProbabilities(
  folder: string,
  record: SegmentationRecord,
  frames: readonly ExportFrame[],
): Promise<ExportSource["probabilities"]> {
  const planes = new Map<number, Uint8Array[]>();
  for (const { frame, item } of pairByRecord(frames, folder, record)) {
    const maps: Uint8Array[] = [];
    for (const { value } of record.segments) {
      const output = item.probabilities?.find(({ segment }) => segment === value)?.output;
      // The record came with the folder: a name that leads out of it is not followed.
      if (output === undefined || !isWithin(folder, join(folder, output))) return undefined;
      maps.push(await readQuantised(join(folder, output), frames[frame]!));
    }
    planes.set(frame, maps);
  }
  return planes;
}

/** 255 is certain. */
async function readQuantised(file: string, { rows, columns }: ExportFrame): Promise<Uint8Array> {
  const probabilities = await readProbabilityMap(file);
  if (probabilities.length !== rows * columns) {
    throw new SlicebenchError("LABEL_MAP_SIZE", "The probability map has another size than its image.", {
      file,
    });
  }
  return Uint8Array.from(probabilities, (probability) => Math.round(probability * 255));
}
