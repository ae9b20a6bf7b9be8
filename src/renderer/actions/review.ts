import { mostDisputedFirst, type ReviewState } from "../../core/review";
import type { ReviewView, SeriesSummary, StudySummary } from "../../host/contract";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { useWorkbench, type WorkbenchState } from "../state/workbench";
import { attempt } from "./report";
import { activeSeriesId, openSeries } from "./series";

/** A series of the queue with what is known of its review. */
export interface QueuedSeries {
  series: SeriesSummary;
  review: ReviewView;
}

type QueueChoice = Pick<WorkbenchState, "reviewFilter" | "mostDisputedFirst">;

/** The queue as it is shown: those that the filter lets through, in the studies' order or the most disputed first. */
export function reviewQueue(
  studies: readonly StudySummary[],
  reviews: readonly ReviewView[],
  { reviewFilter, mostDisputedFirst: sorted }: QueueChoice,
): QueuedSeries[] {
  const queue = studies
    .flatMap(({ series }) => series)
    .flatMap((series): QueuedSeries[] => {
      const review = reviews.find(({ seriesId }) => seriesId === series.id);
      if (review === undefined || (reviewFilter !== undefined && review.state !== reviewFilter)) return [];
      return [{ series, review }];
    });
  return sorted ? mostDisputedFirst(queue, ({ review }) => review.dispute) : queue;
}

/** Opens the next or previous series of the queue as it is shown; stays at its ends. */
export function stepReview(step: 1 | -1): void {
  const studies = queryClient.getQueryData<StudySummary[]>(queryKeys.studies) ?? [];
  const [, reviews = []] =
    queryClient
      .getQueriesData<ReviewView[]>({ queryKey: queryKeys.review })
      .find(([, data]) => data !== undefined) ?? [];
  const queue = reviewQueue(studies, reviews, useWorkbench.getState());
  const at = queue.findIndex(({ series }) => series.id === activeSeriesId());
  // From a series that the filter hides, the first one is next.
  const next = at < 0 ? queue[0] : queue[at + step];
  if (next !== undefined) void openSeries(next.series.id);
}

export async function setReviewState(state: ReviewState, frame?: number): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined) return;
  await attempt("The state could not be kept", () =>
    host.setReview({ seriesId, state, ...(frame !== undefined && { frame }) }),
  );
}

/** Says where the reader is with the slice in view. */
export function setSliceState(state: ReviewState): void {
  const { frameIndex, plane } = activeViewport(viewportsStore.getState());
  // Reformatted planes have slices of their own, which nobody reviews.
  if (plane === "native") void setReviewState(state, frameIndex);
}
