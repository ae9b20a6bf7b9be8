import { Loader, Slider } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { formatRatio } from "../app/format";
import { layersOf, viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { probabilityOf, thresholdDice } from "./probability";
import type { ViewportSession } from "./session";
import styles from "./viewport.module.css";

/** Along the top of a probability map: the threshold, and Dice at it; or why there is no map. */
export function ProbabilityBar({ session }: { session: ViewportSession }) {
  const { id } = session;
  const probability = useViewports((state) => viewportOf(state, id).probability);
  const plane = useViewports((state) => viewportOf(state, id).plane);
  const layers = useViewports((state) => layersOf(state, viewportOf(state, id).seriesId));
  const setProbability = useViewports((state) => state.setProbability);
  // Maps and the reference's masks come while the bar is there.
  useSyncExternalStore(
    (onChange) => session.onRedraw(onChange),
    () => session.revision,
  );
  if (!probability) return null;
  if (plane !== "native") return <Reason text="Models see slices as acquired, not this plane." />;
  const held = session.probabilityMap;
  if (held?.state === "failed")
    return <Reason text={held.error instanceof Error ? held.error.message : String(held.error)} />;
  const shown = probabilityOf(session);
  const layer = layers.find((each) => each.id === probability.layerId);
  const segment = layer?.segments.find(({ value }) => value === probability.segment)?.label;
  const dice = shown && thresholdDice(session, shown);
  const threshold = shown?.threshold ?? probability.threshold;
  return (
    <div
      className={styles.probability}
      role="group"
      aria-label="Probability"
      aria-busy={!shown}
      data-own-pointer
    >
      <span className={styles.probabilitySegment}>{segment}</span>
      <span className={styles.unit}>at least</span>
      <Slider
        className={styles.threshold}
        thumbLabel={`Threshold of the probability of ${segment ?? "the segment"}`}
        min={0.01}
        max={0.99}
        step={0.01}
        value={threshold ?? 0.5}
        onChange={(next) => setProbability(id, { threshold: Math.round(next * 100) / 100 })}
      />
      <output>{threshold?.toFixed(2)}</output>
      {dice && (
        <span className={styles.figure} title={dice.value === null ? dice.reason : undefined}>
          <span className={styles.unit}>Dice </span>
          <b>{formatRatio(dice.value)}</b>
        </span>
      )}
      {!shown && <Loader size={12} className={styles.late} aria-label="Computing" />}
    </div>
  );
}

function Reason({ text }: { text: string }) {
  return (
    <div className={styles.probability} role="status" data-own-pointer>
      <span className={styles.name} title={text}>
        {text}
      </span>
    </div>
  );
}
