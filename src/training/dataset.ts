import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { TrainingExample, TrainingSplit } from "./example";
import { groupNearDuplicates } from "./near-duplicates";
import { hashName } from "../core/random";
import type { TrainingTask } from "./tasks";

/** An image file as the dataset needs it: 8- or 16-bit samples, interleaved. */
export interface DecodedImage {
  rows: number;
  columns: number;
  channels: 1 | 3;
  samples: Uint8Array | Uint16Array;
}

/** Reads an image file; injected, because training knows no file formats. */
export type ImageReader = (file: string) => Promise<DecodedImage>;

/**
 * Reads a task's labelled images and splits them by subject: the folder `val` to choose by, and of the
 * folder `train` a part of our own as test, balanced over the strata. The split follows from the names
 * (and near-duplicates) alone, so it is the same in every run.
 * @param folder the task's folder, with `train.tsv`, `train/images`, ... in it
 * @throws SlicebenchError TRAINING_DATA_INVALID
 */
export async function readDataset(
  folder: string,
  task: TrainingTask,
  readImage: ImageReader,
): Promise<TrainingSplit> {
  const development = await readFolder(folder, "train", { task, readImage });
  const validation = await readFolder(folder, "val", { task, readImage });
  return { ...splitOffTest(development, task), validation };
}

/**
 * Takes whole subjects out for the test, stratum by stratum, in the order of their names' hashes.
 * Subjects whose images nearly coincide count as one.
 */
export function splitOffTest(
  examples: TrainingExample[],
  { testShare, mergeNearDuplicates }: Pick<TrainingTask, "testShare" | "mergeNearDuplicates">,
): { train: TrainingExample[]; test: TrainingExample[] } {
  const groupOf = mergeNearDuplicates
    ? groupNearDuplicates(examples)
    : new Map(examples.map((example) => [example, example.subject]));
  const groupsOfStratum = new Map<string, Set<string>>();
  for (const example of examples) {
    const groups = groupsOfStratum.get(example.stratum) ?? new Set();
    groupsOfStratum.set(example.stratum, groups.add(groupOf.get(example)!));
  }
  const testGroups = new Set<string>();
  for (const groups of groupsOfStratum.values()) {
    const ordered = [...groups].sort((a, b) => hashName(a) - hashName(b) || (a < b ? -1 : 1));
    const count = Math.max(1, Math.round(ordered.length * testShare));
    for (const group of ordered.slice(0, count)) testGroups.add(group);
  }
  const isTest = (example: TrainingExample): boolean => testGroups.has(groupOf.get(example)!);
  return { train: examples.filter((example) => !isTest(example)), test: examples.filter(isTest) };
}

async function readFolder(
  folder: string,
  side: "train" | "val",
  { task, readImage }: { task: TrainingTask; readImage: ImageReader },
): Promise<TrainingExample[]> {
  const table = await readFile(join(folder, `${side}.tsv`), "utf8");
  const examples: TrainingExample[] = [];
  for (const row of parseTable(table)) {
    const name = row.name ?? "";
    const file = join(folder, side, "images", `${name}${task.imageExtension}`);
    const image = await readImage(file);
    const mask = await readImage(join(folder, side, task.maskFolder, `${name}.png`));
    if (mask.rows !== image.rows || mask.columns !== image.columns || mask.channels !== 1) {
      throw new SlicebenchError("TRAINING_DATA_INVALID", `Image and mask of "${name}" differ in size.`, {
        file: join(folder, side, task.maskFolder, `${name}.png`),
      });
    }
    if (!(image.samples instanceof Uint8Array)) {
      throw new SlicebenchError("TRAINING_DATA_INVALID", `The image "${name}" does not have 8 bits.`);
    }
    const { subject, stratum } = task.describe(row);
    examples.push({
      name,
      file,
      subject,
      stratum,
      rows: image.rows,
      columns: image.columns,
      channels: task.channels,
      pixels: withChannels(image.samples, image.channels, task.channels),
      labels: Uint8Array.from(mask.samples, (value) => (value > 0 ? 1 : 0)),
    });
  }
  return examples;
}

/** Rows of a tab-separated table as objects by column name. */
export function parseTable(text: string): Record<string, string>[] {
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  const columns = header.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}

/** Grey becomes colour by repetition; colour becomes grey as the mean of its channels. */
function withChannels(samples: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return samples;
  if (from === 1) {
    const colour = new Uint8Array(samples.length * 3);
    samples.forEach((value, index) => colour.fill(value, index * 3, index * 3 + 3));
    return colour;
  }
  return Uint8Array.from({ length: samples.length / 3 }, (_, index) =>
    Math.round((samples[index * 3]! + samples[index * 3 + 1]! + samples[index * 3 + 2]!) / 3),
  );
}
