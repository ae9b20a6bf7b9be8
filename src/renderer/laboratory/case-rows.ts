import { type CaseMetricKey, metricWords } from "../../core/comparison/metric-words";
import { whatStandsOut } from "../../core/comparison/notable-cases";
import type { ComparisonCase } from "../../core/comparison/record";
import { caseKeyOf, type LetteredModel } from "../../core/comparison/scenes";
import type { LaboratoryView } from "../../host/contract";
import type { CaseOrder } from "../state/laboratory";

/** One line of the table of cases. */
export interface CaseRow {
  key: string;
  of: ComparisonCase;
  /** In the page's own words: which series, and which frame of it. */
  place: LaboratoryView["places"][number];
  name: string;
  /** One a candidate, in their order; null where it is undefined, undefined where the candidate has nothing here. */
  values: (number | null | undefined)[];
  /** Between the best and the worst of them. */
  spread: number | null;
  /** The higher, the worse it went; undefined where nothing says. */
  badness: number | undefined;
  standsOut: string;
}

export interface RowChoice {
  segment: string;
  metric: CaseMetricKey;
}

/**
 * The cases of a comparison as lines. Without a reference a figure is the Dice to the majority of three candidates and
 * more, or to the other of two, and what is disputed most went worst.
 */
export function caseRows(
  { record, places }: LaboratoryView,
  models: readonly LetteredModel[],
  choice: RowChoice,
): CaseRow[] {
  const letters = new Map(models.map(({ id, badge }) => [id, badge.letter]));
  return record.cases.map((of, index) => {
    const place = places[index]!;
    const values = models.map(({ id }) => valueOf(of, id, choice));
    const known = values.flatMap((value) => value ?? []);
    return {
      key: caseKeyOf(of),
      of,
      place,
      name: of.input,
      values,
      spread: known.length < 2 ? null : Math.max(...known) - Math.min(...known),
      badness: of.referenceSha256 === undefined ? of.disagreement : badnessOf(known, choice.metric),
      standsOut: whatStandsOut(of, letters),
    };
  });
}

function valueOf(of: ComparisonCase, model: string, { segment, metric }: RowChoice) {
  const result = of.results.find((each) => each.model === model);
  if (result === undefined) return undefined;
  if (of.referenceSha256 !== undefined) return result.segments?.[segment]?.[metric]?.value ?? null;
  const reader = of.consensus?.readers.find((each) => each.model === model);
  if (reader !== undefined) return reader.diceToMajority;
  return of.agreement.find(({ a, b }) => a === model || b === model)?.dice ?? null;
}

function badnessOf(values: readonly number[], metric: CaseMetricKey): number | undefined {
  if (values.length === 0) return undefined;
  const { better } = metricWords[metric];
  const sum = values.reduce((total, value) => total + (better === "nearer 0" ? Math.abs(value) : value), 0);
  return ((better === "higher" ? -1 : 1) * sum) / values.length;
}

/** Which candidates have the best figure of a case, where they do not all have the same; none without a reference. */
export function bestOf({ values, of }: Pick<CaseRow, "values" | "of">, metric: CaseMetricKey): boolean[] {
  if (of.referenceSha256 === undefined) return values.map(() => false);
  const badness = values.map((value) =>
    value === null || value === undefined ? undefined : badnessOf([value], metric),
  );
  const known = badness.flatMap((value) => value ?? []);
  const least = Math.min(...known);
  const isEven = known.length < 2 || known.every((value) => value === least);
  return badness.map((value) => !isEven && value === least);
}

/** Rows that hold the filter's words, in the order asked for; those without a figure come last either way. */
export function arrangeRows(
  rows: readonly CaseRow[],
  models: readonly LetteredModel[],
  { order, filter }: { order: CaseOrder; filter: string },
): CaseRow[] {
  const words = filter.trim().toLowerCase();
  const kept = rows.filter(
    ({ name, place, standsOut }) =>
      words === "" || `${name} slice ${place.frame + 1} ${standsOut}`.toLowerCase().includes(words),
  );
  if (order.by === "case") return order.isReversed ? kept.reverse() : kept;
  const figureOf = figureFor(order.by, models);
  const direction = order.isReversed ? -1 : 1;
  return kept.sort((a, b) => {
    const [first, second] = [figureOf(a), figureOf(b)];
    if (first === undefined || second === undefined)
      return Number(first === undefined) - Number(second === undefined);
    return direction * (second - first);
  });
}

/** Largest first: badness and spread as they are, one candidate's figures from the smallest on. */
function figureFor(
  by: Exclude<CaseOrder["by"], "case">,
  models: readonly LetteredModel[],
): (row: CaseRow) => number | undefined {
  if (by === "worst") return ({ badness }) => badness;
  if (by === "spread") return ({ spread }) => spread ?? undefined;
  const at = models.findIndex(({ id }) => id === by.model);
  return ({ values }) => {
    const value = values[at];
    return value === null || value === undefined ? undefined : -value;
  };
}
