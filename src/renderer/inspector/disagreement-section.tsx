import { useEffect, useRef } from "react";
import type { LayerView } from "../../host/contract";
import controls from "../app/controls/controls.module.css";
import { fetchFrame, fetchLabelMap } from "../api/pixels";
import { isAbort } from "../api/request";
import { useComparison } from "../state/queries";
import { layerLetter, referenceLayerOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { drawSlice } from "./slice-picture";
import styles from "./inspector.module.css";

/** So many slices fit in one row. */
const shownCount = 4;

/** The slices on which the layers differ most, the largest difference first. */
export function DisagreementSection({
  seriesId,
  layers,
}: {
  seriesId: string;
  layers: readonly LayerView[];
}) {
  const comparison = useComparison(seriesId).data;
  const referenceId = useViewports((state) => referenceLayerOf(state, seriesId)?.id);
  const compared = layers.filter(({ id, origin }) => id !== referenceId && origin.kind !== "consensus");
  const letters = useViewports((state) => compared.map((layer) => layerLetter(state, layer)).join(", "));
  const worst = [...(comparison?.disagreement ?? [])]
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, shownCount);
  if (worst.length === 0) return null;
  return (
    <section className={controls.section} aria-label="Largest disagreement">
      <div className={controls.sectionHead}>
        <h2>Largest disagreement</h2>
        <span className={controls.spring} />
        <span className={controls.unit}>between {letters}</span>
      </div>
      <div className={styles.disagreement}>
        {worst.map(({ frame, value }) => (
          <SliceButton key={frame} seriesId={seriesId} frame={frame} value={value} layers={compared} />
        ))}
      </div>
    </section>
  );
}

interface SliceButtonProps {
  seriesId: string;
  frame: number;
  value: number;
  layers: readonly LayerView[];
}

function SliceButton({ seriesId, frame, value, layers }: SliceButtonProps) {
  const percent = `${Math.round(value * 100)} %`;
  return (
    <button
      type="button"
      aria-label={`Slice ${frame + 1}, ${percent} disagreement`}
      onClick={() => {
        const { activeViewportId, setFrame } = viewportsStore.getState();
        setFrame(activeViewportId, frame);
      }}
    >
      <SlicePicture seriesId={seriesId} frame={frame} layers={layers} />
      <span>
        {frame + 1}
        <span className={controls.unit}>{percent}</span>
      </span>
    </button>
  );
}

/** Twice the width at which it is shown, for sharp lines on any screen. */
const pictureSize = 128;

function SlicePicture({ seriesId, frame, layers }: Omit<SliceButtonProps, "value">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const revisions = layers.map(({ id, revision, colour }) => `${id} ${revision} ${colour}`).join();
  const shown = useRef(layers);
  useEffect(() => {
    shown.current = layers;
  }, [layers]);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const draw = async () => {
      const withMap = shown.current.filter(({ frames }) => frames.includes(frame));
      const [picture, ...labelMaps] = await Promise.all([
        fetchFrame(seriesId, frame, signal),
        ...withMap.map(({ id, revision }) => fetchLabelMap({ layerId: id, frame, revision }, signal)),
      ]);
      if (!canvas.current || signal.aborted) return;
      const drawn = labelMaps.map((labelMap, at) => ({ labelMap, colour: withMap[at]?.colour ?? "#ffffff" }));
      drawSlice(canvas.current, picture, drawn);
    };
    draw().catch((thrown: unknown) => {
      // The picture is an extra: without it the number still leads to the slice.
      if (!isAbort(thrown)) canvas.current?.getContext("2d")?.reset();
    });
    return () => controller.abort();
  }, [seriesId, frame, revisions]);
  return <canvas ref={canvas} width={pictureSize} height={pictureSize} aria-hidden />;
}
