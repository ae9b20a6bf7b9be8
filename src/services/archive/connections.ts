import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { sync as writeFileAtomicSync } from "write-file-atomic";
import { z } from "zod";
import { SlicebenchError } from "../../core/errors";
import {
  type ArchiveConnection,
  archiveSchema,
  type ArchiveView,
  type SaveArchive,
} from "../../host/contract";
import { notWritten } from "../atomic-file";

const savedSchema = z.object({ id: z.string(), archive: archiveSchema, secret: z.string().optional() });
const fileSchema = z.object({ version: z.literal(1), archives: z.array(savedSchema) });

/** An archive with what it lets this workstation in by. */
export type SavedArchive = z.infer<typeof savedSchema>;

/**
 * The archives that the user configured, with their passwords, in a file beside the workspace that only this user can
 * read. It is no part of the workspace itself: that is copied daily, and sent along when somebody asks for help.
 */
export class ArchiveConnections {
  /** Of a workspace in memory, which keeps nothing. */
  #inMemory: SavedArchive[] = [];

  /** @param file undefined keeps them until the program ends */
  constructor(private readonly file: string | undefined) {}

  list(): ArchiveView[] {
    return this.#read().map(view);
  }

  /** By id, or by name as a person types it. Throws ARCHIVE_UNKNOWN. */
  get(idOrName: string): SavedArchive {
    const archives = this.#read();
    const found =
      archives.find(({ id }) => id === idOrName) ??
      archives.find(({ archive }) => archive.name.toLowerCase() === idOrName.toLowerCase());
    if (found !== undefined) return found;
    const names = archives.map(({ archive }) => archive.name).join(", ");
    throw new SlicebenchError("ARCHIVE_UNKNOWN", "There is no archive of this name.", {
      hint: names === "" ? "Add one in Settings, or with `slicebench archive add`." : `There are: ${names}.`,
    });
  }

  /** Throws ARCHIVE_NAME where another has this name. */
  add(saved: SaveArchive): ArchiveView {
    return this.#save({ id: randomUUID(), ...saved });
  }

  /**
   * Changes one. A kept password goes to nobody but whom it was entered for: it is forgotten where the address or the
   * user changes, unless it comes along.
   */
  change(id: string, { archive, secret }: SaveArchive): ArchiveView {
    const before = this.get(id);
    const kept = isSameLogin(before.archive, archive) ? before.secret : undefined;
    return this.#save({ id: before.id, archive, secret: secret ?? kept });
  }

  remove(id: string): void {
    const { id: removed } = this.get(id);
    this.#write(this.#read().filter((each) => each.id !== removed));
  }

  #save(saved: SavedArchive): ArchiveView {
    const others = this.#read();
    const at = others.findIndex(({ id }) => id === saved.id);
    const { name } = saved.archive;
    if (
      others.some(({ id, archive }) => id !== saved.id && archive.name.toLowerCase() === name.toLowerCase())
    ) {
      throw new SlicebenchError("ARCHIVE_NAME", `There is an archive named ${name} already.`, {
        hint: "Give it another name.",
      });
    }
    this.#write(at < 0 ? [...others, saved] : others.with(at, saved));
    return view(saved);
  }

  #read(): SavedArchive[] {
    if (this.file === undefined) return this.#inMemory;
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
      // Somebody may have copied it from another machine.
      chmodSync(this.file, 0o600);
    } catch {
      return [];
    }
    try {
      return fileSchema.parse(JSON.parse(text)).archives;
    } catch (cause) {
      throw new SlicebenchError("ARCHIVES_UNREADABLE", "The list of archives cannot be read.", {
        file: this.file,
        hint: "Remove the file and add the archives again.",
        cause,
      });
    }
  }

  #write(archives: SavedArchive[]): void {
    if (this.file === undefined) {
      this.#inMemory = archives;
      return;
    }
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      const content: z.infer<typeof fileSchema> = { version: 1, archives };
      writeFileAtomicSync(this.file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
    } catch (thrown) {
      throw notWritten(this.file, thrown);
    }
  }
}

const view = ({ id, archive, secret }: SavedArchive): ArchiveView => ({
  id,
  archive,
  hasSecret: secret !== undefined,
});

function isSameLogin(before: ArchiveConnection, after: ArchiveConnection): boolean {
  if (before.protocol !== "dicomweb" || after.protocol !== "dicomweb") return false;
  return (
    new URL(before.url).origin === new URL(after.url).origin &&
    JSON.stringify(before.login) === JSON.stringify(after.login)
  );
}
