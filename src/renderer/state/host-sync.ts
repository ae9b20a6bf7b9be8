import type { QueryClient } from "@tanstack/react-query";
import type { EditView, HostEvent, JobView, LayerView, RunView } from "../../host/contract";
import { keepAnswers } from "./late-answers";
import { queryKeys } from "./queries";

/** Puts `item` in its place in a list, at the end if it is new. */
function upsert<Item extends { id: string }>(items: readonly Item[], item: Item): Item[] {
  const known = items.some(({ id }) => id === item.id);
  return known ? items.map((other) => (other.id === item.id ? item : other)) : [...items, item];
}

/** A series' history with one step more, or one that was undone or done again. A new step ends what was undone. */
export function withStep(steps: readonly EditView[], step: EditView): EditView[] {
  if (steps.some(({ id }) => id === step.id)) return upsert(steps, step);
  return [...steps.filter(({ isUndone }) => !isUndone), step];
}

/** Runs `action` at most once in `intervalMs` for each key, the last call always being served. */
export function throttleByKey(intervalMs: number, action: (key: string) => void): (key: string) => void {
  const waiting = new Map<string, boolean>();
  const serve = (key: string): void => {
    action(key);
    waiting.set(key, false);
    setTimeout(() => {
      const again = waiting.get(key) === true;
      waiting.delete(key);
      if (again) serve(key);
    }, intervalMs);
  };
  return (key) => {
    if (waiting.has(key)) waiting.set(key, true);
    else serve(key);
  };
}

/** Figures are computed again at most this often while a run adds slices. */
const comparisonIntervalMs = 500;

/** Applies the host's events to the kept answers, so that every part of the page sees them at once. */
export function createHostSync(client: QueryClient): (event: HostEvent) => void {
  const { change, askAgain } = keepAnswers(client);
  const refreshComparison = throttleByKey(comparisonIntervalMs, (seriesId) =>
    askAgain(queryKeys.comparison(seriesId)),
  );
  const changeLayer = (layer: LayerView) => {
    // A series that nobody looked at is read whole when somebody does.
    const known = client.getQueryData<LayerView[]>(queryKeys.layers(layer.seriesId));
    change<LayerView[]>(queryKeys.layers(layer.seriesId), (layers) => upsert(layers, layer));
    // One that is new, or was brought back, has steps of its own.
    if (known?.some(({ id }) => id === layer.id) === false) askAgain(queryKeys.history(layer.seriesId));
    refreshComparison(layer.seriesId);
  };
  const changeRun = (run: RunView) => {
    change<RunView[]>(queryKeys.runs(run.seriesId), (known) => upsert(known, run));
    if (run.state !== "running" && run.state !== "waiting") {
      askAgain(queryKeys.models);
      askAgain(queryKeys.studies);
      refreshComparison(run.seriesId);
      askAgain(queryKeys.review);
    }
  };
  const removeLayer = (layerId: string) => {
    for (const [queryKey, layers] of client.getQueriesData<LayerView[]>({ queryKey: ["layers"] })) {
      const isKnown = layers?.some(({ id }) => id === layerId) === true;
      change<LayerView[]>(queryKey, (known) => known.filter(({ id }) => id !== layerId));
      if (!isKnown) continue;
      refreshComparison(String(queryKey[1]));
      askAgain(queryKeys.runs(String(queryKey[1])));
    }
    askAgain(queryKeys.studies);
    // Its steps went with it.
    askAgain(["history"]);
  };

  return (event) => {
    switch (event.type) {
      case "job":
        change<JobView[]>(queryKeys.jobs, (known) => upsert(known, event.job));
        if (event.job.kind === "robustness" && event.job.state === "done") askAgain(["robustness"]);
        break;
      case "run":
        changeRun(event.run);
        break;
      case "layer":
        changeLayer(event.layer);
        break;
      case "layer-removed":
        removeLayer(event.layerId);
        break;
      case "history":
        change<EditView[]>(queryKeys.history(event.seriesId), (steps) => withStep(steps, event.edit));
        askAgain(queryKeys.editCosts);
        break;
      case "review":
        askAgain(queryKeys.review);
        break;
      case "measurements":
        askAgain(queryKeys.measurements(event.seriesId));
        break;
      case "studies":
        askAgain(queryKeys.studies);
        askAgain(queryKeys.review);
        break;
      case "models":
        askAgain(queryKeys.models);
        break;
      case "engine":
        askAgain(queryKeys.engines);
        break;
    }
  };
}
