import { Tooltip } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled, IconCircleHalf2, IconFlag } from "@tabler/icons-react";
import { reviewStates, type ReviewState } from "../../core/review";
import styles from "./review.module.css";

export const stateWords: Readonly<Record<ReviewState, string>> = {
  "not-started": "Not started",
  "in-progress": "In progress",
  done: "Done",
  flagged: "Flagged",
};

const icons = {
  "not-started": IconCircle,
  "in-progress": IconCircleHalf2,
  done: IconCircleCheckFilled,
  flagged: IconFlag,
} as const;

/** A shape first: empty ring, half ring, filled check, flag. */
export function StateShape({ state, size = 14 }: { state: ReviewState; size?: number }) {
  const Icon = icons[state];
  return <Icon size={size} stroke={1.6} className={styles.shape} data-state={state} aria-hidden />;
}

interface StateChoiceProps {
  label: string;
  state: ReviewState;
  onChoose: (state: ReviewState) => void;
}

/** Says and changes where the reader is: the four shapes, the present one with its word. */
export function StateChoice({ label, state, onChoose }: StateChoiceProps) {
  return (
    <div className={styles.choice}>
      <span>{label}</span>
      <div role="radiogroup" aria-label={label} className={styles.well}>
        {reviewStates.map((each) => (
          <Tooltip key={each} label={stateWords[each]} disabled={each === state}>
            <button
              type="button"
              role="radio"
              aria-checked={each === state}
              aria-label={stateWords[each]}
              onClick={() => onChoose(each)}
            >
              <StateShape state={each} />
              {each === state && <span>{stateWords[each]}</span>}
            </button>
          </Tooltip>
        ))}
      </div>
    </div>
  );
}
