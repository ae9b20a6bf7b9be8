import { heatColour } from "./heat";
import { viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { mostDisagreement } from "./layer-comparison";
import styles from "./viewport.module.css";

const stops = Array.from({ length: 9 }, (_, at) => heatColour(at / 8));
const gradient = `linear-gradient(to right, ${stops.join(", ")})`;

/** The scale of a disagreement map; shown while one is on. */
export function DisagreementLegend({ id }: { id: string }) {
  const isShown = useViewports(
    (state) => viewportOf(state, id).disagreement !== undefined && !state.layersHidden,
  );
  const most = useViewports((state) => mostDisagreement(state, id));
  if (!isShown) return null;
  const end = Number.isInteger(most) ? most.toFixed(0) : most.toFixed(2);
  const unit = `${end} ${end === "1" ? "bit" : "bits"}`;
  return (
    <div className={styles.legend} role="img" aria-label={`Disagreement: entropy of the votes, 0 to ${unit}`}>
      <span>0</span>
      <span className={styles.heat} style={{ background: gradient }} />
      <span>{unit}</span>
    </div>
  );
}
