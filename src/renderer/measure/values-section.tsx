import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Segment } from "../../core/mask/label-map";
import type { ValueHistogram } from "../../core/measure/value-histogram";
import type { LayerView, SegmentValues } from "../../host/contract";
import { annotatedLayer, paintedSegment, useAnnotation } from "../annotate/annotation";
import { volumeText } from "../annotate/segments/figures";
import { useSegmentMeasures } from "../annotate/segments/use-segment-measures";
import controls from "../app/controls/controls.module.css";
import { useLayers, useSegmentValues } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import styles from "./measure.module.css";
import { rawText, valueText } from "./words";

const noLayers: readonly LayerView[] = [];

/** The image's values inside one segment of any layer, over the whole series. Asked for only while it is open. */
export function ValuesSection({ seriesId }: { seriesId: string }) {
  const [isOpen, setOpen] = useState(false);
  const layers = useLayers(seriesId).data ?? noLayers;
  if (layers.length === 0) return null;
  return (
    <section className={controls.section} aria-label="Values in a segment">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={styles.summary}>Values in a segment</summary>
        {isOpen && <ChosenSegment layers={layers} />}
      </details>
    </section>
  );
}

/** What is painted unless the reader chooses another. */
function ChosenSegment({ layers }: { layers: readonly LayerView[] }) {
  const annotation = useAnnotation();
  const annotated = useViewports((state) => annotatedLayer(state, annotation));
  const [chosen, setChosen] = useState<{ layerId: string; value: number }>();
  const layer = layers.find(({ id }) => id === (chosen?.layerId ?? annotated?.id)) ?? layers[0]!;
  const wanted = chosen?.layerId === layer.id ? chosen.value : paintedSegment(layer, annotation);
  const segment = layer.segments.find(({ value }) => value === wanted) ?? layer.segments[0];
  if (!segment) return null;
  const choices = layers.flatMap(({ id, name, segments }) =>
    segments.map(({ value, label }) => ({ value: `${id}/${value}`, label: `${label} · ${name}` })),
  );
  return (
    <>
      <NativeSelect
        className={styles.choice ?? ""}
        aria-label="Segment"
        data={choices}
        value={`${layer.id}/${segment.value}`}
        onChange={(event) => {
          const [layerId, value] = event.currentTarget.value.split("/");
          setChosen({ layerId: layerId!, value: Number(value) });
        }}
      />
      <Figures layer={layer} segment={segment} />
    </>
  );
}

function Figures({ layer, segment }: { layer: LayerView; segment: Segment }) {
  const frame = useViewports((state) => activeViewport(state).frameIndex);
  const measure = useSegmentMeasures(layer, frame)(segment.value);
  const { data: values, isError } = useSegmentValues(layer, segment.value);
  if (isError) return <p className={styles.empty}>The values could not be read.</p>;
  if (values === undefined || measure === undefined) return <p className={styles.empty}>Reading values.</p>;
  const volume = volumeText(measure);
  return (
    <>
      <dl className={controls.figures} aria-label={`Values in ${segment.label}`}>
        <dt>{measure.volumeMm3 === undefined ? "Pixels" : "Volume"}</dt>
        <dd>
          {volume.figure} {volume.unit}
        </dd>
        <IntensityRows values={values} />
      </dl>
      {values.histogram && (
        <Histogram histogram={values.histogram} colour={segment.colour} unit={values.unit} />
      )}
    </>
  );
}

function IntensityRows({ values: { intensity, pixels, unit = "" } }: { values: SegmentValues }) {
  if (!intensity) {
    return (
      <>
        <dt>Mean</dt>
        <dd>{pixels === 0 ? "no pixel yet" : "n/a, in colour"}</dd>
      </>
    );
  }
  return (
    <>
      <dt>Mean, SD</dt>
      <dd>
        {valueText(intensity.mean)}, {valueText(intensity.standardDeviation)} {unit}
      </dd>
      <dt>Min, max</dt>
      <dd>
        {rawText(intensity.minimum)}, {rawText(intensity.maximum)} {unit}
      </dd>
    </>
  );
}

interface HistogramProps {
  histogram: ValueHistogram;
  colour: string;
  unit: string | undefined;
}

/** Bars from the least to the greatest value, the most frequent one as high as the plot. */
function Histogram({ histogram: { low, width, counts }, colour, unit = "" }: HistogramProps) {
  const most = Math.max(...counts);
  const high = low + width * counts.length;
  const bars = counts.map((count, at) => `M${at} 1V${(1 - count / most).toFixed(4)}h1V1z`).join("");
  return (
    <figure className={styles.histogram}>
      <svg
        viewBox={`0 0 ${counts.length} 1`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Histogram from ${rawText(low)} to ${rawText(high)} ${unit}, at most ${most} pixels in one of ${counts.length} ranges`}
      >
        <path d={bars} fill={colour} />
      </svg>
      <figcaption>
        <span>{rawText(low)}</span>
        <span>{most} px at most</span>
        <span>
          {rawText(high)} {unit}
        </span>
      </figcaption>
    </figure>
  );
}
