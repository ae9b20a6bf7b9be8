import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { SlicebenchError } from "../core/errors";

/** A dropped file may be a whole-slide TIFF; what is larger is opened by its path. */
const largestUploadBytes = 4 * 2 ** 30;

/**
 * Files dropped onto a page that cannot know their paths. They keep their names and folders, by which masks are
 * paired with images, in a folder that only this user can read and that goes when the program ends.
 */
export class Uploads {
  #folder: Promise<string> | undefined;

  constructor(private readonly limitBytes = largestUploadBytes) {}

  /**
   * Keeps a file's bytes as they arrive. Returns its path.
   * @param name with the folders in which it was dropped, `/` between them
   * Throws UPLOAD_NAME for a name that leads elsewhere, UPLOAD_TOO_LARGE.
   */
  async add(name: string, bytes: ReadableStream<Uint8Array>): Promise<string> {
    const relative = safeRelativePath(name);
    this.#folder ??= mkdtemp(join(tmpdir(), "slicebench-"));
    const file = join(await this.#folder, relative);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    try {
      await pipeline(Readable.fromWeb(bytes), this.#limit(name), createWriteStream(file, { mode: 0o600 }));
    } catch (thrown) {
      await rm(file, { force: true });
      throw thrown;
    }
    return file;
  }

  /** Whether a path is one of an upload, which will not be there the next time. */
  async holds(path: string): Promise<boolean> {
    return this.#folder !== undefined && path.startsWith(await this.#folder);
  }

  /** Removes all of them. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  /** Counts what comes, whatever the request said about its length. */
  #limit(name: string): Transform {
    let seen = 0;
    return new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        seen += chunk.byteLength;
        if (seen <= this.limitBytes) {
          done(null, chunk);
          return;
        }
        done(
          new SlicebenchError("UPLOAD_TOO_LARGE", "This file is too large to be dropped into the browser.", {
            file: name,
            hint: "Start `slicebench serve` with its path instead.",
          }),
        );
      },
    });
  }
}

/** A dropped file's own path, in a folder of its own for each drop root; never one that leads out. */
function safeRelativePath(name: string): string {
  const parts = normalize(name.replaceAll("\\", "/")).split(/[\\/]/);
  const isSafe = parts.every(
    (part) => part !== ".." && part.length <= 255 && !/[<>:"|?*\p{Control}]/u.test(part),
  );
  const kept = parts.filter((part) => part !== "" && part !== ".");
  if (!isSafe || kept.length === 0 || kept.length > 32) {
    throw new SlicebenchError("UPLOAD_NAME", "A dropped file has a name that cannot be kept.", {
      file: name,
    });
  }
  return join(...kept);
}
