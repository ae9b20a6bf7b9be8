import type { ReactNode } from "react";
import type { LayerView } from "../../host/contract";
import { isActive } from "../actions/runs";
import { useComparison, useMeasures, useRuns } from "../state/queries";
import { referenceLayerOf, viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { MaskToCome } from "./mask-to-come";
import styles from "./viewport.module.css";

/** What the header says of the layer on this slice: Dice, time and memory of its run; of the reference its area. */
export function HeaderFigures({ id, layer }: { id: string; layer: LayerView | undefined }) {
  const { seriesId, frameIndex, plane } = useViewports((state) => viewportOf(state, id));
  const reference = useViewports((state) => referenceLayerOf(state, seriesId));
  // Of a reformatted plane nothing is measured: figures are those of slices as acquired.
  if (!layer || plane !== "native") return null;
  if (layer.id === reference?.id) return <AreaFigure layer={layer} frame={frameIndex} />;
  return <ModelFigures layer={layer} frame={frameIndex} hasReference={reference !== undefined} />;
}

function AreaFigure({ layer, frame }: { layer: LayerView; frame: number }) {
  const measures = useMeasures(layer, frame).data;
  if (!measures) return null;
  const inside = measures.filter(({ value }) => value !== 0);
  const pixels = inside.reduce((sum, measure) => sum + measure.pixels, 0);
  const areas = inside.map(({ areaMm2 }) => areaMm2).filter((area) => area !== undefined);
  if (areas.length < inside.length)
    return (
      <Figure name="Area" unit="px">
        {pixels}
      </Figure>
    );
  const square = areas.reduce((sum, area) => sum + area, 0);
  return (
    <Figure name="Area" unit="cm²">
      {(square / 100).toFixed(1)}
    </Figure>
  );
}

function ModelFigures({
  layer,
  frame,
  hasReference,
}: {
  layer: LayerView;
  frame: number;
  hasReference: boolean;
}) {
  const comparison = useComparison(layer.seriesId).data;
  const runs = useRuns(layer.seriesId).data;
  const { origin } = layer;
  const run = origin.kind === "model" ? runs?.find((candidate) => candidate.id === origin.runId) : undefined;
  if (run && isActive(run) && !layer.frames.includes(frame)) return <MaskToCome run={run} />;
  const measured = comparison?.frames.find((entry) => entry.layerId === layer.id && entry.frame === frame);
  const dice = measured?.dice;
  return (
    <>
      {hasReference && (
        <Figure name="Dice" title={dice?.reason}>
          {dice?.value === undefined || dice.value === null ? "n/a" : dice.value.toFixed(3)}
        </Figure>
      )}
      {run && (
        <Figure unit="ms" className={styles.time}>
          {run.msPerFrame === undefined ? "n/a" : Math.round(run.msPerFrame)}
        </Figure>
      )}
      {run && (
        <Figure unit="MB" className={styles.memory}>
          {run.memoryBytes === undefined ? "n/a" : Math.round(run.memoryBytes / 1e6)}
        </Figure>
      )}
    </>
  );
}

interface FigureProps {
  name?: string;
  unit?: string;
  title?: string | undefined;
  className?: string | undefined;
  children: ReactNode;
}

function Figure({ name, unit, title, className, children }: FigureProps) {
  return (
    <span className={`${styles.figure} ${className ?? ""}`} title={title}>
      {name !== undefined && <span className={styles.unit}>{name} </span>}
      <b>{children}</b>
      {unit !== undefined && <span className={styles.unit}> {unit}</span>}
    </span>
  );
}
