import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { CancelledError, SlicebenchError, toWireError, type WireError } from "../core/errors";
import { describeSliceStack } from "../core/image/slice-stack";
import { type Segment, segmentColours } from "../core/mask/label-map";
import { type MeasureOptions, measureMasks } from "../core/metrics/measure";
import { openImage } from "../formats/open";
import { meanMetrics, type MetricMeans, type SegmentMetrics } from "./comparison-record";
import { readLabelMap } from "./label-map-files";
import { withoutExtension } from "./output-names";
import { listFiles } from "./scan-inputs";
import { parseSegmentationRecord, segmentationRecordName } from "./segmentation-record";

/** A label map or a volume of them. */
interface LabelVolume extends Omit<MeasureOptions, "tolerance" | "boundaryWidth"> {
  slices: number;
  /** slices x rows x columns. */
  values: Uint8Array;
}

/** Two label maps of one name, measured. */
export interface EvaluatedPair {
  /** Relative to the folders, without ending. */
  name: string;
  prediction: string;
  reference: string;
  /** Of every length. */
  unit: "mm" | "px";
  /** By segment label. */
  segments: Record<string, SegmentMetrics>;
}

export interface EvaluationFailure {
  name: string;
  error: WireError;
}

/** What was measured over all pairs. */
export interface EvaluationSummary {
  segments: Pick<Segment, "value" | "label">[];
  pairs: number;
  failed: number;
  /** Names of predictions that have no reference: they are not measured. */
  unreferenced: string[];
  /** Means over the pairs in which a metric is defined, by segment label. */
  means: Record<string, MetricMeans>;
}

export interface EvaluationListener {
  signal?: AbortSignal;
  onPair?: (pair: EvaluatedPair) => void;
  onFailure?: (failure: EvaluationFailure) => void;
}

/**
 * Measures label maps against others of the same name: PNGs (indexed or grey) and NIfTI volumes, in folders and
 * below. Segments have the names that a `segmentation.json` beside the maps gives them; maps of one value alone
 * are one segment, however it is written (1 on one side, 255 on the other).
 * @throws USAGE where a folder holds no label map; CancelledError
 */
export async function evaluateFolders(
  folders: { predictions: string; reference: string },
  { signal, onPair, onFailure }: EvaluationListener = {},
): Promise<EvaluationSummary> {
  const [predictions, references] = await Promise.all([
    labelFilesIn(folders.predictions),
    labelFilesIn(folders.reference),
  ]);
  const records = new Records();
  const pairs: EvaluatedPair[] = [];
  let failed = 0;
  const fail = (name: string, thrown: unknown): void => {
    failed++;
    onFailure?.({ name, error: toWireError(thrown) });
  };
  const found: { name: string; prediction: string; reference: string }[] = [];
  for (const [key, { name, file }] of references) {
    const prediction = predictions.get(key)?.file;
    if (prediction !== undefined) found.push({ name, prediction, reference: file });
    else fail(name, noPrediction(file));
  }
  const isReadable = new Set<string>();
  const [own, wanted] = [new Set<number>(), new Set<number>()];
  for (const { name, prediction, reference } of found) {
    if (signal?.aborted === true) throw new CancelledError();
    try {
      for (const value of (await readLabels(prediction)).values) own.add(value);
      for (const value of (await readLabels(reference)).values) wanted.add(value);
      isReadable.add(name);
    } catch (thrown) {
      fail(name, thrown);
    }
  }
  const segments = await chooseSegments({ own, wanted }, records, found);
  for (const { name, prediction, reference } of found.filter((pair) => isReadable.has(pair.name))) {
    if (signal?.aborted === true) throw new CancelledError();
    try {
      const measured = await measurePair({ prediction, reference }, segments, records);
      const pair = { name, prediction, reference, ...measured };
      pairs.push(pair);
      onPair?.(pair);
    } catch (thrown) {
      fail(name, thrown);
    }
  }
  return {
    segments: segments.map(({ value, label }) => ({ value, label })),
    pairs: pairs.length,
    failed,
    unreferenced: [...predictions].flatMap(([key, { name }]) => (references.has(key) ? [] : [name])),
    means: meanMetrics(pairs, segments),
  };
}

const labelFile = /\.(png|nii|nii\.gz)$/i;

