import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { SlicebenchError } from "../core/errors";
import { writeFileAtomically } from "./atomic-file";
import { hashFile } from "./models";
import {
  formatSegmentationRecord,
  parseSegmentationRecord,
  type SegmentationFailure,
  type SegmentationItem,
  segmentationItemSchema,
  type SegmentationRecord,
  segmentationRecordName,
  type SegmentationVolume,
  segmentationVolumeSchema,
} from "./segmentation-record";
import { type VerifiedFile, writeVerified } from "./verified-file";

/** Who made the label maps: results of another maker are never taken for one's own. */
export type SegmentationHeader = Pick<SegmentationRecord, "software" | "origin" | "engine" | "segments">;

/** While a batch runs, each finished item is one line here; an interrupted batch leaves it behind. */
const journalName = ".segmentation-journal.jsonl";

const journalLineSchema = z.union([
  z.object({ item: segmentationItemSchema }),
  z.object({ volume: segmentationVolumeSchema }),
  /** Said before a file is written, so that a run that is killed while it writes knows it for its own. */
  z.object({ writing: z.string() }),
]);

/**
 * A folder of label maps and its `segmentation.json`. What a run finishes is in the journal at once, so that
 * a run that is killed can be resumed; closing turns the journal into the record. The record of a run that was
 * interrupted and resumed is, byte for byte, that of one that was not.
 */
