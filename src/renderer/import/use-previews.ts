import { useEffect, useState } from "react";
import type { LabelMap } from "../../core/mask/label-map";
import type { ModelCard } from "../../core/model-card";
import type { ImportView } from "../../host/contract";
import { fetchPreview } from "../api/pixels";
import { isAbort } from "../api/request";

/** What a network makes of the slice under one rule of intensity. */
export type Preview =
  | { state: "waiting" }
  | { state: "done"; labelMap: LabelMap; milliseconds: number; share: number }
  | { state: "failed"; message: string };

function shareOf({ values }: LabelMap): number {
  let inside = 0;
  for (const value of values) if (value !== 0) inside++;
  return inside / values.length;
}

/** What of a card changes a mask; names and colours do not. */
const shaping = ({ input, output }: ModelCard): string =>
  JSON.stringify([input.size, { ...output, segments: output.segments.map(({ value }) => value) }]);

interface Slice {
  seriesId: string;
  frame: number;
}

/**
 * Runs the network over a slice with each rule of intensity, one after the other: the engine has one place. Starts
 * anew where the slice or the card's shape changes.
 */
export function usePreviews(
  view: ImportView,
  card: ModelCard,
  slice: Slice | undefined,
): ReadonlyMap<string, Preview> {
  const [previews, setPreviews] = useState<ReadonlyMap<string, Preview>>(new Map());
  const key = `${view.id} ${slice?.seriesId} ${slice?.frame} ${shaping(card)}`;
  useEffect(() => {
    if (slice === undefined) return;
    const stop = new AbortController();
    const put = (id: string, preview: Preview) => setPreviews((known) => new Map(known).set(id, preview));
    setPreviews(new Map(view.intensities.map(({ id }) => [id, { state: "waiting" }])));
    const runAll = async () => {
      for (const { id, rule } of view.intensities) {
        try {
          const tried = { ...card, input: { ...card.input, intensity: rule } };
          const { milliseconds, ...labelMap } = await fetchPreview(
            view.id,
            { ...slice, card: tried },
            stop.signal,
          );
          if (stop.signal.aborted) return;
          put(id, { state: "done", labelMap, milliseconds, share: shareOf(labelMap) });
        } catch (thrown) {
          if (isAbort(thrown) || stop.signal.aborted) return;
          put(id, { state: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
        }
      }
    };
    void runAll();
    return () => stop.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- card and slice are in the key, as far as they matter
  }, [key]);
  return previews;
}
