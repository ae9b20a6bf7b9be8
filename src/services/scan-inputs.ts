import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import PQueue from "p-queue";
import { CancelledError, SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { SegmentObjectKind } from "../core/mask/object-origin";
import { readDirectory } from "../formats/dicom/directory";
import { segmentObjectKind } from "../formats/dicom-objects/segment-object";
import { openFile, type SeriesIdentity } from "../formats/open";
import { unpackArchive } from "./archives";
import { groupIntoSeries } from "./group-series";
import type { ScannedInputs } from "./inputs";
import { type InputFile, isWithin } from "./output-names";
import type { FoundImage } from "./split-series";

/** What the objects are that hold segments, for a command that has no use for them. */
const objectNames: Readonly<Record<SegmentObjectKind, string>> = {
  SEG: "segmentation (DICOM SEG)",
  RTSTRUCT: "RT structure set (contours)",
};

/** Files that are looked at at a time: a scan waits for the disk, not for the processor. */
const openAtOnce = 4;

interface ScanOptions {
  /** Where results go: what lies there is no input. */
  resultsFolder?: string;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** What files hold, each by itself. */
interface FoundFiles extends Pick<ScannedInputs, "failures" | "others"> {
  images: FoundImage[];
  /** Segmentations and structure sets: no pictures to look at, but layers of others. */
  objects: FoundObject[];
}

/** A DICOM object that marks segments on images. */
export interface FoundObject {
  input: InputFile;
  kind: SegmentObjectKind;
  identity: SeriesIdentity;
}

/**
 * Finds out what paths hold: every file is looked at by its content, and what belongs together becomes a
 * series. What cannot be read is named, and the rest goes on.
 * Throws CancelledError, and OUTPUT_IS_INPUT where the results would lie among the pictures.
 */
export async function scanInputs(
  paths: readonly string[],
  options: ScanOptions = {},
): Promise<ScannedInputs> {
  const { images, failures, others, objects } = await findImages(paths, options);
  const left = objects.map(({ input, kind }) => ({ ...input, what: objectNames[kind] }));
  return { series: groupIntoSeries(images), failures, others: [...others, ...left] };
}

/** As `scanInputs`, with the files as they are, in the order in which they were found. */
export async function findImages(paths: readonly string[], options: ScanOptions = {}): Promise<FoundFiles> {
  const { files, failures } = await listFiles(paths, options);
  const found: FoundFiles = { images: [], objects: [], failures, others: [] };
  const queue = new PQueue({ concurrency: openAtOnce });
  const looked = files.map((input) =>
    queue.add(async () => {
      if (options.signal?.aborted === true) throw new CancelledError();
      return openFile(input.file, { headerOnly: true }).catch((thrown: unknown) =>
        toWireError(thrown, input.file),
      );
    }),
  );
  for (const [index, input] of files.entries()) {
    const opened = await looked[index]!;
    options.onProgress?.(index + 1, files.length);
    const kind = "code" in opened ? undefined : segmentObjectKind(opened.sopClassUid);
    // Only an archive that was named by itself: in a folder of images nobody meant it.
    if ("code" in opened && opened.code === "FILE_IS_ARCHIVE" && input.file === input.root) {
      await addArchive(found, input, options.signal);
    } else if ("code" in opened) found.failures.push({ ...input, error: opened });
    else if (kind !== undefined) found.objects.push({ input, kind, identity: opened.identity });
    else if (opened.kind === "non-image" && isNamedDirectory(opened.sopClassUid, input)) {
      await addDirectory(found, input, options.signal);
    } else if (opened.kind === "non-image") found.others.push({ ...input, what: opened.description });
    else found.images.push({ input, image: opened });
  }
  return found;
}

/** Adds what an archive holds. Its files that are no images are nobody's concern. */
async function addArchive(
  found: FoundFiles,
  input: InputFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const folder = await unpackArchive(input.file, signal);
    const { images, objects, others } = await findImages([folder], signal === undefined ? {} : { signal });
    found.images.push(...images);
    found.objects.push(...objects);
    found.others.push(...others.map(({ what }) => ({ ...input, what })));
    if (images.length + objects.length === 0) {
      throw new SlicebenchError("NO_IMAGES_FOUND", "There are no images in the archive.", {
        file: input.file,
      });
    }
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    found.failures.push({ ...input, error: toWireError(thrown, input.file) });
  }
}

const mediaStorageDirectory = "1.2.840.10008.1.3.10";

/** Whether a DICOMDIR was named by itself: in a folder the files beside it are found without it. */
function isNamedDirectory(sopClassUid: string | undefined, { file, root }: InputFile): boolean {
  return sopClassUid === mediaStorageDirectory && file === root;
}

/** Adds the files that a DICOMDIR lists; those that are missing are named. */
async function addDirectory(
  found: FoundFiles,
  input: InputFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const listed = await readDirectory(input.file);
    const listing = await findImages(listed, signal === undefined ? {} : { signal });
    found.images.push(...listing.images);
    found.objects.push(...listing.objects);
    found.others.push(...listing.others);
    found.failures.push(...listing.failures);
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    found.failures.push({ ...input, error: toWireError(thrown, input.file) });
  }
}

