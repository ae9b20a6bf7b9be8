import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import PQueue from "p-queue";
import { z } from "zod";
import type { FetchedStudiesView } from "../../host/contract";

/** What is remembered of a fetched study, in its folder; hidden, so that no scan takes it for a file of the study. */
const recordName = ".fetched.json";
/** No name of a patient is in it. */
const recordSchema = z.object({
  version: z.literal(1),
  studyInstanceUid: z.string(),
  title: z.string(),
  /** Ids of the series that were opened from the folder, by which layers are found. */
  seriesIds: z.array(z.string()),
});
type FetchedRecord = z.infer<typeof recordSchema>;

interface FetchedStudy {
  folder: string;
  record: FetchedRecord;
}

interface SeriesUse {
  /** The folder goes when the program ends. */
  isTemporary?: boolean;
  isOpen: (seriesId: string) => boolean;
  hasLayers: (seriesId: string) => boolean;
}

/**
 * Studies that were fetched, each in a folder of a random name that only this user can read. They stay until somebody
 * clears them: what was drawn on them would lose its images.
 */
export class FetchedStudies {
  /** Folders and their records are read and changed by one at a time. */
  readonly #changes = new PQueue({ concurrency: 1 });
  /** Folders that were handed out to be opened and whose series are not known yet: nobody clears them meanwhile. */
  readonly #opening = new Set<string>();

  constructor(
    readonly folder: string,
    private readonly use: SeriesUse,
  ) {}

  /**
   * Lets `fill` put a study's files into an empty folder, and adds them to what is there of the study already.
   * Nothing is kept of a fetch that fails.
   * @returns the study's folder
   */
  async add(
    { studyInstanceUid, title }: { studyInstanceUid: string; title: string },
    fill: (folder: string) => Promise<void>,
  ): Promise<string> {
    const arriving = join(this.folder, `.${randomUUID()}`);
    await mkdir(arriving, { recursive: true, mode: 0o700 });
    try {
      await fill(arriving);
      return await this.#changes.add(() => this.#place(arriving, { studyInstanceUid, title }));
    } finally {
      await rm(arriving, { recursive: true, force: true });
    }
  }

  async #place(
    arriving: string,
    { studyInstanceUid, title }: { studyInstanceUid: string; title: string },
  ): Promise<string> {
    const known = (await this.#records()).find(({ record }) => record.studyInstanceUid === studyInstanceUid);
    const folder = known?.folder ?? join(this.folder, randomUUID());
    this.#opening.add(folder);
    if (known !== undefined) {
      for (const name of await readdir(arriving)) await rename(join(arriving, name), join(folder, name));
      return folder;
    }
    await writeRecord(arriving, { version: 1, studyInstanceUid, title, seriesIds: [] });
    await rename(arriving, folder);
    return folder;
  }

  /** Remembers which series lie in which folder. @param series with their files */
  async opened(series: readonly { id: string; frames: readonly { file: string }[] }[]): Promise<void> {
    await this.#changes.add(async () => {
      for (const { id, frames } of series) {
        const folder = dirname(frames[0]?.file ?? "");
        if (dirname(folder) !== this.folder) continue;
        const record = await readRecord(folder);
        if (record !== undefined && !record.seriesIds.includes(id))
          await writeRecord(folder, { ...record, seriesIds: [...record.seriesIds, id] });
        this.#opening.delete(folder);
      }
    });
  }

  /** What a fetched study is called; undefined for other folders. */
  async titleOf(folder: string): Promise<string | undefined> {
    return dirname(folder) === this.folder ? (await readRecord(folder))?.title : undefined;
  }

  async view(): Promise<FetchedStudiesView> {
    const studies = await this.#records();
    const sizes = await Promise.all(studies.map(({ folder }) => bytesIn(folder)));
    return {
      folder: this.folder,
      studies: studies.length,
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      open: studies.filter(this.#isOpen).length,
      withLayers: studies.filter((study) => !this.#isOpen(study) && this.#hasLayers(study)).length,
    };
  }

  /** Removes studies that are closed: those with layers only where `withLayers` says so. What broken fetches left goes. */
  async clear({ withLayers }: { withLayers: boolean }): Promise<FetchedStudiesView> {
    await this.#changes.add(async () => {
      for (const study of await this.#records()) {
        if (this.#isOpen(study) || (!withLayers && this.#hasLayers(study))) continue;
        await rm(study.folder, { recursive: true, force: true });
      }
    });
    return this.view();
  }

  async close(): Promise<void> {
    if (this.use.isTemporary === true) await rm(this.folder, { recursive: true, force: true });
  }

  #isOpen = ({ folder, record }: FetchedStudy) =>
    this.#opening.has(folder) || record.seriesIds.some((id) => this.use.isOpen(id));
  #hasLayers = ({ record }: FetchedStudy) => record.seriesIds.some((id) => this.use.hasLayers(id));

  async #records(): Promise<FetchedStudy[]> {
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
    const found = await Promise.all(
      folders.map(async ({ name }) => {
        const folder = join(this.folder, name);
        const record = await readRecord(folder);
        return record === undefined ? [] : [{ folder, record }];
      }),
    );
    return found.flat();
  }
}

async function readRecord(folder: string): Promise<FetchedRecord | undefined> {
  const text = await readFile(join(folder, recordName), "utf8").catch(() => "null");
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function writeRecord(folder: string, record: FetchedRecord): Promise<void> {
  const partial = join(folder, `${recordName}.${randomUUID()}`);
  await writeFile(partial, JSON.stringify(record), { mode: 0o600 });
  await rename(partial, join(folder, recordName));
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => basename(name) !== recordName);
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
