import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import type { Entry } from "yauzl";
import { CancelledError, SlicebenchError } from "../core/errors";
import { thrownText } from "./failures";
import { largestFileBytes, megabytes } from "./limits";

/** What an archive may unpack to: 16 GiB, in a hundred thousand files. */
const largestTotalBytes = 2 ** 34;
const mostEntries = 100_000;

/** Up to here an archive may be as compressible as it likes; beyond, nothing that was scanned shrinks so far. */
const unsuspiciousBytes = 2 ** 28;
const largestRatio = 200;

/**
 * Unpacks a zip archive into a folder, as "1", "2"...: names within archives are other people's, may lead elsewhere and
 * may be patients'. Folders, links and hidden files are left out; archives within the archive stay packed.
 * @param file   the archive
 * @param folder empty
 * @returns how many files were unpacked
 * @throws SlicebenchError ARCHIVE_DAMAGED, ARCHIVE_BOMB, ARCHIVE_LOCKED; CancelledError
 */
export async function unpackZip(file: string, folder: string, signal?: AbortSignal): Promise<number> {
  try {
    const archive = await yauzl.openPromise(file);
    try {
      let total = 0;
      let unpacked = 0;
      if (archive.entryCount > mostEntries) throw bomb(`${archive.entryCount} files`);
      for await (const entry of archive.eachEntry()) {
        if (signal?.aborted === true) throw new CancelledError();
        if (!isOrdinaryFile(entry)) continue;
        if (entry.isEncrypted()) {
          throw new SlicebenchError("ARCHIVE_LOCKED", "The archive has a password.", {
            hint: "Unpack it and open the folder.",
          });
        }
        total += entry.uncompressedSize;
        checkSizes(entry, { total, packed: archive.fileSize });
        // Refuses an entry that grows beyond what it announces.
        const content = await archive.openReadStreamPromise(entry);
        unpacked++;
        await pipeline(content, createWriteStream(join(folder, String(unpacked)), { flags: "wx" }));
      }
      return unpacked;
    } finally {
      archive.close();
    }
  } catch (thrown) {
    if (thrown instanceof SlicebenchError || thrown instanceof CancelledError) throw thrown;
    throw new SlicebenchError("ARCHIVE_DAMAGED", `The archive cannot be unpacked (${thrownText(thrown)}).`, {
      hint: "Copy it again from where it came from.",
      cause: thrown,
    });
  }
}

const fileTypeMask = 0o170000;
const ordinary = 0o100000;

/** Unix archivers write what an entry is into its attributes (APPNOTE 4.4.15); others write nothing. */
function isOrdinaryFile({ fileName, externalFileAttributes }: Entry): boolean {
  const type = (externalFileAttributes >>> 16) & fileTypeMask;
  const isHidden = fileName.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
  return !fileName.endsWith("/") && !isHidden && (type === 0 || type === ordinary);
}

function checkSizes(entry: Entry, { total, packed }: { total: number; packed: number }): void {
  if (entry.uncompressedSize > largestFileBytes) throw bomb(`a file of ${megabytes(entry.uncompressedSize)}`);
  if (total > largestTotalBytes || (total > unsuspiciousBytes && total > packed * largestRatio)) {
    throw bomb(`${megabytes(total)} out of ${megabytes(packed)}`);
  }
}

function bomb(what: string): SlicebenchError {
  return new SlicebenchError("ARCHIVE_BOMB", `The archive announces ${what}, which is too much.`, {
    hint: "It is damaged, or made to fill the disk. Do not open it.",
  });
}
