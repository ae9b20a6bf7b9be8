import { createHash } from "node:crypto";
import type { CaseReference } from "../../core/comparison/measure-case";
import { toWireError, type WireError } from "../../core/errors";
import type { Segment } from "../../core/mask/label-map";
import type { InputSeries, ScannedInputs } from "../inputs";
import type { StoredModel } from "../models";
import { relativeInput } from "../output-names";
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
      yield {
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
    }
  }
}

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
