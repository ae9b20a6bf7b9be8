import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SlicebenchError } from "../core/errors";
import { type ArchiveLimits, tooLarge } from "./archive";

/** The files that a fetch fills: numbered, for this user alone, and whole or not there. */
export class ReceivedFiles {
  readonly files: string[] = [];
  #bytes = 0;
  #named = 0;

  constructor(
    private readonly folder: string,
    private readonly limits: ArchiveLimits,
  ) {}

  /** The next file's name; the number is all that is in it. Several may be open at once. */
  next(): string {
    if (this.#named >= this.limits.instances) {
      throw tooLarge(`more than ${this.limits.instances} instances`);
    }
    return join(this.folder, `${String(++this.#named).padStart(6, "0")}.dcm`);
  }

  /** Counts bytes before they are written. Throws ARCHIVE_TOO_LARGE. */
  count(bytes: number, ofInstance: number): void {
    this.#bytes += bytes;
    if (ofInstance > this.limits.instanceBytes) throw tooLarge("an instance of many gigabytes");
    if (this.#bytes > this.limits.studyBytes) throw tooLarge("more than a disk should hold of one study");
  }

  /** Keeps an instance as it arrives. @returns its bytes. Throws ARCHIVE_TOO_LARGE, ARCHIVE_DISK. */
  async keep(instance: Readable): Promise<number> {
    const file = this.next();
    let bytes = 0;
    const counting = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        try {
          this.count(chunk.length, bytes);
          done(null, chunk);
        } catch (thrown) {
          done(thrown as Error);
        }
      },
    });
    try {
      await pipeline(instance, counting, createWriteStream(`${file}.part`, { mode: 0o600, flags: "wx" }));
      await rename(`${file}.part`, file);
    } catch (thrown) {
      await rm(`${file}.part`, { force: true });
      throw notKept(thrown);
    }
    this.files.push(file);
    return bytes;
  }
}

/** A disk that is full, or may not be written to, is no fault of the archive. */
export function notKept<Thrown>(thrown: Thrown): Thrown | SlicebenchError {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (typeof code !== "string" || !/^(?:ENOSPC|EDQUOT|EACCES|EPERM|EROFS)$/.test(code)) return thrown;
  return new SlicebenchError("ARCHIVE_DISK", "What the archive sends cannot be kept: the disk is full.", {
    hint: "Make room, or clear fetched studies in Settings.",
    cause: thrown,
  });
}
