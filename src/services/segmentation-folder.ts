import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
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

/** Who made the label maps: results of another maker are never taken for one's own. */
export type SegmentationHeader = Pick<SegmentationRecord, "software" | "origin" | "engine" | "segments">;

/** While a batch runs, each finished item is one line here; an interrupted batch leaves it behind. */
const journalName = ".segmentation-journal.jsonl";

const journalLineSchema = z.union([
  z.object({ item: segmentationItemSchema }),
  z.object({ volume: segmentationVolumeSchema }),
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
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    private readonly header: SegmentationHeader,
    private readonly journal: FileHandle,
  ) {}

  /** Opens a folder for results of one maker, and takes over what the same maker left there. */
  static async open(path: string, header: SegmentationHeader): Promise<SegmentationFolder> {
    const previous = await readPrevious(path, header);
    const lines = [
      { header },
      ...previous.items.map((item) => ({ item })),
      ...previous.volumes.map((volume) => ({ volume })),
    ];
    const journal = join(path, journalName);
    // Whole or not at all: a kill at this point must not cost what an earlier run finished.
    await writeFileAtomically(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const folder = new SegmentationFolder(path, header, await open(journal, "a"));
    for (const item of previous.items) folder.items.set(item.output, item);
    for (const volume of previous.volumes) folder.volumes.set(volume.output, volume);
    return folder;
  }

  /** The item of a frame whose content and label map are both still what they were; undefined where it must be done. */
  async findDone(wanted: {
    inputSha256: string;
    frame: number;
    output: string;
  }): Promise<SegmentationItem | undefined> {
    const item = this.items.get(wanted.output);
    if (item?.inputSha256 !== wanted.inputSha256 || item.frame !== wanted.frame) return undefined;
    return (await this.isIntact(item)) ? item : undefined;
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

  /** Writes a file of the folder and returns its SHA-256. */
  async writeOutput(output: string, content: Uint8Array): Promise<string> {
    await writeFileAtomically(join(this.path, output), content);
    return createHash("sha256").update(content).digest("hex");
  }

  async addItem(item: SegmentationItem): Promise<void> {
    this.items.set(item.output, item);
    await this.append({ item });
  }

  async addVolume(volume: SegmentationVolume): Promise<void> {
    this.volumes.set(volume.output, volume);
    await this.append({ volume });
  }

  /** @param output the label map that the frame would have: one of an earlier run does not stand for a frame that failed in this one */
  addFailure(failure: SegmentationFailure, output?: string): void {
    this.failures.push(failure);
    if (output !== undefined) this.items.delete(output);
  }

  /** Writes `segmentation.json` and ends the journal. */
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
    await rm(join(this.path, journalName), { force: true });
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
  for (const line of await readJournal(path, header)) {
    if ("item" in line) items.push(line.item);
    else volumes.push(line.volume);
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

async function readJournal(
  path: string,
  header: SegmentationHeader,
): Promise<z.infer<typeof journalLineSchema>[]> {
  const text = await readFile(join(path, journalName), "utf8").catch(() => "");
  const [first, ...lines] = text.split("\n").map(parseLine);
  const head = z
    .object({ header: z.custom<SegmentationHeader>((value) => value instanceof Object) })
    .safeParse(first);
  if (!head.success || !isSameMaker(head.data.header, header)) return [];
  return lines.flatMap((line) => {
    const parsed = journalLineSchema.safeParse(line);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A killed run may have left half a line. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
