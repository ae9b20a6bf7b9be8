import type { RunView } from "../../host/contract";
import styles from "./viewport.module.css";

/** In place of figures on a slice that its run has not reached: how far the run is, the rest hatched. */
export function MaskToCome({ run }: { run: RunView }) {
  const { framesDone, framesTotal } = run;
  return (
    <span className={styles.coming} role="status">
      <span className={styles.unit}>{framesDone === 0 ? "waiting" : "mask to come"}</span>
      <span className={styles.comingBar} aria-hidden>
        <i style={{ transform: `scaleX(${framesDone / framesTotal})` }} />
      </span>
      <span>
        <b>{framesDone}</b>
        <span className={styles.unit}> / {framesTotal}</span>
      </span>
    </span>
  );
}
