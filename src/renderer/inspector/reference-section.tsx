import { VisuallyHidden } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import type { LayerView, RunView, SegmentMeasure, SeriesComparison } from "../../host/contract";
import controls from "../app/controls/controls.module.css";
import { LayerBadge } from "../app/controls/layer-badge";
import {
  counted,
  formatArea,
  formatDistance,
  formatMilliseconds,
  formatRatio,
  notAvailable,
} from "../app/format";
import { measuresQuery, useComparison } from "../state/queries";
import { activeViewport, layerLetter, referenceLayerOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { Choice } from "./choice";
import styles from "./inspector.module.css";
import { bestLayers, figureRows, type FigureColumn, type FigureRow } from "./reference-figures";

interface ReferenceSectionProps {
  seriesId: string;
  layers: readonly LayerView[];
  runs: readonly RunView[];
}

/** Every layer's figures against the reference: for the slice in view, or as means over the series. */
export function ReferenceSection({ seriesId, layers, runs }: ReferenceSectionProps) {
  const reference = useViewports((state) => referenceLayerOf(state, seriesId));
  const scope = useWorkbench((state) => state.measureScope);
  return (
    <section className={controls.section} aria-label="Against the reference">
      <div className={controls.sectionHead}>
        <h2>Against the reference</h2>
        <span className={controls.spring} />
        <Choice
          label="Figures of"
          value={scope}
          choices={[
            { value: "slice", label: "Slice" },
            { value: "series", label: "Series" },
          ]}
          onChange={(measureScope) => useWorkbench.setState({ measureScope })}
        />
      </div>
      {reference ? (
        <Figures seriesId={seriesId} reference={reference} layers={layers} runs={runs} />
      ) : (
        <p className={styles.empty}>
          No reference. Load one, or choose a layer that the others are compared with.
        </p>
      )}
    </section>
  );
}

/** Each layer's measures on the slice, for the areas. */
function useAreas(layers: readonly LayerView[], frame: number) {
  return useQueries({
    queries: layers.map((layer) => ({
      ...measuresQuery(layer, frame),
      enabled: layer.frames.includes(frame),
    })),
    combine: (results) =>
      new Map<string, readonly SegmentMeasure[]>(
        results.flatMap(({ data }, at) => (data && layers[at] ? [[layers[at].id, data] as const] : [])),
      ),
  });
}

function Figures({ seriesId, reference, layers, runs }: ReferenceSectionProps & { reference: LayerView }) {
  const comparison = useComparison(seriesId).data;
  const frame = useViewports((state) => activeViewport(state).frameIndex);
  const ofSlice = useWorkbench((state) => state.measureScope === "slice");
  const measures = useAreas(layers, frame);
  const rows = figureRows({
    layers,
    reference,
    comparison,
    runs,
    frame: ofSlice ? frame : undefined,
    measures,
  });
  const best = (column: FigureColumn) => (ofSlice ? bestLayers(rows, column) : new Set<string>());
  // Until something is measured nothing is said of the unit.
  const unit = comparison?.frames[0]?.unit;
  const areaUnit = rows.some(({ area }) => area?.areaMm2 !== undefined) ? "cm²" : "px";
  const winners = {
    dice: best("dice"),
    iou: best("iou"),
    hd95: best("hd95"),
    milliseconds: best("milliseconds"),
  };
  return (
    <>
      <table className={styles.figures}>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>Layer</VisuallyHidden>
            </th>
            <th scope="col">Dice</th>
            <th scope="col">IoU</th>
            <th scope="col">HD95{unit !== undefined && ` ${unit}`}</th>
            {ofSlice && <th scope="col">Area {areaUnit}</th>}
            <th scope="col">ms</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.layer.id} row={row} winners={winners} ofSlice={ofSlice} />
          ))}
        </tbody>
      </table>
      <Note rows={rows} ofSlice={ofSlice} comparison={comparison} unit={unit} />
    </>
  );
}

interface RowProps {
  row: FigureRow;
  winners: Readonly<Record<FigureColumn, ReadonlySet<string>>>;
  ofSlice: boolean;
}

function Row({ row, winners, ofSlice }: RowProps) {
  const { layer, isReference } = row;
  const letter = useViewports((state) => layerLetter(state, layer));
  const chosen = useViewports((state) => activeViewport(state).primaryLayerId === layer.id);
  const figure = (column: FigureColumn, text: string) => (
    <td className={isReference || text === notAvailable ? styles.none : undefined}>
      {winners[column].has(layer.id) ? <span className={styles.best}>{text}</span> : text}
    </td>
  );
  return (
    <tr {...(chosen && { "data-chosen": true })} onClick={() => showLayer(layer.id)}>
      <th scope="row" aria-label={`${letter}, ${layer.name}`}>
        <LayerBadge letter={letter} colour={layer.colour} />
      </th>
      {figure("dice", isReference ? "1" : formatRatio(row.dice))}
      {figure("iou", isReference ? "1" : formatRatio(row.iou))}
      {figure("hd95", isReference ? "0" : formatDistance(row.hd95))}
      {ofSlice && (
        <td className={row.area ? undefined : styles.none}>
          {row.area ? formatArea(row.area.pixels, row.area.areaMm2).figure : notAvailable}
        </td>
      )}
      {figure("milliseconds", formatMilliseconds(row.milliseconds))}
    </tr>
  );
}

/** Goes to the viewport that stands for the layer. */
function showLayer(layerId: string): void {
  const { viewports, activate } = viewportsStore.getState();
  const shown = Object.values(viewports).find(({ primaryLayerId }) => primaryLayerId === layerId);
  if (shown) activate(shown.id);
}

interface NoteProps {
  rows: readonly FigureRow[];
  ofSlice: boolean;
  comparison: SeriesComparison | undefined;
  unit: "mm" | "px" | undefined;
}

function Note({ rows, ofSlice, comparison, unit }: NoteProps) {
  const contestants = rows.filter(({ isReference }) => !isReference);
  if (contestants.length === 0) return null;
  const slices = new Set(comparison?.frames.map(({ frame }) => frame)).size;
  const spacing = unit === "px" ? " Pixel spacing is unknown: distances are in pixels." : "";
  const words = ofSlice
    ? contestants.length > 1 && `Best of each column is underlined.${spacing}`
    : `Means over ${counted(slices, "slice")} of one series, which resemble each other: too little to name a best.${spacing}`;
  return words === false ? null : <p className={`${controls.note} ${styles.note}`}>{words}</p>;
}
