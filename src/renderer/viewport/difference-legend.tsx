import { viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import styles from "./viewport.module.css";

/** What the three patterns of a difference map mean; shown while one is on. */
export function DifferenceLegend({ id }: { id: string }) {
  const isShown = useViewports(
    (state) => viewportOf(state, id).difference !== undefined && !state.layersHidden,
  );
  if (!isShown) return null;
  return (
    <ul className={styles.legend} aria-label="Difference">
      <li>
        <span className={`${styles.swatch} ${styles.agreed}`} />
        agreed
      </li>
      <li>
        <span className={`${styles.swatch} ${styles.tooMuch}`} />
        too much
      </li>
      <li>
        <span className={`${styles.swatch} ${styles.missed}`} />
        missed
      </li>
    </ul>
  );
}
