import { useShallow } from "zustand/react/shallow";
import type { LayerView, SegmentMeasure } from "../../host/contract";
import { changeLayer } from "../actions/layers";
import { ColourChoice } from "../app/controls/colour-choice";
import { Opacity } from "../app/controls/opacity";
import { formatArea } from "../app/format";
import { useMeasures } from "../state/queries";
import { activeViewport, layerStyleOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { ConsensusReaders } from "./consensus-readers";
import styles from "./inspector.module.css";

/** The four layer colours, then the palette's others. */
const colours = ["#E69F00", "#56B4E9", "#CC79A7", "#F0E442", "#009E73", "#D55E00"] as const;

/** What the selected layer opens: opacities, colour, and how large its segments are. */
export function LayerBody({ layer, isReference }: { layer: LayerView; isReference: boolean }) {
  const style = useViewports(useShallow((state) => layerStyleOf(state, layer.id)));
  const setStyle = viewportsStore.getState().setLayerStyle;
  return (
    <div className={styles.layerBody}>
      {!isReference && (
        <Opacity
          label="Fill"
          share={style.fillOpacity}
          onChange={(fillOpacity) => setStyle({ fillOpacity }, layer.id)}
        />
      )}
      <Opacity
        label="Outline"
        share={style.outlineOpacity}
        onChange={(outlineOpacity) => setStyle({ outlineOpacity }, layer.id)}
      />
      {!isReference && (
        <>
          <span>Colour</span>
          <ColourChoice
            className={styles.colours}
            label="Colour"
            colours={colours}
            value={layer.colour}
            onChange={(colour) => void changeLayer(layer, { colour })}
          />
        </>
      )}
      {layer.origin.kind === "dicom-object" && (
        <div className={styles.origin}>
          <p>From a DICOM {layer.origin.object} beside the images.</p>
          {layer.origin.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </div>
      )}
      {layer.origin.kind === "consensus" && <ConsensusReaders layer={layer} origin={layer.origin} />}
      <Segments layer={layer} />
    </div>
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
