import type { ModelCard } from "../model-card";
import { suitabilityWarning, type SeriesKind } from "../suitability";
import type { NetworkDesign, NetworkPair } from "./history";

/** Two trained models that differ in one thing. */
export interface ModelPair {
  with: ModelCard;
  without: ModelCard;
}

/**
 * Finds the models with which a pair can be seen on a series: trained on the same data for the same segments and
 * over as many epochs, so that they differ in nothing but the design.
 * Those made for such a series come first; undefined where no pair is installed.
 */
export function findModelPair(
  pair: NetworkPair,
  cards: readonly ModelCard[],
  series: SeriesKind | undefined,
): ModelPair | undefined {
  const pairs = cards
    .filter((card) => isDesign(card, pair.with))
    .flatMap((card) => {
      const twin = cards.find((other) => isDesign(other, pair.without) && isSameTask(card, other));
      return twin === undefined ? [] : [{ with: card, without: twin }];
    });
  const best = Math.max(...pairs.map((each) => fitness(each.with, series)));
  return pairs.find((each) => fitness(each.with, series) === best);
}

/** 2: made for this kind of picture; 1: nothing speaks against it; 0: it may not suit. */
function fitness(card: ModelCard, series: SeriesKind | undefined): number {
  if (series === undefined || suitabilityWarning(card, series) !== undefined) return 0;
  return series.modality !== undefined && card.input.suits.modalities.includes(series.modality) ? 2 : 1;
}

/** An 8-bit form differs in more than the design. */
function isDesign({ architecture, turbo }: ModelCard, { encoder, decoder }: NetworkDesign): boolean {
  return turbo === undefined && architecture.encoder === encoder && architecture.decoder === decoder;
}

function isSameTask(a: ModelCard, b: ModelCard): boolean {
  const labels = ({ output }: ModelCard) => output.segments.map(({ label }) => label).join("\n");
  const [mine, its] = [a.training, b.training];
  return (
    mine !== undefined && mine.data === its?.data && mine.epochs === its.epochs && labels(a) === labels(b)
  );
}
