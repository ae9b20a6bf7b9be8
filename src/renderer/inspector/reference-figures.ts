import type {
  FrameComparison,
  LayerView,
  MetricValue,
  RunView,
  SegmentMeasure,
  SeriesComparison,
} from "../../host/contract";

/** One line of "Against the reference". What is undefined is null and shown as n/a. */
export interface FigureRow {
  layer: LayerView;
  isReference: boolean;
  dice: number | null;
  iou: number | null;
  hd95: number | null;
  /** Pixels and, where the spacing is known, mm² of all segments on the slice; absent where not measured. */
  area: { pixels: number; areaMm2?: number } | undefined;
  milliseconds: number | null;
}

export type FigureColumn = "dice" | "iou" | "hd95" | "milliseconds";

const lowerIsBetter: ReadonlySet<FigureColumn> = new Set(["hd95", "milliseconds"]);

function mean(values: readonly MetricValue[]): number | null {
  const known = values.map(({ value }) => value).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Area of all segments together, as the slice's measures have it. */
export function totalArea(
  measures: readonly Pick<SegmentMeasure, "value" | "pixels" | "areaMm2">[] | undefined,
): FigureRow["area"] {
  const segments = measures?.filter(({ value }) => value !== 0);
  if (!segments) return undefined;
  const pixels = segments.reduce((sum, measure) => sum + measure.pixels, 0);
  // An empty slice has an area of nothing, in the unit of the others.
  if (segments.some(({ areaMm2 }) => areaMm2 === undefined)) return { pixels };
  return { pixels, areaMm2: segments.reduce((sum, measure) => sum + (measure.areaMm2 ?? 0), 0) };
}

interface FigureInput {
  layers: readonly LayerView[];
  reference: LayerView;
  comparison: SeriesComparison | undefined;
  runs: readonly RunView[];
  /** The slice, or undefined for means over the series. */
  frame: number | undefined;
  measures: ReadonlyMap<string, readonly SegmentMeasure[]>;
}

/** The lines of the table, the reference first. */
export function figureRows({
  layers,
  reference,
  comparison,
  runs,
  frame,
  measures,
}: FigureInput): FigureRow[] {
  const others = layers.filter(({ id }) => id !== reference.id);
  return [reference, ...others].map((layer) => {
    const isReference = layer.id === reference.id;
    const compared = (comparison?.frames ?? []).filter(
      (one) => one.layerId === layer.id && (frame === undefined || one.frame === frame),
    );
    const of = (metric: (one: FrameComparison) => MetricValue) => mean(compared.map(metric));
    const { origin } = layer;
    const run = origin.kind === "model" ? runs.find(({ id }) => id === origin.runId) : undefined;
    return {
      layer,
      isReference,
      dice: isReference ? 1 : of(({ dice }) => dice),
      iou: isReference ? 1 : of(({ iou }) => iou),
      hd95: isReference ? 0 : of(({ hd95 }) => hd95),
      area: totalArea(measures.get(layer.id)),
      milliseconds: run?.msPerFrame ?? null,
    };
  });
}

/**
 * The layers that are best in a column: for one slice a plain fact, and nobody where all are alike. The reference is
 * no contestant, and one layer alone wins against nobody.
 */
export function bestLayers(rows: readonly FigureRow[], column: FigureColumn): ReadonlySet<string> {
  const contestants = rows.filter((row) => !row.isReference && row[column] !== null);
  if (contestants.length < 2) return new Set();
  const values = contestants.map((row) => row[column] ?? 0);
  const best = lowerIsBetter.has(column) ? Math.min(...values) : Math.max(...values);
  const winners = contestants.filter((row) => row[column] === best);
  return new Set(winners.length === contestants.length ? [] : winners.map(({ layer }) => layer.id));
}
