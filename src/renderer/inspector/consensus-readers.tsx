import { useShallow } from "zustand/react/shallow";
import { type ConsensusOrigin, consensusNames } from "../../core/consensus/consensus-origin";
import type { LayerView } from "../../host/contract";
import { LayerBadge } from "../app/controls/layer-badge";
import { formatRatio, splitName } from "../app/format";
import { layerLetter, layersOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import styles from "./inspector.module.css";

/** Whose consensus a layer is, how it was found, and what STAPLE estimates of each reader. */
export function ConsensusReaders({ layer, origin }: { layer: LayerView; origin: ConsensusOrigin }) {
  const readers = useViewports(
    useShallow((state) =>
      origin.layers.map(({ id }) => layersOf(state, layer.seriesId).find((each) => each.id === id)),
    ),
  );
  // A reader that was removed since keeps its name, not its letter.
  const letters = useViewports(
    useShallow((state) => readers.map((each) => each && layerLetter(state, each))),
  );
  const isEstimated = origin.layers.some(({ sensitivity }) => sensitivity !== undefined);
  return (
    <div className={`${styles.segments} ${styles.readers}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{consensusNames[origin.method]} of</th>
            {isEstimated && <th scope="col">Sensitivity</th>}
            {isEstimated && <th scope="col">Specificity</th>}
          </tr>
        </thead>
        <tbody>
          {origin.layers.map(({ id, name, sensitivity, specificity }, at) => (
            <tr key={id}>
              <td title={name}>
                <span className={styles.reader}>
                  <LayerBadge letter={letters[at]} colour={readers[at]?.colour} />
                  <span>{splitName(name)[0]}</span>
                </span>
              </td>
              {isEstimated && <td>{sensitivityText(layer, sensitivity)}</td>}
              {isEstimated && <td>{formatRatio(specificity)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of each segment, in the order in which the layer lists them. */
const sensitivityText = ({ segments }: LayerView, sensitivity: Record<number, number> = {}): string =>
  segments.map(({ value }) => formatRatio(sensitivity[value])).join(" / ");
