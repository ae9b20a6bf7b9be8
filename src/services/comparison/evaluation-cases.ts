import { relative, resolve, sep } from "node:path";
import type { ComparedModel } from "../../core/comparison/record";
import { SlicebenchError } from "../../core/errors";
import type { PendingCase } from "./cases";
import type { LookedAt, LookedInto } from "./label-folder-look";
import type { ChosenSegments, FolderRecords } from "./label-folders";

/** The reference and the candidates, as their folders hold them. */
export interface EvaluationFolders {
  wanted: LookedInto;
  candidates: (LookedInto & { model: ComparedModel })[];
}

export interface EvaluationCaseOptions {
  chosen: ChosenSegments;
  records: FolderRecords;
  objects: boolean;
  /** To which outputs are relative, where there is such a folder. */
  out: string | undefined;
  fail: (name: string, thrown: unknown) => void;
}

/** One case a reference: every candidate that has a label map of its name and size. */
export async function* evaluationCases(
  { wanted, candidates }: EvaluationFolders,
  { chosen, records, objects, out, fail }: EvaluationCaseOptions,
): AsyncGenerator<PendingCase> {
  const segments = chosen.segments.map(({ value, label }) => ({ value, label }));
  let series = 0;
  for (const [key, reference] of wanted.files) {
    const answers = candidates.flatMap(({ model, files, names, values }) => {
      const answer = files.get(key);
      if (answer === undefined) {
        if (!names.has(key))
          fail(reference.name, noPrediction(reference.file, candidates.length > 1 ? model : undefined));
        return [];
      }
      if (sizeOf(answer) === sizeOf(reference))
        return [{ model: model.id, answer, written: chosen.writtenBy(values) }];
      fail(reference.name, otherSize(answer, reference));
      return [];
    });
    if (answers.length === 0) continue;
    const spacingMm = await spacingOf([reference, ...answers.map(({ answer }) => answer)], records);
    const { rows, columns, slices } = reference;
    const written = chosen.writtenBy(wanted.values);
    yield {
      place: {
        input: reference.name,
        inputSha256: reference.sha256,
        frame: 0,
        series: series++,
        rows,
        columns,
        ...(slices > 1 && { slices }),
        unit: spacingMm === undefined ? "px" : "mm",
        ...(spacingMm && { spacingMm: spacingMm.map((distance) => distance ?? 1) }),
        referenceSha256: reference.sha256,
      },
      results: answers.map(({ model, answer: { file, sha256 } }) => ({
        model,
        output: out === undefined ? file : relative(resolve(out), file).split(sep).join("/"),
        outputSha256: sha256,
      })),
      request: {
        answers: answers.map(({ model, answer: { file }, written: own }) => ({
          model,
          file,
          ...(own && { written: own }),
        })),
        reference: { file: reference.file, ...(written && { written }) },
        question: { segments, objects, ...(spacingMm && { spacingMm }) },
      },
    };
  }
}

/** What the files say themselves goes before what the records beside them say. */
async function spacingOf(files: readonly LookedAt[], records: FolderRecords): Promise<LookedAt["spacingMm"]> {
  for (const { spacingMm } of files) if (spacingMm !== undefined) return spacingMm;
  for (const { file } of files) {
    const spacingMm = await records.spacingOf(file);
    if (spacingMm !== undefined) return spacingMm;
  }
  return undefined;
}

const sizeOf = ({ slices, rows, columns }: LookedAt): string => `${slices} x ${rows} x ${columns}`;

function otherSize(answer: LookedAt, reference: LookedAt): SlicebenchError {
  return new SlicebenchError(
    "MASK_SHAPE_MISMATCH",
    `The prediction has ${sizeOf(answer)} pixels, the reference ${sizeOf(reference)}.`,
    { file: answer.file, hint: "Compare masks of the same picture at the same size." },
  );
}

function noPrediction(file: string, model: ComparedModel | undefined): SlicebenchError {
  const where = model === undefined ? "" : ` in ${model.name}`;
  return new SlicebenchError("PREDICTION_MISSING", `There is no prediction of this name${where}.`, {
    file,
    hint: "Predictions are paired with references by their path and name, without the ending.",
  });
}
