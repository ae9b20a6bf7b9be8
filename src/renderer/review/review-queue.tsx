import { ActionIcon, Tooltip } from "@mantine/core";
import { IconListDetails, IconSortDescending } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { reviewStates, type ReviewState } from "../../core/review";
import type { ReviewView } from "../../host/contract";
import { reviewQueue, setReviewState, setSliceState, type QueuedSeries } from "../actions/review";
import { openSeries } from "../actions/series";
import { seriesThumbnailUrl } from "../api/host";
import controls from "../app/controls/controls.module.css";
import { Thumbnail } from "../app/controls/thumbnail";
import shell from "../app/shell.module.css";
import { useReview, useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { toggleReviewQueue, useWorkbench } from "../state/workbench";
import { CorrectionCosts } from "./correction-costs";
import { StateChoice, StateShape, stateWords } from "./review-state";
import styles from "./review.module.css";

/** What there is to review, and where the reader is with it; in the place of the studies panel. */
export function ReviewQueue({ narrow }: { narrow: boolean }) {
  const studies = useStudies().data ?? [];
  const reviews = useReview().data ?? [];
  const reviewFilter = useWorkbench((state) => state.reviewFilter);
  const sorted = useWorkbench((state) => state.mostDisputedFirst);
  const queue = reviewQueue(studies, reviews, { reviewFilter, mostDisputedFirst: sorted });
  return (
    <aside className={shell.panel} aria-label="Review queue">
      {!narrow && (
        <>
          <Head sorted={sorted} />
          <Filters reviews={reviews} chosen={reviewFilter} />
        </>
      )}
      <Rows queue={queue} narrow={narrow} />
      {!narrow && (
        <>
          <Progress reviews={reviews} />
          <CorrectionCosts />
          <span className={controls.spring} />
          <Choices reviews={reviews} />
        </>
      )}
    </aside>
  );
}

/** CSS pixels; rows of more are measured. */
const leastRow = 52;

function Rows({ queue, narrow }: { queue: readonly QueuedSeries[]; narrow: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: queue.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => leastRow,
    getItemKey: (index) => queue[index]?.series.id ?? index,
    overscan: 6,
  });
  return (
    <div ref={scroller} className={styles.rows}>
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={queue.length}
            style={{ transform: `translateY(${start}px)` }}
          >
            <QueueRow queued={queue[index]!} narrow={narrow} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Head({ sorted }: { sorted: boolean }) {
  return (
    <div className={controls.sectionHead}>
      <h2>Review queue</h2>
      <span className={controls.spring} />
      <Tooltip label="Most disputed first">
        <ActionIcon
          size={24}
          aria-label="Most disputed first"
          aria-pressed={sorted}
          className={sorted ? (controls.toggled ?? "") : ""}
          onClick={() => useWorkbench.setState({ mostDisputedFirst: !sorted })}
        >
          <IconSortDescending size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Show studies">
        <ActionIcon size={24} aria-label="Show studies" onClick={toggleReviewQueue}>
          <IconListDetails size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** How many series are where, and which of them are shown. */
function Filters({ reviews, chosen }: { reviews: readonly ReviewView[]; chosen: ReviewState | undefined }) {
  const choose = (state: ReviewState | undefined) => useWorkbench.setState({ reviewFilter: state });
  return (
    <div className={styles.filters} role="group" aria-label="Show series that are">
      <button type="button" aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        All {reviews.length}
      </button>
      {reviewStates.map((state) => {
        const count = reviews.filter((review) => review.state === state).length;
        return (
          <Tooltip key={state} label={stateWords[state]}>
            <button
              type="button"
              aria-pressed={chosen === state}
              aria-label={`${stateWords[state]}, ${count}`}
              onClick={() => choose(state)}
            >
              <StateShape state={state} /> {count}
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
}

const doneOf = (frames: readonly ReviewState[]) => frames.filter((state) => state === "done").length;

function QueueRow({ queued: { series, review }, narrow }: { queued: QueuedSeries; narrow: boolean }) {
  const current = useViewports((state) => activeViewport(state).seriesId === series.id);
  const done = `${doneOf(review.frames)} / ${review.frames.length}`;
  const dispute = review.dispute === undefined ? "" : `, disputed ${review.dispute.toFixed(3)}`;
  return (
    <button
      type="button"
      className={styles.row}
      data-narrow={narrow || undefined}
      aria-current={current}
      aria-label={`${series.title}, ${stateWords[review.state]}, ${done} slices done${dispute}`}
      onClick={() => void openSeries(series.id)}
    >
      <span className={styles.thumbnail}>
        <Thumbnail source={seriesThumbnailUrl(series.id, 96)} size={{ width: 40, height: 40 }} />
        {narrow && <StateShape state={review.state} />}
      </span>
      {!narrow && (
        <>
          <span className={styles.words}>
            <b>{series.title}</b>
            <span data-state={review.state}>
              <StateShape state={review.state} /> {stateWords[review.state]}
            </span>
          </span>
          <span className={styles.figures}>
            {done}
            {review.dispute !== undefined && (
              <Tooltip label="1 − mean Dice between the models">
                <small>Δ {review.dispute.toFixed(3)}</small>
              </Tooltip>
            )}
          </span>
        </>
      )}
    </button>
  );
}

function Progress({ reviews }: { reviews: readonly ReviewView[] }) {
  const frames = reviews.flatMap((review) => review.frames);
  if (frames.length === 0) return null;
  const done = doneOf(frames);
  const started = frames.filter((state) => state === "in-progress" || state === "flagged").length;
  const share = (count: number) => `${(100 * count) / frames.length}%`;
  return (
    <div className={styles.progress}>
      <div>
        <i style={{ width: share(done) }} />
        <i style={{ width: share(started) }} data-started />
      </div>
      <span>
        {done} of {frames.length} slices done
      </span>
    </div>
  );
}

function Choices({ reviews }: { reviews: readonly ReviewView[] }) {
  const { seriesId, frameIndex, plane } = useViewports(activeViewport);
  const review = reviews.find((each) => each.seriesId === seriesId);
  if (review === undefined) return null;
  const slice = plane === "native" ? review.frames[frameIndex] : undefined;
  return (
    <div className={styles.choices}>
      {slice !== undefined && <StateChoice label="This slice" state={slice} onChoose={setSliceState} />}
      <StateChoice
        label="This series"
        state={review.state}
        onChoose={(state) => void setReviewState(state)}
      />
    </div>
  );
}
