import { createHash } from "node:crypto";
import type { CaseReference } from "../../core/comparison/measure-case";
import { toWireError, type WireError } from "../../core/errors";
import type { Segment } from "../../core/mask/label-map";
import type { InputSeries, ScannedInputs } from "../inputs";
import type { StoredModel } from "../models";
import { relativeInput } from "../output-names";
import type { CaseRequest, LabelFile } from "../case-worker";
import { stackLabelMaps, volumeGrid } from "../../core/comparison/volume";
import { findReferenceBeside, loadReference, type LoadedReference } from "../references";
import type { PendingCase } from "./cases";
import { type FrameRuns, frameRunKey } from "./run-models";

/** What a comparison is of. */
interface ComparedFrames {
  inputs: ScannedInputs;
  models: readonly StoredModel[];
  /** Absent: those that lie beside a series. */
  references?: readonly string[];
  objects: boolean;
  probabilities?: boolean;
}

/** The frames of a comparison as cases to measure, in their order, each reference read when its series' turn comes. */
export async function* pendingCases(
  batch: ComparedFrames,
  {
    segments,
    runs,
    fail,
  }: { segments: readonly Segment[]; runs: FrameRuns; fail: (error: WireError) => void },
): AsyncGenerator<PendingCase> {
  for (const [index, series] of batch.inputs.series.entries()) {
    const reference = await referenceOf(series, batch, fail);
    const whole: PendingCase[] = [];
    for (const [position, frame] of series.frames.entries()) {
      const answers = batch.models.flatMap(({ card: { id: model } }) => {
        const run = runs.get(frameRunKey(model, frame));
        return run === undefined ? [] : [{ model, ...run }];
      });
      const [first] = answers;
      if (first === undefined) continue;
      const wanted = reference?.labelMaps.find((each) => each.frame === position);
      const { spacingMm } = frame.geometry;
      const probabilities = (file: string) =>
        segments.map(({ value }) => ({
          segment: value,
          file: file.replace(/\.png$/, `.probability-${value}.png`),
        }));
      const pending: PendingCase = {
        place: {
          input: relativeInput(frame),
          inputSha256: first.inputSha256,
          frame: frame.frame,
          series: index,
          rows: frame.rows,
          columns: frame.columns,
          unit: spacingMm === undefined ? "px" : "mm",
          ...(spacingMm && { spacingMm }),
          ...(wanted && { referenceSha256: hashReference({ labels: wanted.labelMap, ...wanted }) }),
        },
        results: answers.map(({ model, output, outputSha256, cost }) => ({
          model,
          output,
          outputSha256,
          ...(cost && { timings: cost.timings, memoryBytes: cost.memoryBytes }),
        })),
        request: {
          answers: answers.map(({ model, file }) => ({
            model,
            file,
            ...(batch.probabilities === true && { probabilities: probabilities(file) }),
          })),
          ...(wanted && {
            reference: { labels: wanted.labelMap, ...(wanted.objects && { objects: wanted.objects }) },
          }),
          question: {
            segments: segments.map(({ value, label }) => ({ value, label })),
            objects: batch.objects,
            ...(spacingMm && { spacingMm }),
          },
        },
      };
      whole.push(pending);
      yield pending;
    }
    const volume = pendingVolume(series, whole);
    if (volume !== undefined) yield volume;
  }
}

/** How many cases there are: the frames, and the series that are volumes. */
export const countCases = ({ series }: ScannedInputs): number =>
  series.reduce((sum, { frames }) => sum + frames.length + (volumeGrid(frames) === undefined ? 0 : 1), 0);

/**
 * A series as a whole, where its slices make a volume: every model that has all of its slices, against the reference
 * where that has.
 */
function pendingVolume({ frames }: InputSeries, slices: readonly PendingCase[]): PendingCase | undefined {
  const grid = volumeGrid(frames);
  const [first] = slices;
  if (grid === undefined || first === undefined || slices.length < frames.length) return undefined;
  const models = first.results
    .map(({ model }) => model)
    .filter((model) => slices.every(({ results }) => results.some((each) => each.model === model)));
  if (models.length === 0) return undefined;
  const references = slices.flatMap(({ request: { reference } }) =>
    reference !== undefined && "labels" in reference ? [reference.labels] : [],
  );
  const hasReference = references.length === slices.length;
  const hashOf = (hashes: readonly string[]) => createHash("sha256").update(hashes.join()).digest("hex");
  return {
    place: {
      input: first.place.input,
      inputSha256: hashOf(slices.map(({ place }) => place.inputSha256)),
      frame: first.place.frame,
      series: first.place.series,
      ...grid,
      unit: "mm",
      ...(hasReference && { referenceSha256: hashOf(slices.map(({ place }) => place.referenceSha256!)) }),
    },
    results: models.map((model) => {
      const own = slices.map(({ results }) => results.find((each) => each.model === model)!);
      return { model, output: own[0]!.output, outputSha256: hashOf(own.map((each) => each.outputSha256)) };
    }),
    request: {
      answers: models.map((model) => ({
        model,
        slices: slices.map(({ request }) => fileOf(request.answers.find((each) => each.model === model)!)),
      })),
      ...(hasReference && { reference: { labels: stackLabelMaps(references) } }),
      question: {
        segments: first.request.question.segments,
        spacingMm: grid.spacingMm,
        objects: false,
        withoutConsensus: true,
      },
    },
  };
}

const fileOf = (answer: CaseRequest["answers"][number]): string => (answer as LabelFile).file;

/** The reference of a series; one that cannot be read is a failure of its own. */
async function referenceOf(
  series: InputSeries,
  { references, objects }: ComparedFrames,
  fail: (error: WireError) => void,
): Promise<LoadedReference | undefined> {
  try {
    if (references !== undefined) return await loadReference(series.frames, references, { objects });
    const beside = await findReferenceBeside(series.frames);
    return beside === undefined ? undefined : await loadReference(series.frames, [beside], { objects });
  } catch (thrown) {
    fail(toWireError(thrown));
    return undefined;
  }
}

/** Of what is measured against, however its file is written. */
function hashReference({ labels, objects }: CaseReference & { objects?: Int32Array }): string {
  const hash = createHash("sha256").update(labels.values);
  if (objects !== undefined)
    hash.update(new Uint8Array(objects.buffer, objects.byteOffset, objects.byteLength));
  return hash.digest("hex");
}
