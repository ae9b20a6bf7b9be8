import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainerState } from "./trainer";

/** A training as it was after an epoch. */
export interface Checkpoint {
  state: TrainerState;
  /** Of the program in which the training began. */
  commit: string;
}

const arrayNames = ["weights", "averageWeights", "statistics", "averageStatistics"] as const;

/**
 * Writes a trainer's state as `checkpoint.json` and `checkpoint.bin` (float32, little-endian). Each file
 * appears whole or not at all.
 */
export async function writeCheckpoint(folder: string, { state, commit }: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true });
  const arrays = arraysOf(state);
  const header = {
    commit,
    epoch: state.epoch,
    adamStep: state.adam.step,
    log: state.log,
    lengths: arrays.map(({ length }) => length),
  };
  const bytes = Buffer.concat(
    arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
  await replaceFile(join(folder, `checkpoint-${state.epoch % 2}.bin`), bytes);
  await replaceFile(join(folder, "checkpoint.json"), JSON.stringify(header, undefined, 1));
}

/** @returns undefined where the folder has no checkpoint */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const text = await readFile(join(folder, "checkpoint.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const header = JSON.parse(text) as {
    commit: string;
    epoch: number;
    adamStep: number;
    log: TrainerState["log"];
    lengths: number[];
  };
  const bytes = await readFile(join(folder, `checkpoint-${header.epoch % 2}.bin`));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let start = 0;
  const arrays = header.lengths.map((length) => all.subarray(start, (start += length)));
  const [weights, averageWeights, statistics, averageStatistics, firstMoment, secondMoment] = arrays as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const { commit, epoch, log } = header;
  const adam = { firstMoment, secondMoment, step: header.adamStep };
  return { commit, state: { epoch, log, weights, averageWeights, statistics, averageStatistics, adam } };
}

function arraysOf(state: TrainerState): Float32Array[] {
  return [...arrayNames.map((name) => state[name]), state.adam.firstMoment, state.adam.secondMoment];
}

async function replaceFile(file: string, content: Buffer | string): Promise<void> {
  await writeFile(`${file}.partial`, content);
  await rename(`${file}.partial`, file);
}
