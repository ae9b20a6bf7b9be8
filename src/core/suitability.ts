import type { ModelCard } from "./model-card";

/** What a model's card speaks of, of a series. */
export interface SeriesKind {
  /** As in DICOM, "MR"; absent of pictures that are no DICOM. */
  modality?: string;
  colour: boolean;
}

/**
 * Why a model may not suit a series, in one sentence; undefined where its card says that it does.
 * A modality that a picture does not state (a PNG) speaks neither for nor against.
 */
export function suitabilityWarning(
  { name, input: { suits } }: ModelCard,
  series: SeriesKind,
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
