import controls from "../app/controls/controls.module.css";
import { useEditCosts, useModels } from "../state/queries";
import styles from "./review.module.css";

const duration = (seconds: number) =>
  seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** What it took to correct each model's masks, on this machine and over all studies. */
export function CorrectionCosts() {
  const costs = useEditCosts().data ?? [];
  const models = useModels().data ?? [];
  if (costs.length === 0) return null;
  return (
    <section className={styles.costs} aria-label="Cost of corrections">
      <h3>Cost of corrections</h3>
      <ul>
        {costs.map(({ modelId, slices, strokes, pixels, seconds }) => (
          <li key={modelId}>
            <span>{models.find(({ card }) => card.id === modelId)?.card.name ?? modelId}</span>
            <span className={controls.unit}>
              {strokes} {strokes === 1 ? "stroke" : "strokes"}, {pixels.toLocaleString("en")} px,{" "}
              {duration(seconds)} over {slices} {slices === 1 ? "slice" : "slices"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
