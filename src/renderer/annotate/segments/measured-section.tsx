import type { Segment } from "../../../core/mask/label-map";
import type { LayerView, SegmentMeasure } from "../../../host/contract";
import controls from "../../app/controls/controls.module.css";
import { formatArea, formatRatio, notAvailable, splitName } from "../../app/format";
import { seriesOf } from "../../state/viewport-queries";
import { layersOf } from "../../state/viewport-queries";
import { useViewports } from "../../state/viewports";
import { volumeText } from "./figures";

interface MeasuredSectionProps {
  layer: LayerView;
  segment: Segment;
  measure: SegmentMeasure | undefined;
}

/** What the painted segment measures, anew with every stroke. */
export function MeasuredSection({ layer, segment, measure }: MeasuredSectionProps) {
  const slices = useViewports((state) => seriesOf(state, state.activeViewportId)?.frames.length ?? 0);
  const start = useViewports((state) => startOf(layer, layersOf(state, layer.seriesId)));
  const area = formatArea(measure?.pixels ?? 0, measure ? measure.areaMm2 : undefined);
  const volume = volumeText(measure);
  const isVolume = measure?.volumeMm3 !== undefined;
  return (
    <section className={controls.section} aria-label="Measured as you draw">
      <div className={controls.sectionHead}>
        <h2>Measured as you draw</h2>
      </div>
      <dl className={controls.figures} aria-label={`What ${segment.label} measures`}>
        <dt>Area, this slice</dt>
        <dd>
          {area.figure} {area.unit}
        </dd>
        <dt>
          {isVolume ? "Volume" : "Pixels"}, {measure?.slices ?? 0} of {slices} slices
        </dt>
        <dd>
          {volume.figure} {volume.unit}
        </dd>
        {start && (
          <>
            <dt title={`Dice to ${start.name} on this slice`}>
              Dice to {splitName(start.name)[0]}, this slice
            </dt>
            <dd>{measure?.dice === undefined ? notAvailable : formatRatio(measure.dice)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** The layer that an annotation started from, while it is there. */
function startOf({ origin }: LayerView, layers: readonly LayerView[]): LayerView | undefined {
  return origin.kind === "annotation" ? layers.find(({ id }) => id === origin.startedFrom) : undefined;
}
