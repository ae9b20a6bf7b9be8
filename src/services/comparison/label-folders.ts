import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { SlicebenchError } from "../../core/errors";
import { type Segment, segmentColours } from "../../core/mask/label-map";
import { withoutExtension } from "../output-names";
import { listFiles } from "../scan-inputs";
import { parseSegmentationRecord, segmentationRecordName } from "../segmentation-record";

/** A file of label maps below a folder. */
export interface NamedLabelFile {
  /** Relative to the folder, without ending. */
  name: string;
  file: string;
}

const labelFile = /\.(png|nii|nii\.gz)$/i;

/**
 * Label maps below a folder, by their names regardless of case; probability maps and contact sheets are none.
 * @throws USAGE where there is no such folder, or none in it
 */
export async function labelFilesIn(folder: string): Promise<Map<string, NamedLabelFile>> {
  const { files, failures } = await listFiles([folder]);
  if (failures[0] !== undefined) {
    const { message, file = folder } = failures[0].error;
    throw new SlicebenchError("USAGE", message, { file });
  }
  const named = files
    .filter(({ file }) => labelFile.test(file) && !/\.probability-\d+\.png$/i.test(file))
    .map(({ file, root }) => {
      const name = withoutExtension(
        relative(file === root ? dirname(root) : root, file)
          .split(sep)
          .join("/"),
      );
      return [name.toLowerCase(), { name, file }] as const;
    });
  if (named.length > 0) return new Map(named);
  throw new SlicebenchError("USAGE", "There is no label map in it.", {
    file: folder,
    hint: "Label maps are PNGs of 8 bits or NIfTI volumes.",
  });
}

type FolderRecord = Awaited<ReturnType<typeof readRecord>>;

/** The records beside label maps, each read once. */
export class FolderRecords {
  readonly #records = new Map<string, ReturnType<typeof readRecord>>();

  /** The record of the nearest folder at or above a file that has one. */
  async of(file: string): Promise<FolderRecord> {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const known = this.#records.get(folder) ?? readRecord(folder);
      this.#records.set(folder, known);
      const record = await known;
      if (record !== undefined || folder === dirname(folder)) return record;
    }
  }

  async spacingOf(file: string): Promise<readonly [number, number] | undefined> {
    const record = await this.of(file);
    return record?.items.find(({ output }) => join(record.folder, output) === file)?.spacingMm;
  }
}

async function readRecord(folder: string) {
  const file = join(folder, segmentationRecordName);
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : { folder, ...parseSegmentationRecord(text, file) };
}

/** Segments of an evaluation, and by which value each side writes the only one, where there is but one. */
export interface ChosenSegments {
  segments: Segment[];
  /** How a side that holds these values writes the only segment; undefined where each is written by its own value. */
  writtenBy: (values: ReadonlySet<number>) => { as: number; value: number } | undefined;
}

/**
 * Finds out what label maps mark: by the record beside the references, else beside the predictions, else by their
 * values. Maps of one value alone are one segment, however it is written (1 on one side, 255 on the other).
 * @param sides the values other than 0 that occur, of the references and of each folder of predictions
 */
export async function chooseSegments(
  sides: readonly ReadonlySet<number>[],
  records: FolderRecords,
  examples: readonly string[],
): Promise<ChosenSegments> {
  let record: FolderRecord;
  for (const example of examples) record ??= await records.of(example);
  const named = record?.segments ?? [];
  const labelOf = (value: number): string | undefined => named.find((each) => each.value === value)?.label;
  if (named.length <= 1 && sides.every(({ size }) => size <= 1)) {
    const value = named[0]?.value ?? sides.flatMap((side) => [...side])[0] ?? 1;
    const segment = { value, label: labelOf(value) ?? "Segment 1", colour: segmentColours[0] };
    return {
      segments: [segment],
      writtenBy: (values) => {
        const [as] = values;
        return as === undefined ? undefined : { as, value };
      },
    };
  }
  const present = new Set([...sides.flatMap((side) => [...side]), ...named.map(({ value }) => value)]);
  const segments = [...present]
    .sort((a, b) => a - b)
    .map((value, index) => ({
      value,
      label: labelOf(value) ?? `Segment ${value}`,
      colour: segmentColours[index % segmentColours.length]!,
    }));
  return { segments, writtenBy: () => undefined };
}
