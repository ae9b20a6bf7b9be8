import type { QueryClient } from "@tanstack/react-query";
import type { HostEvent, JobView, LayerView, RunView } from "../../host/contract";
import { queryKeys } from "./queries";

/** Puts `item` in its place in a list, at the end if it is new. */
function upsert<Item extends { id: string }>(items: readonly Item[] | undefined, item: Item): Item[] {
  const list = items ?? [];
  const known = list.some(({ id }) => id === item.id);
  return known ? list.map((other) => (other.id === item.id ? item : other)) : [...list, item];
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
  const invalidate = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });
  const refreshComparison = throttleByKey(comparisonIntervalMs, (seriesId) =>
    invalidate(queryKeys.comparison(seriesId)),
  );
  const changeLayer = (layer: LayerView) => {
    // A series that nobody looked at is read whole when somebody does.
    client.setQueryData<LayerView[]>(
      queryKeys.layers(layer.seriesId),
      (known) => known && upsert(known, layer),
    );
    refreshComparison(layer.seriesId);
  };
  const changeRun = (run: RunView) => {
    client.setQueryData<RunView[]>(queryKeys.runs(run.seriesId), (known) => known && upsert(known, run));
    if (run.state !== "running" && run.state !== "waiting") {
      invalidate(queryKeys.models);
      invalidate(queryKeys.studies);
      refreshComparison(run.seriesId);
    }
  };
  const removeLayer = (layerId: string) => {
    for (const [queryKey, layers] of client.getQueriesData<LayerView[]>({ queryKey: ["layers"] })) {
      if (!layers?.some(({ id }) => id === layerId)) continue;
      client.setQueryData<LayerView[]>(
        queryKey,
        layers.filter(({ id }) => id !== layerId),
      );
      refreshComparison(String(queryKey[1]));
      invalidate(queryKeys.runs(String(queryKey[1])));
    }
    invalidate(queryKeys.studies);
  };

  return (event) => {
    switch (event.type) {
      case "job":
        client.setQueryData<JobView[]>(queryKeys.jobs, (known) => upsert(known, event.job));
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
      case "studies":
        invalidate(queryKeys.studies);
        break;
      case "engine":
        invalidate(queryKeys.engines);
        break;
    }
  };
}
