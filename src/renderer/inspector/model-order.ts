import type { ModelView, SeriesSummary } from "../../host/contract";

/** Mean Dice over the card's segments; below every measured one where nothing was measured. */
function measuredDice({ card }: ModelView): number {
  const segments = Object.values(card.evaluation?.segments ?? {});
  if (segments.length === 0) return -1;
  return segments.reduce((sum, { dice }) => sum + (dice ?? 0), 0) / segments.length;
}

/** 2 where the card names what the series is, 1 where it names no modality, 0 where the series is of another kind. */
function suitability({ card }: ModelView, series: Pick<SeriesSummary, "colour" | "modality">): 0 | 1 | 2 {
  const { modalities, colour } = card.input.suits;
  if (colour !== "either" && (colour === "colour") !== series.colour) return 0;
  if (modalities.length === 0) return series.modality === undefined ? 2 : 1;
  return modalities.includes(series.modality ?? "") ? 2 : 0;
}

/**
 * Models in the order in which one would try them on a series: those made for its kind first, and of these the most
 * accurate by their cards. It depends on nothing that a run changes, so that rows stay where they are.
 */
export function orderModels(
  models: readonly ModelView[],
  series: Pick<SeriesSummary, "colour" | "modality"> | undefined,
): ModelView[] {
  const rank = (model: ModelView): number => (series ? suitability(model, series) : 0);
  return [...models].sort((a, b) => rank(b) - rank(a) || measuredDice(b) - measuredDice(a));
}
