import { Slider } from "@mantine/core";
import { useShallow } from "zustand/react/shallow";
import type { LayerView, SegmentMeasure } from "../../host/contract";
import { changeLayer } from "../actions/layers";
import { formatArea } from "../app/format";
import { useMeasures } from "../state/queries";
import { activeViewport, layerStyleOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import styles from "./inspector.module.css";

/** The four layer colours, then the palette's others; names for those who do not see them. */
const colours = [
  { value: "#E69F00", name: "Orange" },
  { value: "#56B4E9", name: "Sky" },
  { value: "#CC79A7", name: "Purple" },
  { value: "#F0E442", name: "Yellow" },
  { value: "#009E73", name: "Green" },
  { value: "#D55E00", name: "Vermilion" },
] as const;

/** What the selected layer opens: opacities, colour, and how large its segments are. */
export function LayerBody({ layer, isReference }: { layer: LayerView; isReference: boolean }) {
  const style = useViewports(useShallow((state) => layerStyleOf(state, layer.id)));
  const setStyle = viewportsStore.getState().setLayerStyle;
  return (
    <div className={styles.layerBody}>
      {!isReference && (
        <Opacity
          label="Fill"
          value={style.fillOpacity}
          onChange={(fillOpacity) => setStyle({ fillOpacity }, layer.id)}
        />
      )}
      <Opacity
        label="Outline"
        value={style.outlineOpacity}
        onChange={(outlineOpacity) => setStyle({ outlineOpacity }, layer.id)}
      />
      {!isReference && <ColourChoice layer={layer} />}
      <Segments layer={layer} />
    </div>
  );
}

interface OpacityProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
}

function Opacity({ label, value, onChange }: OpacityProps) {
  const percent = Math.round(value * 100);
  return (
    <>
      <span>{label}</span>
      <Slider
        thumbLabel={`${label} opacity in percent`}
        min={0}
        max={100}
        value={percent}
        onChange={(next) => onChange(next / 100)}
      />
      <output>{percent} %</output>
    </>
  );
}

function ColourChoice({ layer }: { layer: LayerView }) {
  return (
    <>
      <span>Colour</span>
      <div className={styles.colours} role="group" aria-label="Colour">
        {colours.map(({ value, name }) => (
          <button
            key={value}
            type="button"
            aria-label={name}
            aria-pressed={layer.colour.toUpperCase() === value}
            onClick={() => void changeLayer(layer, { colour: value })}
          >
            <i style={{ background: value }} />
          </button>
        ))}
      </div>
    </>
  );
}

/** Each segment's area on the slice in view and its volume over the layer. */
function Segments({ layer }: { layer: LayerView }) {
  const frame = useViewports((state) => {
    const { plane, frameIndex } = activeViewport(state);
    return plane === "native" ? frameIndex : undefined;
  });
  const measures = useMeasures(layer, frame).data;
  const of = (value: number): SegmentMeasure | undefined =>
    measures?.find((measure) => measure.value === value);
  return (
    <div className={styles.segments}>
      <table>
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col">Area, this slice</th>
            <th scope="col">Volume</th>
          </tr>
        </thead>
        <tbody>
          {layer.segments.map(({ value, label, colour }) => (
            <tr key={value}>
              <td>
                <i className={styles.swatch} style={{ background: colour }} />
                {label}
              </td>
              <td>{areaText(of(value), measures !== undefined)}</td>
              <td>{volumeText(of(value))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function areaText(measure: SegmentMeasure | undefined, measured: boolean): string {
  if (!measured) return "n/a";
  const { figure, unit } = formatArea(measure?.pixels ?? 0, measure ? measure.areaMm2 : undefined);
  return `${figure} ${unit}`;
}

function volumeText(measure: SegmentMeasure | undefined): string {
  return measure?.volumeMm3 === undefined ? "n/a" : `${(measure.volumeMm3 / 1000).toFixed(1)} ml`;
}
