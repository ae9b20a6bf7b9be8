import { sliceCount, viewportOf } from "../state/viewport-queries";
import type { ViewportsStore } from "../state/viewports";

/**
 * Plays the active viewport's slices while cine is on, round and round; linked viewports follow. A slice that has not
 * arrived is waited for, so nothing is skipped.
 * @param isReady whether the viewport shows the slice that it was last told to
 * @returns the way to end it
 */
export function playCine(store: ViewportsStore, isReady: (viewportId: string) => boolean): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const step = (): void => {
    const state = store.getState();
    const id = state.activeViewportId;
    const count = sliceCount(state, id);
    if (count < 2 || !isReady(id)) return;
    state.setFrame(id, (viewportOf(state, id).frameIndex + 1) % count);
  };
  const follow = (): void => {
    clearInterval(timer);
    const { playing, framesPerSecond } = store.getState().cine;
    timer = playing ? setInterval(step, 1000 / framesPerSecond) : undefined;
  };
  follow();
  const unsubscribe = store.subscribe((state, previous) => state.cine !== previous.cine && follow());
  return () => {
    unsubscribe();
    clearInterval(timer);
  };
}