/** Label maps below a folder, by their names regardless of case. */
async function labelFilesIn(folder: string): Promise<Map<string, { name: string; file: string }>> {
  const { files, failures } = await listFiles([folder]);
  if (failures[0] !== undefined) {
    const { message, file = folder } = failures[0].error;
    throw new SlicebenchError("USAGE", message, { file });
  }
  const named = files
    .filter(({ file }) => labelFile.test(file))
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

function noPrediction(file: string): SlicebenchError {
  return new SlicebenchError("PREDICTION_MISSING", "There is no prediction of this name.", {
    file,
    hint: "Predictions are paired with references by their path and name, without the ending.",
  });
}

async function readLabels(file: string): Promise<LabelVolume> {
  if (/\.png$/i.test(file)) return { slices: 1, ...(await readLabelMap(file)) };
  const image = await openImage(file);
  const { rows, columns } = image.header;
  const values = new Uint8Array(image.frameCount * rows * columns);
  for (let frame = 0; frame < image.frameCount; frame++) {
    const { pixels } = await image.readFrame(frame);
    pixels.forEach((value, i) => {
      if (!Number.isInteger(value) || value < 0 || value > 255) {
        throw new SlicebenchError("LABEL_MAP_UNREADABLE", `The file is no label map: it holds ${value}.`, {
          file,
          hint: "Labels are whole numbers from 0 to 255.",
        });
      }
      values[frame * rows * columns + i] = value;
    });
  }
  const geometries = Array.from({ length: image.frameCount }, (_, frame) => image.geometry(frame));
  const inPlane = geometries[0]?.spacingMm;
  const between = describeSliceStack(geometries).spacingMm;
  const spacing = inPlane && (image.frameCount === 1 ? inPlane : between && ([...inPlane, between] as const));
  return { slices: image.frameCount, rows, columns, values, ...(spacing && { spacingMm: spacing }) };
}

/** The records beside label maps, each read once. */
class Records {
  private readonly records = new Map<string, ReturnType<typeof readRecord>>();

  /** The record of the nearest folder at or above a file that has one. */
  async of(file: string): Promise<Awaited<ReturnType<typeof readRecord>>> {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const known = this.records.get(folder) ?? readRecord(folder);
      this.records.set(folder, known);
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

/** A segment with the value that each side writes it by. */
type PairedSegment = Segment & { own: number; wanted: number };

async function chooseSegments(
  values: { own: Set<number>; wanted: Set<number> },
  records: Records,
  found: readonly { prediction: string; reference: string }[],
): Promise<PairedSegment[]> {
  values.own.delete(0);
  values.wanted.delete(0);
  const [first] = found;
  const record = first && ((await records.of(first.reference)) ?? (await records.of(first.prediction)));
  const named = record?.segments ?? [];
  const present = [...new Set([...values.own, ...values.wanted, ...named.map(({ value }) => value)])];
  const [own, wanted] = [[...values.own], [...values.wanted]];
  if (own.length <= 1 && wanted.length <= 1 && named.length <= 1) {
    const value = named[0]?.value ?? own[0] ?? wanted[0] ?? 1;
    const segment = { value, label: named[0]?.label ?? "Segment 1", colour: segmentColours[0] };
    return [{ ...segment, own: own[0] ?? value, wanted: wanted[0] ?? value }];
  }
  return present
    .sort((a, b) => a - b)
    .map((value, index) => {
      const label = named.find((segment) => segment.value === value)?.label ?? `Segment ${value}`;
      const colour = segmentColours[index % segmentColours.length]!;
      return { value, label, colour, own: value, wanted: value };
    });
}

async function measurePair(
  { prediction, reference }: { prediction: string; reference: string },
  segments: readonly PairedSegment[],
  records: Records,
): Promise<Pick<EvaluatedPair, "unit" | "segments">> {
  const [predicted, wanted] = [await readLabels(prediction), await readLabels(reference)];
  const sizeOf = ({ slices, rows, columns }: LabelVolume) => `${slices} x ${rows} x ${columns}`;
  if (sizeOf(predicted) !== sizeOf(wanted)) {
    throw new SlicebenchError(
      "MASK_SHAPE_MISMATCH",
      `The prediction has ${sizeOf(predicted)} pixels, the reference ${sizeOf(wanted)}.`,
      { file: prediction, hint: "Compare masks of the same picture at the same size." },
    );
  }
  const spacingMm =
    wanted.spacingMm ??
    predicted.spacingMm ??
    (await records.spacingOf(reference)) ??
    (await records.spacingOf(prediction));
  const { slices, rows, columns } = wanted;
  const options = { slices, rows, columns, ...(spacingMm && { spacingMm }) };
  const maskOf = (labels: LabelVolume, value: number) =>
    labels.values.map((each) => (each === value ? 1 : 0));
  return {
    unit: spacingMm === undefined ? "px" : "mm",
    segments: Object.fromEntries(
      segments.map((segment) => [
        segment.label,
        measureMasks(maskOf(predicted, segment.own), maskOf(wanted, segment.wanted), options).metrics,
      ]),
    ),
  };
}
