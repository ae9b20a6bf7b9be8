import { existsSync } from "node:fs";
import { join } from "node:path";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { ExportFormat } from "../core/export-formats";
import type { Frame, FrameReference } from "../core/image/frame";
import { ExportFiles } from "./export-files";
import type { ExportSource } from "./export-source";
import { writeVerified } from "./verified-file";

export interface ExportRequest {
  formats: readonly ExportFormat[];
  folder: string;
  /** The frame of the series that a picture is made of; that with most of a segment where it is absent. */
  frame?: number | undefined;
  /** What becomes of names that are taken: nothing that is there is ever written over. */
  onTaken: "refuse" | "number";
}

export interface ExportOptions {
  decode: (reference: FrameReference) => Promise<Frame>;
  signal?: AbortSignal;
  onWritten?: (file: string, format: ExportFormat) => void;
  onFailure?: (format: ExportFormat, error: WireError) => void;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Writes segments for other programs. Each file is read back and compared before it gets its name; a format that
 * cannot be written is told, and the others go on. A measurement report brings the segmentation that it refers to.
 * Throws CancelledError.
 */
export async function exportSegments(
  source: ExportSource,
  request: ExportRequest,
  options: ExportOptions,
): Promise<{ files: string[]; failed: number }> {
  // A report of segments refers to the segmentation that holds them.
  const formats = source.labelMaps.size > 0 ? withSegmentation(request.formats) : request.formats;
  const made = new ExportFiles({
    source,
    stem: stemOf(source.name),
    decode: options.decode,
    frame: request.frame,
  });
  const places = new Places(request);
  const files: string[] = [];
  let failed = 0;
  for (const [index, format] of formats.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.(index, formats.length);
    try {
      for (const file of await made.make(format)) {
        options.signal?.throwIfAborted();
        const path = places.of(file.name);
        await writeVerified(path, file);
        files.push(path);
        options.onWritten?.(path, format);
      }
    } catch (thrown) {
      options.signal?.throwIfAborted();
      failed++;
      options.onFailure?.(format, toWireError(thrown));
    }
  }
  options.onProgress?.(formats.length, formats.length);
  return { files, failed };
}

function withSegmentation(formats: readonly ExportFormat[]): ExportFormat[] {
  return [
    ...new Set(formats.flatMap((format): ExportFormat[] => (format === "sr" ? ["seg", "sr"] : [format]))),
  ];
}

/** A layer's name as that of files: letters and digits, the rest as dashes. */
function stemOf(name: string): string {
  const stem = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase()
    .slice(0, 60);
  return stem === "" ? "layer" : stem;
}

/** Where files go: never where something is already. */
class Places {
  /** A folder of an export keeps the name that it was given. */
  readonly #folders = new Map<string, string>();

  constructor(private readonly request: Pick<ExportRequest, "folder" | "onTaken">) {}

  /** Throws OUTPUT_EXISTS. */
  of(name: string): string {
    const [top, ...rest] = name.split("/");
    const known = this.#folders.get(top!);
    const path = known ?? this.#free(top!);
    if (rest.length > 0) this.#folders.set(top!, path);
    return join(path, ...rest);
  }

  #free(name: string): string {
    const { folder, onTaken } = this.request;
    const path = join(folder, name);
    if (!existsSync(path)) return path;
    if (onTaken === "refuse") {
      throw new SlicebenchError("OUTPUT_EXISTS", "There is a file of this name already.", {
        file: path,
        hint: "Choose another folder with --out.",
      });
    }
    const [stem, ...ending] = name.split(".");
    for (let number = 2; ; number++) {
      const numbered = join(folder, [`${stem}-${number}`, ...ending].join("."));
      if (!existsSync(numbered)) return numbered;
    }
  }
}
