import type { EditView } from "../../host/contract";
import { activeSeriesId } from "../actions/series";
import { host } from "../api/host";
import { withStep } from "../state/host-sync";
import { queryClient, queryKeys } from "../state/queries";
import { viewportsStore } from "../state/viewports";
import { performStep } from "./commit-edit";
import { isDrawing } from "./tool-in-hand";

/** Presses in quick succession are taken one after the other; each answer shows before the next is asked for. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
  const result = turn.then(act);
  turn = result.catch(() => undefined);
  return result;
}

/** Takes the last step of the active series back. While something is drawn, nothing happens. */
export async function undo(): Promise<void> {
  await inTurn(() => step("undo"));
}

/** Does the first step again that was undone. */
export async function redo(): Promise<void> {
  await inTurn(() => step("redo"));
}

async function step(direction: "undo" | "redo"): Promise<EditView | undefined> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined || isDrawing()) return undefined;
  const failure = direction === "undo" ? "The step could not be undone" : "The step could not be done again";
  const made = await performStep(failure, () => host[direction](seriesId));
  if (!made) return undefined;
  // Before the host's event on it comes: what follows goes by it.
  queryClient.setQueryData<EditView[]>(
    queryKeys.history(seriesId),
    (steps) => steps && withStep(steps, made),
  );
  showFrameOf(made);
  return made;
}

/** What changed must be seen, so the nearest of the step's slices comes into view. */
function showFrameOf({ frames }: EditView): void {
  const { activeViewportId, viewports, setFrame } = viewportsStore.getState();
  const shown = viewports[activeViewportId]!.frameIndex;
  const [nearest] = [...frames].sort((a, b) => Math.abs(a - shown) - Math.abs(b - shown));
  if (nearest !== undefined) setFrame(activeViewportId, nearest);
}

/** Goes to where the history was after a step, by as many undos or redos as that takes. */
export async function goToStep(seriesId: string, wanted: EditView): Promise<void> {
  for (;;) {
    const steps = queryClient.getQueryData<EditView[]>(queryKeys.history(seriesId)) ?? [];
    const now = steps.findLastIndex(({ isUndone }) => !isUndone);
    const at = steps.findIndex(({ id }) => id === wanted.id);
    if (at < 0 || at === now || seriesId !== activeSeriesId()) return;
    if (!(await step(at < now ? "undo" : "redo"))) return;
  }
}
