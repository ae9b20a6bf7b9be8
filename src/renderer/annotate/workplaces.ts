import { openSeries } from "../actions/series";
import { annotateViewportId, viewportIds } from "../state/viewport-model";
import { activeViewport, viewportOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { useWorkbench, type Workplace } from "../state/workbench";

/** The viewport of Compare that was active before Annotate. */
let comparedViewportId: string = viewportIds[0];

/** Goes to another workplace; series and slice come along. */
export function goToWorkplace(workplace: Workplace): void {
  if (workplace === "annotate") enterAnnotate();
  else leaveAnnotate();
  useWorkbench.setState({ workplace });
}

function enterAnnotate(): void {
  const store = viewportsStore.getState();
  const from = activeViewport(store);
  if (from.id === annotateViewportId) return;
  comparedViewportId = from.id;
  const { seriesId } = from;
  if (seriesId !== undefined && viewportOf(store, annotateViewportId).seriesId !== seriesId)
    store.showSeries(annotateViewportId, seriesId);
  store.activate(annotateViewportId);
  if (from.plane === "native") store.setFrame(annotateViewportId, from.frameIndex);
}

function leaveAnnotate(): void {
  const store = viewportsStore.getState();
  const from = activeViewport(store);
  if (from.id !== annotateViewportId) return;
  store.activate(comparedViewportId);
  const { seriesId, plane } = viewportOf(store, comparedViewportId);
  if (from.seriesId !== undefined && seriesId !== from.seriesId) void openSeries(from.seriesId);
  else if (plane === "native") store.setFrame(comparedViewportId, from.frameIndex);
}
