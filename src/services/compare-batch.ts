import { join, relative, sep } from "node:path";
import { CancelledError, SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { LabelMap, Segment } from "../core/mask/label-map";
import { agreementMatrix, disagreementOf } from "../core/consensus/agreement";
import { measureLabelMaps } from "../core/metrics/measure";
import type { Engine } from "../engine/engine";
import { writeFileAtomically } from "./atomic-file";
import {
  buildComparisonRecord,
  type CaseResult,
  type ComparisonCase,
  type ComparisonRecord,
  formatComparisonTable,
} from "./comparison-record";
import { drawComparisonSheet } from "./comparison-sheet";
import { EngineSegmenter } from "./frame-segmenter";
import type { InputFrame, InputSeries } from "./inputs";
import { readLabelMap } from "./label-map-files";
import { relativeInput } from "./output-names";
import { findReferenceBeside, loadReference, type LoadedReference } from "./references";
import { segmentBatch, type SegmentOptions } from "./segment";
import type { SegmentBatch, SegmentEvent } from "./segment-batch";

/** A comparison: every model over every frame, against a reference where there is one. */
export interface CompareBatch extends Omit<SegmentBatch, "formats"> {
  /** Folders or files of label maps, named after the inputs; absent: those that lie beside a series. */
  references?: readonly string[];
}

/** What a comparison wrote, and how it ended. */
export interface CompareSummary {
  record: ComparisonRecord;
  files: { json: string; csv: string; sheet: string };
  failed: number;
  cancelled: boolean;
}

type FrameDone = Extract<SegmentEvent, { type: "frame-done" }>;

/**
 * Runs models side by side, measures them, and writes `comparison.json`, `comparison.csv` and
 * `contact-sheet.png` beside the label maps. What fails is recorded, and the rest goes on.
 * @throws MODELS_NOT_COMPARABLE where the models do not mark the same segments; CancelledError
 */
export async function compareBatch(
  engine: Engine,
  batch: CompareBatch,
  options: SegmentOptions = {},
): Promise<CompareSummary> {
  const segments = requireSameSegments(batch);
  const failures: WireError[] = [];
  const done = new Map<string, FrameDone>();
  const { cancelled } = await segmentBatch(
    new EngineSegmenter(engine),
    { ...batch, formats: ["png"] },
    {
      ...options,
      onEvent: (event) => {
        if (event.type === "frame-done") done.set(`${event.model}/${event.frame}/${event.input}`, event);
        if ("error" in event) failures.push(event.error);
        options.onEvent?.(event);
      },
    },
  );
  if (cancelled) throw new CancelledError();
  const cases: ComparisonCase[] = [];
  for (const series of batch.inputs.series) {
    const reference = await referenceOf(series, batch, failures);
    for (const [index, frame] of series.frames.entries()) {
      const maps = batch.models.flatMap(({ card }) => {
        const event = done.get(`${card.id}/${frame.frame}/${relativeInput(frame)}`);
        return event?.output === undefined ? [] : [{ model: card.id, event, file: event.output }];
      });
      if (maps.length === 0) continue;
      const wanted = reference?.labelMaps.find((each) => each.frame === index)?.labelMap;
      cases.push(await measureCase({ frame, maps, segments, out: batch.out }, wanted));
    }
  }
  const record = buildComparisonRecord({
    models: batch.models.map(({ card }) => ({
      id: card.id,
      name: card.name,
      version: card.version,
      weightsSha256: card.weights.sha256,
      parameters: card.architecture.parameters,
      ...(card.architecture.macs !== undefined && { macs: card.architecture.macs }),
      use: card.use,
    })),
    segments,
    cases,
    failures,
  });
  const files = {
    json: join(batch.out, "comparison.json"),
    csv: join(batch.out, "comparison.csv"),
    sheet: join(batch.out, "contact-sheet.png"),
  };
  await writeFileAtomically(files.json, `${JSON.stringify(record, undefined, 1)}\n`);
  await writeFileAtomically(files.csv, formatComparisonTable(record));
  if (cases.length > 0) await writeFileAtomically(files.sheet, await drawComparisonSheet(batch, record));
  return { record, files, failed: failures.length, cancelled };
}

/** Models are comparable where they mark the same things by the same values. */
function requireSameSegments({ models }: CompareBatch): Segment[] {
  const [first, ...others] = models.map(({ card }) => card.output.segments);
  const meaning = (segments: readonly Segment[]): string =>
    JSON.stringify(segments.map(({ value, label }) => [value, label]));
  const other = others.findIndex((segments) => meaning(segments) !== meaning(first!));
  if (other < 0) return first!;
  throw new SlicebenchError(
    "MODELS_NOT_COMPARABLE",
    `"${models[0]!.card.id}" and "${models[other + 1]!.card.id}" do not mark the same segments.`,
    { hint: "Compare models of one task." },
  );
}

/** The reference of a series; one that cannot be read is a failure of its own. */
async function referenceOf(
  series: InputSeries,
  { references }: CompareBatch,
  failures: WireError[],
): Promise<LoadedReference | undefined> {
  try {
    if (references !== undefined) return await loadReference(series.frames, references);
    const beside = await findReferenceBeside(series.frames);
    return beside === undefined ? undefined : await loadReference(series.frames, [beside]);
  } catch (thrown) {
    failures.push(toWireError(thrown));
    return undefined;
  }
}

async function measureCase(
  {
    frame,
    maps,
    segments,
    out,
  }: {
    frame: InputFrame;
    maps: { model: string; event: FrameDone; file: string }[];
    segments: Segment[];
    out: string;
  },
  reference: LabelMap | undefined,
): Promise<ComparisonCase> {
  const { spacingMm } = frame.geometry;
  const values = segments.map(({ value }) => value);
  const options = { segments: values, ...(spacingMm && { spacingMm }) };
  const loaded = await Promise.all(
    maps.map(async ({ model, event, file }) => ({ model, event, file, labelMap: await readLabelMap(file) })),
  );
  const results = loaded.map(({ model, event, file, labelMap }): CaseResult => {
    const measured = reference && measureLabelMaps(labelMap, reference, options);
    return {
      model,
      output: relative(out, file).split(sep).join("/"),
      ...(event.timings && { milliseconds: event.timings.total }),
      ...(measured && {
        segments: Object.fromEntries(
          segments.map(({ value, label }) => [label, measured.get(value)!.metrics]),
        ),
      }),
    };
  });
  const matrix = agreementMatrix(
    loaded.map(({ labelMap }) => labelMap),
    values,
  );
  const agreement = loaded.flatMap(({ model }, row) =>
    loaded
      .slice(row + 1)
      .map((other, at) => ({ a: model, b: other.model, dice: matrix[row]![row + 1 + at] ?? null })),
  );
  return {
    input: relativeInput(frame),
    frame: frame.frame,
    rows: frame.rows,
    columns: frame.columns,
    unit: spacingMm === undefined ? "px" : "mm",
    results,
    agreement,
    ...(loaded.length > 1 && { disagreement: disagreementOf(matrix) }),
  };
}
