import { useVirtualizer } from "@tanstack/react-virtual";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { EditView } from "../../host/contract";
import { CommandButton } from "../app/controls/command-button";
import controls from "../app/controls/controls.module.css";
import { counted } from "../app/format";
import { useHistory } from "../state/queries";
import { useViewports } from "../state/viewports";
import styles from "./annotate.module.css";
import { goToStep } from "./history";
import { ageText, stepText } from "./words";

const noSteps: readonly EditView[] = [];
const rowHeight = 36;
/** A step's age is told to the second, so it is told anew as often. */
const ageIntervalMs = 1_000;

/** The steps of the series, the last made first. A press goes to where things were after a step. */
export function HistorySection({ seriesId }: { seriesId: string }) {
  const steps = useHistory(seriesId).data ?? noSteps;
  const layers = useViewports((state) => state.layers[seriesId]);
  const nameOf = ({ layerId, segment }: EditView) =>
    layers?.find(({ id }) => id === layerId)?.segments.find(({ value }) => value === segment)?.label;
  const now = useNow();
  const scroller = useRef<HTMLOListElement>(null);
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const current = steps.findLastIndex(({ isUndone }) => !isUndone);
  return (
    <section className={controls.section} aria-label="History">
      <div className={controls.sectionHead}>
        <h2>History</h2>
        <span className={styles.aside}>
          {steps.length === 0 ? "no steps yet" : `${counted(steps.length, "step")}, kept after closing`}
        </span>
        <span className={controls.spring} />
        <CommandButton command="annotate.undo" icon={<IconArrowBackUp size={16} />} />
        <CommandButton command="annotate.redo" icon={<IconArrowForwardUp size={16} />} />
      </div>
      <ol ref={scroller} className={styles.steps}>
        <li aria-hidden style={{ height: rows.getTotalSize() }} />
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const at = steps.length - 1 - index;
          const step = steps[at]!;
          return (
            <li key={key} className={styles.step} style={{ transform: `translateY(${start}px)` }}>
              <button
                type="button"
                data-undone={step.isUndone || undefined}
                {...(at === current && { "aria-current": "step" as const })}
                onClick={() => void goToStep(seriesId, step)}
              >
                <i />
                <span>
                  <b>{step.title}</b>
                  <small>{stepText(nameOf(step), step.frames)}</small>
                </span>
                <time dateTime={new Date(step.madeAt).toISOString()}>{ageText(now - step.madeAt)}</time>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ageIntervalMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
