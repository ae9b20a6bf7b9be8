import { stackLabelMaps } from "../core/comparison/volume";
import {
  type CaseQuestion,
  type CaseReference,
  measureCase,
  type MeasuredCase,
} from "../core/comparison/measure-case";
import type { CaseAnswer, LabelVolume } from "../core/comparison/case-answer";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import { readProbabilityMap } from "./label-map-files";
import { readLabelVolume } from "./label-volumes";

/** A file of label maps, PNG or NIfTI. */
export interface LabelFile {
  file: string;
  /** How the file writes its only segment, where not by the segment's own value. */
  written?: { as: number; value: number };
}

/** Files of label maps that make a volume, slice by slice. */
export interface SliceFiles {
  slices: string[];
}

/** Where one candidate's answer lies. */
export type AnswerFile = (LabelFile | SliceFiles) & {
  model: string;
  /** By segment value. */
  probabilities?: { segment: number; file: string }[];
};

/** One case to measure, from files or from what is in memory. */
export interface CaseRequest {
  answers: (AnswerFile | CaseAnswer)[];
  reference?: CaseReference | LabelFile;
  question: CaseQuestion;
}

export type CaseOutcome = { measured: MeasuredCase } | { error: WireError };

/**
 * Measures one case. Runs in a worker thread, as exact distances of many masks take their time; a
 * failure crosses the thread as data, since an exception would lose its code.
 */
export default async function measure({ answers, reference, question }: CaseRequest): Promise<CaseOutcome> {
  try {
    const loaded = await Promise.all(answers.map(readAnswer));
    const wanted =
      reference !== undefined && "file" in reference ? { labels: await readLabels(reference) } : reference;
    for (const [index, { labels }] of loaded.entries())
      requireShape(labels, (wanted ?? loaded[0])!.labels, fileOf(answers[index]!));
    return { measured: measureCase(loaded, wanted, question) };
  } catch (thrown) {
    return { error: toWireError(thrown) };
  }
}

async function readAnswer(answer: AnswerFile | CaseAnswer): Promise<CaseAnswer> {
  if ("labels" in answer) return answer;
  const { model, probabilities, ...file } = answer;
  return {
    model,
    labels: await readLabels(file),
    ...(probabilities && { probabilities: await readProbabilities(probabilities) }),
  };
}

const fileOf = (answer: AnswerFile | CaseAnswer): string | undefined =>
  "file" in answer ? answer.file : undefined;

async function readLabels(from: LabelFile | SliceFiles): Promise<LabelVolume> {
  if ("slices" in from) return stackLabelMaps(await Promise.all(from.slices.map(readLabelVolume)));
  const { file, written } = from;
  const volume = await readLabelVolume(file);
  if (written === undefined || written.as === written.value) return volume;
  return { ...volume, values: volume.values.map((value) => (value === written.as ? written.value : 0)) };
}

async function readProbabilities(
  files: { segment: number; file: string }[],
): Promise<Map<number, Float32Array>> {
  const planes = files.map(async ({ segment, file }) => [segment, await readProbabilityMap(file)] as const);
  return new Map(await Promise.all(planes));
}

function requireShape(labels: LabelVolume, wanted: LabelVolume, file: string | undefined): void {
  const sizeOf = ({ slices = 1, rows, columns }: LabelVolume): string => `${slices} x ${rows} x ${columns}`;
  if (sizeOf(labels) === sizeOf(wanted)) return;
  throw new SlicebenchError(
    "MASK_SHAPE_MISMATCH",
    `The prediction has ${sizeOf(labels)} pixels, the reference ${sizeOf(wanted)}.`,
    { ...(file !== undefined && { file }), hint: "Compare masks of the same picture at the same size." },
  );
}
