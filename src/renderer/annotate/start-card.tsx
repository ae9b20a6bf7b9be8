import { Button } from "@mantine/core";
import { useEffect } from "react";
import type { LayerView } from "../../host/contract";
import { LayerBadge } from "../app/controls/layer-badge";
import { layerLetter, viewportOf } from "../state/viewport-queries";
import { useLayers } from "../state/queries";
import { useViewports } from "../state/viewports";
import type { ViewportSession } from "../viewport/session";
import { useAnnotation } from "./annotation";
import { startAnnotation } from "./annotation-layer";
import styles from "./annotate.module.css";

const noLayers: readonly LayerView[] = [];

/**
 * Where a tool is taken in the hand and the series has no annotation yet: one is made. Empty where there is nothing to
 * start from, else the reader chooses.
 */
export function StartCard({ session }: { session: ViewportSession }) {
  const seriesId = useViewports((state) => viewportOf(state, session.id).seriesId);
  const layers = useLayers(seriesId).data;
  const hasTool = useAnnotation((state) => state.tool !== undefined);
  const isWanted =
    hasTool && layers !== undefined && !layers.some(({ origin }) => origin.kind === "annotation");
  const sources = isWanted ? layers.filter(({ frames }) => frames.length > 0) : noLayers;
  const isEmpty = isWanted && sources.length === 0;
  useEffect(() => {
    if (isEmpty && seriesId !== undefined) void startAnnotation(seriesId);
  }, [isEmpty, seriesId]);
  if (sources.length === 0 || seriesId === undefined) return null;
  return (
    <div className={styles.startCard} role="group" aria-label="Start an annotation" data-own-pointer>
      <b>Start an annotation</b>
      <span>Layers stay as they are; the annotation takes over a copy.</span>
      {sources.map((layer) => (
        <StartButton key={layer.id} layer={layer} />
      ))}
      <Button variant="subtle" onClick={() => void startAnnotation(seriesId)}>
        Start empty
      </Button>
    </div>
  );
}

function StartButton({ layer }: { layer: LayerView }) {
  const letter = useViewports((state) => layerLetter(state, layer));
  return (
    <Button
      variant="outline"
      justify="flex-start"
      leftSection={<LayerBadge letter={letter} colour={layer.colour} />}
      onClick={() => void startAnnotation(layer.seriesId, layer)}
    >
      Start from {layer.name}
    </Button>
  );
}
