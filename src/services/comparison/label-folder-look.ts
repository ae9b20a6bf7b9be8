import { CancelledError } from "../../core/errors";
import { readLabelVolume, type StoredLabelVolume } from "../label-volumes";
import { hashFile } from "../models";
import { labelFilesIn, type NamedLabelFile } from "./label-folders";

/** A label map as it was first looked at. */
export interface LookedAt extends NamedLabelFile, Omit<StoredLabelVolume, "values"> {
  sha256: string;
}

/** What a folder of label maps holds. */
export interface LookedInto {
  /** Those that can be read, by lower-case name. */
  files: Map<string, LookedAt>;
  /** Of all, lower-case, whether they can be read or not. */
  names: ReadonlySet<string>;
  /** Those that were left out because nothing was asked for under their name. */
  others: string[];
  /** Other than 0 that occur. */
  values: Set<number>;
}

/**
 * Reads every label map of a folder once, to know their sizes and values before anything is measured.
 * @param only names that are asked for; absent: all
 * @throws USAGE where there is none; CancelledError
 */
export async function lookIntoFolder(
  folder: string,
  {
    fail,
    signal,
    only,
  }: {
    fail: (name: string, thrown: unknown) => void;
    signal: AbortSignal | undefined;
    only?: ReadonlySet<string>;
  },
): Promise<LookedInto> {
  const found = await labelFilesIn(folder);
  const look: LookedInto = { files: new Map(), names: new Set(found.keys()), others: [], values: new Set() };
  for (const [key, named] of found) {
    if (signal?.aborted === true) throw new CancelledError();
    if (only?.has(key) === false) {
      look.others.push(named.name);
      continue;
    }
    try {
      const { values, ...size } = await readLabelVolume(named.file);
      for (const value of values) look.values.add(value);
      look.files.set(key, { ...named, ...size, sha256: await hashFile(named.file) });
    } catch (thrown) {
      fail(named.name, thrown);
    }
  }
  look.values.delete(0);
  return look;
}
