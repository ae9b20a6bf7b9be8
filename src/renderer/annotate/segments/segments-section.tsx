import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useShallow } from "zustand/react/shallow";
import type { Segment } from "../../../core/mask/label-map";
import type { LayerView } from "../../../host/contract";
import controls from "../../app/controls/controls.module.css";
import { Opacity } from "../../app/controls/opacity";
import { activeViewport, layerStyleOf } from "../../state/viewport-queries";
import { useViewports, viewportsStore } from "../../state/viewports";
import { annotatedLayer, annotationLayersOf, paintedSegment, useAnnotation } from "../annotation";
import { startAnnotation } from "../annotation-layer";
import { ConceptChoice } from "./concept-choice";
import { LayerMenu } from "./layer-menu";
import { MeasuredSection } from "./measured-section";
import { addSegment } from "./segment-actions";
import { SegmentRow } from "./segment-row";
import styles from "./segments.module.css";
import { useSegmentMeasures } from "./use-segment-measures";

/** The segments of the annotation that is edited, and what the painted one measures. */
export function SegmentsSection({ seriesId }: { seriesId: string }) {
  const state = useAnnotation();
  const layer = useViewports((viewports) => annotatedLayer(viewports, state));
  const layers = useViewports(useShallow((viewports) => annotationLayersOf(viewports, seriesId)));
  const frame = useViewports((viewports) => activeViewport(viewports).frameIndex);
  const measureOf = useSegmentMeasures(layer, frame);
  if (!layer) return <NoAnnotation seriesId={seriesId} />;
  const painted = paintedSegment(layer, state);
  const segment = layer.segments.find(({ value }) => value === painted);
  return (
    <>
      <section className={controls.section} aria-label="Segments">
        <div className={controls.sectionHead}>
          <h2>Segments</h2>
          <span className={controls.spring} />
          <LayerMenu key={layer.id} seriesId={seriesId} layer={layer} layers={layers} />
          <Tooltip label="Add a segment">
            <ActionIcon size={24} aria-label="Add a segment" onClick={() => void addSegment(layer)}>
              <IconPlus size={16} />
            </ActionIcon>
          </Tooltip>
        </div>
        <ul className={styles.rows}>
          {layer.segments.map((each, place) => (
            <SegmentRow
              key={each.value}
              layer={layer}
              segment={each}
              place={place}
              painted={each.value === painted}
              measure={measureOf(each.value)}
            />
          ))}
        </ul>
        {segment && <SegmentBody layer={layer} segment={segment} />}
      </section>
      {segment && <MeasuredSection layer={layer} segment={segment} measure={measureOf(painted)} />}
    </>
  );
}

function NoAnnotation({ seriesId }: { seriesId: string }) {
  return (
    <section className={controls.section} aria-label="Segments">
      <div className={controls.sectionHead}>
        <h2>Segments</h2>
      </div>
      <p className={styles.empty}>No annotation yet. Take a tool, or start one here.</p>
      <div className={styles.start}>
        <Button onClick={() => void startAnnotation(seriesId)}>New annotation</Button>
      </div>
    </section>
  );
}

/** How the annotation is drawn, and what the painted segment is. */
function SegmentBody({ layer, segment }: { layer: LayerView; segment: Segment }) {
  const { fillOpacity, outlineOpacity } = useViewports(useShallow((state) => layerStyleOf(state, layer.id)));
  const setStyle = viewportsStore.getState().setLayerStyle;
  return (
    <div className={styles.body}>
      <Opacity
        label="Fill"
        share={fillOpacity}
        onChange={(share) => setStyle({ fillOpacity: share }, layer.id)}
      />
      <Opacity
        label="Outline"
        share={outlineOpacity}
        onChange={(share) => setStyle({ outlineOpacity: share }, layer.id)}
      />
      <span>Concept</span>
      <div className={styles.concept}>
        <ConceptChoice layer={layer} segment={segment} />
      </div>
    </div>
  );
}