export class SegmentationFolder {
  private readonly items = new Map<string, SegmentationItem>();
  private readonly volumes = new Map<string, SegmentationVolume>();
  private readonly failures: SegmentationFailure[] = [];
  /** By its first name, what may be there or come yet from another machine, though nobody said that it is finished. */
  private readonly unsettled = new Map<string, readonly string[]>();
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    private readonly header: SegmentationHeader,
    /** Names of files that a run wrote, this or an earlier one: they may be written over. */
    private readonly owned: Set<string>,
    private readonly journal: FileHandle,
  ) {}

  /**
   * Opens a folder for results of one maker, and takes over what the same maker left there.
   * Throws OUTPUT_IN_USE, OUTPUT_EXISTS where its record is that of a reference, OUTPUT_NOT_WRITABLE.
   */
  static async open(path: string, header: SegmentationHeader): Promise<SegmentationFolder> {
    await requireFree(path);
    const previous = await readPrevious(path, header);
    const owned = await readOwnedOutputs(path);
    const lines = [
      { header, pid: process.pid },
      ...[...owned].map((writing) => ({ writing })),
      ...previous.items.map((item) => ({ item })),
      ...previous.volumes.map((volume) => ({ volume })),
    ];
    const journal = join(path, journalName);
    // Whole or not at all: a kill at this point must not cost what an earlier run finished.
    await writeFileAtomically(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const folder = new SegmentationFolder(path, header, owned, await open(journal, "a"));
    for (const item of previous.items) folder.items.set(item.output, item);
    for (const volume of previous.volumes) folder.volumes.set(volume.output, volume);
    return folder;
  }

  /**
   * The item of a frame whose content and label map are both still what they were, and its probability maps where
   * these are wanted; undefined where it must be done.
   */
  async findDone(wanted: {
    inputSha256: string;
    frame: number;
    output: string;
    probabilities?: boolean;
  }): Promise<SegmentationItem | undefined> {
    const item = this.items.get(wanted.output);
    if (item?.inputSha256 !== wanted.inputSha256 || item.frame !== wanted.frame) return undefined;
    if (wanted.probabilities === true && item.probabilities === undefined) return undefined;
    const results = [item, ...(wanted.probabilities === true ? (item.probabilities ?? []) : [])];
    const areIntact = await Promise.all(results.map((result) => this.isIntact(result)));
    return areIntact.every(Boolean) ? item : undefined;
  }

  /** The volume of exactly these frames, where it is still what it was. */
  async findVolume(
    output: string,
    frames: SegmentationVolume["frames"],
  ): Promise<SegmentationVolume | undefined> {
    const volume = this.volumes.get(output);
    if (volume === undefined || JSON.stringify(volume.frames) !== JSON.stringify(frames)) return undefined;
    return (await this.isIntact(volume)) ? volume : undefined;
  }

  /** Makes the names of files that are about to be written the run's own. Throws OUTPUT_EXISTS where one is somebody else's. */
  async claim(outputs: readonly string[]): Promise<void> {
    if (outputs[0] !== undefined) this.unsettled.set(outputs[0], outputs);
    for (const output of outputs) {
      if (this.owned.has(output)) continue;
      if (existsSync(join(this.path, output))) throw outputExists(join(this.path, output));
      this.owned.add(output);
      await this.append({ writing: output });
    }
  }

  /** Writes a file of the folder, once it reads back as it was, and returns its SHA-256. Throws OUTPUT_EXISTS where it is somebody else's. */
  async writeVerified(output: string, file: VerifiedFile): Promise<string> {
    await this.claim([output]);
    await writeVerified(join(this.path, output), file);
    return createHash("sha256").update(file.bytes).digest("hex");
  }

  async addItem(item: SegmentationItem): Promise<void> {
    this.items.set(item.output, item);
    for (const output of outputsOf(item)) this.unsettled.delete(output);
    await this.append({ item });
  }

  async addVolume(volume: SegmentationVolume): Promise<void> {
    this.volumes.set(volume.output, volume);
    this.unsettled.delete(volume.output);
    await this.append({ volume });
  }

  /** @param output the label map that the frame would have: one of an earlier run does not stand for a frame that failed in this one */
  addFailure(failure: SegmentationFailure, output?: string): void {
    this.failures.push(failure);
    if (output === undefined) return;
    this.items.delete(output);
    // A worker that is not heard of any more may have written it, or may yet.
    if (failure.code !== "WORKER_FAILED") this.unsettled.delete(output);
  }

  /** Writes `segmentation.json` and ends the journal, but for the names that the next run must know for its own. */
  async close(): Promise<void> {
    await this.writing;
    await this.journal.close();
    const byOutput = (a: { output: string }, b: { output: string }): number =>
      compareText(a.output, b.output);
    const isThere = ({ output }: { output: string }): boolean => existsSync(join(this.path, output));
    const record: SegmentationRecord = {
      schemaVersion: 1,
      ...this.header,
      items: [...this.items.values()].filter(isThere).sort(byOutput),
      failures: this.failures.sort(
        (a, b) => compareText(a.input, b.input) || (a.frame ?? 0) - (b.frame ?? 0),
      ),
      volumes: [...this.volumes.values()].filter(isThere).sort(byOutput),
    };
    await writeFileAtomically(join(this.path, segmentationRecordName), formatSegmentationRecord(record));
    const journal = join(this.path, journalName);
    if (this.unsettled.size === 0) return rm(journal, { force: true });
    const lines = [
      { header: this.header },
      ...[...this.unsettled.values()].flat().map((writing) => ({ writing })),
    ];
    await writeFileAtomically(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  private async isIntact(result: { output: string; outputSha256: string }): Promise<boolean> {
    const seen = await hashFile(join(this.path, result.output)).catch(() => undefined);
    return seen === result.outputSha256;
  }

  /** Lines follow each other whole, however many items finish at once. */
  private async append(line: unknown): Promise<void> {
    const written = this.writing.then(() => this.journal.appendFile(`${JSON.stringify(line)}\n`));
    this.writing = written.catch(() => undefined);
    await written;
  }
}

/** A run that said nothing for so long is over: its process number may be another program's by now. */
const longestSilenceMs = 3_600_000;

/** Two runs in one folder would each take the other's label maps for somebody else's. */
async function requireFree(path: string): Promise<void> {
  if ((await readRecord(path))?.origin.kind === "reference")
    throw outputExists(join(path, segmentationRecordName));
  const journal = join(path, journalName);
  const { pid } = await readJournal(path);
  if (pid === undefined || pid === process.pid || !isRunning(pid)) return;
  const saidAt = (await stat(journal).catch(() => undefined))?.mtimeMs ?? 0;
  if (Date.now() - saidAt > longestSilenceMs) return;
  throw new SlicebenchError("OUTPUT_IN_USE", `Another run (process ${pid}) is writing into this folder.`, {
    file: path,
    hint: `Wait for it, or choose another folder with --out. If there is no such run, remove ${journalName} there.`,
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // Somebody else's process runs, though we may not signal it.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/** A picture or a reader's own mask is never written over. */
export function outputExists(file: string): SlicebenchError {
  return new SlicebenchError("OUTPUT_EXISTS", "There is a file of this name already that no run wrote.", {
    file,
    hint: "Choose another folder with --out.",
  });
}

/** Names of the files in a folder that models' runs wrote, finished ones and one that was killed, of whatever model. */
export async function readOwnedOutputs(path: string): Promise<Set<string>> {
  const record = await readRecord(path);
  const isOfModel = record?.origin.kind === "model";
  const { lines } = await readJournal(path);
  return new Set([
    ...(isOfModel ? [...record.items.flatMap(outputsOf), ...record.volumes.map(({ output }) => output)] : []),
    ...lines.flatMap((line) =>
      "item" in line ? outputsOf(line.item) : "volume" in line ? [line.volume.output] : [line.writing],
    ),
  ]);
}

/** The files of one frame: its label map, and its probability maps. */
function outputsOf({ output, probabilities = [] }: SegmentationItem): string[] {
  return [output, ...probabilities.map((map) => map.output)];
}

/** Order by code units: the same on every machine, unlike that of a locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the same maker finished in this folder, by its record and by the journal of a run that was killed. */
async function readPrevious(
  path: string,
  header: SegmentationHeader,
): Promise<Pick<SegmentationRecord, "items" | "volumes">> {
  const items: SegmentationItem[] = [];
  const volumes: SegmentationVolume[] = [];
  const record = await readRecord(path);
  if (record !== undefined && isSameMaker(record, header)) {
    items.push(...record.items);
    volumes.push(...record.volumes);
  }
  const journal = await readJournal(path);
  for (const line of journal.maker && isSameMaker(journal.maker, header) ? journal.lines : []) {
    if ("item" in line) items.push(line.item);
    else if ("volume" in line) volumes.push(line.volume);
  }
  return { items, volumes };
}

const isSameMaker = (a: SegmentationHeader, b: SegmentationHeader): boolean =>
  isDeepStrictEqual([a.software, a.origin, a.engine], [b.software, b.origin, b.engine]);

async function readRecord(path: string): Promise<SegmentationRecord | undefined> {
  const file = join(path, segmentationRecordName);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseSegmentationRecord(text, file);
  } catch {
    // A record that cannot be read proves nothing done: everything is done again.
    return undefined;
  }
}

/** What a run that was killed left behind: whose it was, and its lines. */
async function readJournal(path: string): Promise<{
  maker?: SegmentationHeader;
  pid?: number | undefined;
  lines: z.infer<typeof journalLineSchema>[];
}> {
  const text = await readFile(join(path, journalName), "utf8").catch(() => "");
  const [first, ...lines] = text.split("\n").map(parseLine);
  const head = z
    .object({
      header: z.custom<SegmentationHeader>((value) => value instanceof Object),
      pid: z.int().positive().optional(),
    })
    .safeParse(first);
  if (!head.success) return { lines: [] };
  return {
    maker: head.data.header,
    pid: head.data.pid,
    lines: lines.flatMap((line) => {
      const parsed = journalLineSchema.safeParse(line);
      return parsed.success ? [parsed.data] : [];
    }),
  };
}

/** A killed run may have left half a line. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
