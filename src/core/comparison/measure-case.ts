import { labelComponents } from "../mask/components";
import { separateByProbability } from "../mask/objects";
import type { VolumeSize } from "../mask/region-growing";
import { agreementMatrix, disagreementOf } from "../consensus/agreement";
import type { Segment } from "../mask/label-map";
import { measureCalibration } from "../metrics/calibration";
import { measureInstances } from "../metrics/instances";
import { maskOfSegment, measureMasks, type MetricValue } from "../metrics/measure";
import type { CaseAnswer, LabelVolume } from "./case-answer";
import { measureConsensus } from "./consensus";
import type { CaseResult, ComparisonCase } from "./record";

export interface CaseReference {
  labels: LabelVolume;
  /** Each pixel's object number, where the reference tells objects apart; else its connected parts are the objects. */
  objects?: ArrayLike<number>;
}

export interface CaseQuestion {
  segments: readonly Pick<Segment, "value" | "label">[];
  /** Between rows, between columns, and of a volume between slices; lengths are in px without it. */
  spacingMm?: readonly [row: number, column: number, slice?: number];
  /** Whether objects are counted and compared. */
  objects: boolean;
  /** Leaves out what all find together: of a large volume it takes more memory than it tells. */
  withoutConsensus?: boolean;
}

/** What is measured of one case, without its place. */
export interface MeasuredCase extends Pick<
  ComparisonCase,
  "agreement" | "disagreement" | "consensus" | "referenceObjects"
> {
  results: Pick<CaseResult, "model" | "segments" | "objects">[];
}

/**
 * Measures all candidates of one case: each against the reference where there is one, and all against each other.
 * @param answers label maps of one shape, which is the reference's too
 * @throws MASK_SHAPE_MISMATCH
 */
export function measureCase(
  answers: readonly CaseAnswer[],
  reference: CaseReference | undefined,
  question: CaseQuestion,
): MeasuredCase {
  const values = question.segments.map(({ value }) => value);
  const maps = answers.map(({ labels }) => labels);
  const matrix = agreementMatrix(maps, values);
  const agreement = matrix.flatMap((row, a) =>
    row.slice(a + 1).map((dice, after) => ({
      a: answers[a]!.model,
      b: answers[a + 1 + after]!.model,
      dice: dice ?? null,
    })),
  );
  const objects =
    reference !== undefined && question.objects ? objectsOfReference(reference, question) : undefined;
  return {
    results: answers.map((answer) => measureAnswer(answer, { reference, objects, question })),
    agreement,
    ...(agreement.length > 0 && { disagreement: disagreementOf(matrix) }),
    ...(answers.length > 2 &&
      question.withoutConsensus !== true && { consensus: measureConsensus(answers, question.segments) }),
    ...(objects && {
      referenceObjects: Object.fromEntries(
        question.segments.map(({ value, label }) => [label, countObjects(objects.get(value)!)]),
      ),
    }),
  };
}

interface AnswerContext {
  reference: CaseReference | undefined;
  /** Object numbers of the reference, by segment value. */
  objects: ReadonlyMap<number, ArrayLike<number>> | undefined;
  question: CaseQuestion;
}

function measureAnswer(
  { model, labels, probabilities }: CaseAnswer,
  { reference, objects, question }: AnswerContext,
): MeasuredCase["results"][number] {
  const { rows, columns, slices = 1 } = labels;
  const shape = { rows, columns, slices, ...(question.spacingMm && { spacingMm: question.spacingMm }) };
  const own = new Map<string, number>();
  const segments = question.segments.map(({ value, label }): [string, Record<string, MetricValue>] => {
    const mask = maskOfSegment(labels, value);
    const plane = probabilities?.get(value);
    const parts = question.objects ? partsOf(mask, plane, shape) : undefined;
    if (parts !== undefined) own.set(label, countObjects(parts));
    if (reference === undefined) return [label, {}];
    const wanted = maskOfSegment(reference.labels, value);
    const { metrics } = measureMasks(mask, wanted, shape);
    return [
      label,
      {
        ...metrics,
        ...(parts && objects && measureObjects(parts, objects.get(value)!)),
        ...(plane && measureProbabilities(plane, wanted)),
      },
    ];
  });
  return {
    model,
    ...(reference && { segments: Object.fromEntries(segments) }),
    ...(question.objects && { objects: Object.fromEntries(own) }),
  };
}

/** Objects of a mask: parted by watershed where there is a probability, else its connected parts. */
const partsOf = (mask: Uint8Array, plane: Float32Array | undefined, size: VolumeSize): Int32Array =>
  plane === undefined ? labelComponents(mask, size).labels : separateByProbability(plane, size);

/** `countError` is signed: how many objects too many. */
function measureObjects(
  predicted: ArrayLike<number>,
  reference: ArrayLike<number>,
): Record<string, MetricValue> {
  const { counts, metrics } = measureInstances(predicted, reference);
  return { ...metrics, countError: { value: counts.predicted - counts.reference } };
}

function measureProbabilities(plane: Float32Array, reference: Uint8Array): Record<string, MetricValue> {
  const { expectedCalibrationError, brier } = measureCalibration(plane, reference);
  return { expectedCalibrationError: { value: expectedCalibrationError }, brier: { value: brier } };
}

function objectsOfReference(
  { labels, objects }: CaseReference,
  { segments }: CaseQuestion,
): Map<number, ArrayLike<number>> {
  const { rows, columns, slices = 1 } = labels;
  return new Map(
    segments.map(({ value }) => [
      value,
      objects ?? labelComponents(maskOfSegment(labels, value), { rows, columns, slices }).labels,
    ]),
  );
}

function countObjects(objects: ArrayLike<number>): number {
  const numbers = new Set(Array.from(objects));
  numbers.delete(0);
  return numbers.size;
}
