import type { ReactNode } from "react";
import type { FrameComparison, LayerView } from "../../host/contract";
import { isActive } from "../actions/runs";
import { formatMegabytes, formatMilliseconds, formatRatio } from "../app/format";
import { useComparison, useMeasures, useRuns } from "../state/queries";
import { layerLetter, layersOf, referenceLayerOf, viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { MaskToCome } from "./mask-to-come";
import styles from "./viewport.module.css";

/**
 * What the header says of the slice: of a model's layer Dice and IoU against the reference, time and memory of its
 * run; of the reference its area; of a curtain both layers' Dice; of a difference that of its layer; of a
 * disagreement nothing, for it is of no layer; of a probability its own bar does.
 */
export function HeaderFigures({ id, layer }: { id: string; layer: LayerView | undefined }) {
  const { seriesId, frameIndex, plane, curtain, difference, disagreement, probability } = useViewports(
    (state) => viewportOf(state, id),
  );
  const layers = useViewports((state) => layersOf(state, seriesId));
  const reference = useViewports((state) => referenceLayerOf(state, seriesId));
  // Of a reformatted plane nothing is measured: figures are those of slices as acquired.
  if (plane !== "native" || disagreement || probability) return null;
  const find = (layerId: string) => layers.find((other) => other.id === layerId);
  if (curtain) {
    const sides = [find(curtain.layerA), find(curtain.layerB)].filter((side) => side !== undefined);
    return sides
      .filter((side) => side.id !== reference?.id)
      .map((side) => <CurtainFigure key={side.id} layer={side} frame={frameIndex} />);
  }
  const own = (difference && find(difference.layerId)) ?? layer;
  if (!own) return null;
  if (own.id === reference?.id) return <AreaFigure layer={own} frame={frameIndex} />;
  return <ModelFigures layer={own} frame={frameIndex} hasReference={reference !== undefined} />;
}

/** What was measured of a layer on a slice; undefined where there is no reference, or nothing yet. */
function useFrameComparison({ id, seriesId }: LayerView, frame: number): FrameComparison | undefined {
  const comparison = useComparison(seriesId).data;
  return comparison?.frames.find((entry) => entry.layerId === id && entry.frame === frame);
}

function CurtainFigure({ layer, frame }: { layer: LayerView; frame: number }) {
  const letter = useViewports((state) => layerLetter(state, layer));
  const dice = useFrameComparison(layer, frame)?.dice;
  if (!dice) return null;
  return (
    <Figure name={`${letter} Dice`} title={dice.reason}>
      {formatRatio(dice.value)}
    </Figure>
  );
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
  const measured = useFrameComparison(layer, frame);
  const runs = useRuns(layer.seriesId).data;
  const { origin } = layer;
  const run = origin.kind === "model" ? runs?.find((candidate) => candidate.id === origin.runId) : undefined;
  if (run && isActive(run) && !layer.frames.includes(frame)) return <MaskToCome run={run} />;
  return (
    <>
      {hasReference && (
        <Figure name="Dice" title={measured?.dice.reason}>
          {formatRatio(measured?.dice.value)}
        </Figure>
      )}
      {hasReference && (
        <Figure name="IoU" title={measured?.iou.reason} className={styles.iou}>
          {formatRatio(measured?.iou.value)}
        </Figure>
      )}
      {run && (
        <Figure unit="ms" className={styles.time}>
          {formatMilliseconds(run.msPerFrame)}
        </Figure>
      )}
      {run && (
        <Figure unit="MB" className={styles.memory}>
          {formatMegabytes(run.memoryBytes)}
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
