import { SlicebenchError } from "../core/errors";
import { type ReviewState, type SliceDispute, seriesDispute } from "../core/review";
import type { ReviewView } from "../host/contract";
import type { ReviewStore } from "../workspace/review";
import type { EventLog } from "./events";

interface ReviewParts {
  store: ReviewStore;
  /** The open series, in the panel's order. */
  openSeries: () => readonly { id: string; frameCount: number }[];
  /** How far the models disagree on each slice of a series. */
  disputes: (seriesId: string, modelIds: readonly string[]) => Promise<SliceDispute[]>;
  events: EventLog;
}

/** Where the reader is with the open series and their slices. */
export class Review {
  constructor(private readonly parts: ReviewParts) {}

  /**
   * Every open series with its state, those of its slices, and how far models disagree.
   * @param modelIds the models to look at; all that ran where there is none
   */
  list(modelIds: readonly string[]): Promise<ReviewView[]> {
    return Promise.all(
      this.parts.openSeries().map(async ({ id, frameCount }) => {
        const { series, frames } = this.parts.store.read(id);
        const slices = await this.parts.disputes(id, modelIds);
        const dispute = seriesDispute(slices);
        return {
          seriesId: id,
          state: series ?? "not-started",
          frames: Array.from({ length: frameCount }, (_, frame) => frames.get(frame) ?? "not-started"),
          ...(dispute !== undefined && { dispute }),
          sliceDisputes: slices,
        };
      }),
    );
  }

  /**
   * Says where the reader is with a series or one of its slices. A series that is done has its slices done, except those
   * that were flagged; with its last slice a series is done.
   * Throws SERIES_NOT_FOUND, FRAME_NOT_FOUND.
   */
  setState({ seriesId, frame, state }: { seriesId: string; frame?: number; state: ReviewState }): void {
    const { store, events } = this.parts;
    const frameCount = this.#frameCount(seriesId);
    const { series = "not-started", frames } = store.read(seriesId);
    const all = Array.from({ length: frameCount }, (_, index) => index);
    if (frame === undefined) {
      store.write(seriesId, state);
      if (state === "done")
        store.write(
          seriesId,
          "done",
          all.filter((index) => frames.get(index) !== "flagged"),
        );
    } else {
      if (frame >= frameCount)
        throw new SlicebenchError("FRAME_NOT_FOUND", `The series has no frame ${frame + 1}.`);
      store.write(seriesId, state, [frame]);
      const isDone = (index: number) => (index === frame ? state : frames.get(index)) === "done";
      if (all.every(isDone)) store.write(seriesId, "done");
      else if (series === "not-started" || series === "done") store.write(seriesId, "in-progress");
    }
    events.publish({ type: "review" });
  }

  /** An edit was made: what was not started is in progress now. */
  edited(seriesId: string, editedFrames: readonly number[]): void {
    const { store, events } = this.parts;
    const { series = "not-started", frames } = store.read(seriesId);
    const fresh = editedFrames.filter((frame) => (frames.get(frame) ?? "not-started") === "not-started");
    if (series !== "not-started" && fresh.length === 0) return;
    if (series === "not-started") store.write(seriesId, "in-progress");
    store.write(seriesId, "in-progress", fresh);
    events.publish({ type: "review" });
  }

  #frameCount(seriesId: string): number {
    const series = this.parts.openSeries().find(({ id }) => id === seriesId);
    if (series === undefined) throw new SlicebenchError("SERIES_NOT_FOUND", "This series is not open.");
    return series.frameCount;
  }
}