export interface ListedFiles {
  files: InputFile[];
  /** Paths that were given and cannot be listed. */
  failures: (InputFile & { error: WireError })[];
}

/**
 * Lists the files that paths stand for: a file is itself, a folder all that is in it and below, in the order
 * of their names. Hidden files, links to folders and the folder of the results are left out; a file that two
 * paths lead to is listed once.
 */
export async function listFiles(
  paths: readonly string[],
  options: { resultsFolder?: string; signal?: AbortSignal } = {},
): Promise<ListedFiles> {
  const found: ListedFiles = { files: [], failures: [] };
  const seen = new Set<string>();
  const results = options.resultsFolder === undefined ? undefined : resolve(options.resultsFolder);
  if (results !== undefined && paths.some((path) => resolve(path) === results)) {
    throw new SlicebenchError("OUTPUT_IS_INPUT", "The results would lie among the pictures.", {
      file: results,
      hint: "Choose another folder with --out.",
    });
  }
  const add = (input: InputFile): void => {
    if (seen.has(input.file)) return;
    seen.add(input.file);
    found.files.push(input);
  };
  const walk = async (folder: string, root: string): Promise<void> => {
    if (options.signal?.aborted === true) throw new CancelledError();
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort(byName)) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || (results !== undefined && isWithin(results, path))) continue;
      if (entry.isDirectory()) await walk(path, root);
      else if (entry.isFile() || (entry.isSymbolicLink() && !(await leadsToFolder(path))))
        add({ file: path, root });
    }
  };
  for (const given of paths.map((path) => resolve(path))) {
    try {
      if ((await stat(given)).isDirectory()) await walk(given, given);
      else add({ file: given, root: given });
    } catch (thrown) {
      if (thrown instanceof CancelledError) throw thrown;
      found.failures.push({ file: given, root: given, error: describeUnlisted(given, thrown) });
    }
  }
  return found;
}

/** Links to folders are not followed: they may lead in a circle. A link to nothing is a file that cannot be read. */
async function leadsToFolder(link: string): Promise<boolean> {
  return (await stat(link).catch(() => undefined))?.isDirectory() === true;
}

/** Numbers in their own order (IM-9 before IM-10), in one language on every machine. */
function byName(a: Dirent, b: Dirent): number {
  return a.name.localeCompare(b.name, "en", { numeric: true });
}

function describeUnlisted(file: string, cause: unknown): WireError {
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return toWireError(
    new SlicebenchError(
      isMissing ? "FILE_NOT_FOUND" : "FILE_UNREADABLE",
      isMissing ? "There is no such file or folder." : "The file or folder cannot be read.",
      { file, cause },
    ),
  );
}
