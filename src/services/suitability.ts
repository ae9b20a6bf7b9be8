import type { ModelCard } from "../core/model-card";
import type { InputSeries } from "./inputs";

/**
 * Why a model may not suit a series, in one sentence; undefined where its card says that it does.
 * A modality that a picture does not state (a PNG) speaks neither for nor against.
 */
export function suitabilityWarning(
  { name, input: { suits } }: ModelCard,
  series: Pick<InputSeries, "modality" | "colour">,
): string | undefined {
  const { modality } = series;
  if (modality !== undefined && suits.modalities.length > 0 && !suits.modalities.includes(modality)) {
    return `${name} was made for ${suits.modalities.join(", ")}, this series is ${modality}.`;
  }
  if (suits.colour !== "either" && (suits.colour === "colour") !== series.colour) {
    return `${name} was made for ${suits.colour} pictures, this series is ${series.colour ? "in colour" : "grey"}.`;
  }
  return undefined;
}
