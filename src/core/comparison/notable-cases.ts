import type { ComparedModel, ComparisonCase, ComparisonRecord } from "./record";

/** Why a case is shown. */
export type Notability = "worst" | "median" | "best" | "most disputed" | "least disputed";

export interface NotableCase {
  why: Notability;
  case: ComparisonCase;
}

/** A case's Dice of one candidate: the mean over the segments where it is defined. */
export function meanDice(of: ComparisonCase, model: string): number | undefined {
  const result = of.results.find((each) => each.model === model);
  return meanOf(Object.values(result?.segments ?? {}).flatMap(({ dice }) => dice?.value ?? []));
}

/** A case's Dice over all candidates. */
export function caseDice(
  of: ComparisonCase,
  models: readonly Pick<ComparedModel, "id">[],
): number | undefined {
  return meanOf(models.flatMap(({ id }) => meanDice(of, id) ?? []));
}

/**
 * Cases from the one that went worst on: by mean Dice where there is a reference, else by how far the candidates
 * disagree. A case in which neither is defined (nobody marked anything) comes last.
 */
export function worstFirst({
  cases,
  models,
  reference,
}: Pick<ComparisonRecord, "cases" | "models" | "reference">): ComparisonCase[] {
  const badness = (each: ComparisonCase): number =>
    reference === undefined ? (each.disagreement ?? -1) : 1 - (caseDice(each, models) ?? 2);
  return cases
    .map((each) => ({ each, badness: badness(each) }))
    .sort((a, b) => b.badness - a.badness)
    .map(({ each }) => each);
}

/** The worst three, the middle two and the best two; of few cases each once. */
export function notableCases(
  record: Pick<ComparisonRecord, "cases" | "models" | "reference">,
): NotableCase[] {
  const ordered = worstFirst(record);
  const middle = Math.floor((ordered.length - 1) / 2);
  const words: [Notability, Notability] =
    record.reference === undefined ? ["most disputed", "least disputed"] : ["worst", "best"];
  const places: [Notability, number][] = [
    ...[0, 1, 2].map((place): [Notability, number] => [words[0], place]),
    ...[middle, middle + 1].map((place): [Notability, number] => ["median", place]),
    ...[ordered.length - 2, ordered.length - 1].map((place): [Notability, number] => [words[1], place]),
  ];
  const shown = new Set<number>();
  return places.flatMap(([why, place]) => {
    const each = ordered[place];
    if (each === undefined || shown.has(place)) return [];
    shown.add(place);
    return [{ why, case: each }];
  });
}

/** What a reader should know of a case at once: who found nothing, who found what is not there. */
export function whatStandsOut(of: ComparisonCase, letters: ReadonlyMap<string, string>): string {
  const where = (test: (precision: number | null, recall: number | null) => boolean): string[] =>
    of.results.flatMap(({ model, segments = {} }) =>
      Object.values(segments).some(
        ({ precision, recall }) => precision && recall && test(precision.value, recall.value),
      )
        ? [letters.get(model) ?? model]
        : [],
    );
  const nothing = where((precision, recall) => precision === null && recall === 0);
  const elsewhere = where((precision, recall) => precision === 0 && recall === 0);
  const invented = where((precision, recall) => precision === 0 && recall === null);
  return [
    ...(nothing.length > 0 ? [`${nothing.join(", ")} found nothing`] : []),
    ...(elsewhere.length > 0 ? [`${elsewhere.join(", ")} elsewhere`] : []),
    ...(invented.length > 0 ? [`${invented.join(", ")} found what is not there`] : []),
  ].join("; ");
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
