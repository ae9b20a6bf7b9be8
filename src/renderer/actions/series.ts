import {
  activeViewport,
  layersOf,
  referenceLayerOf,
  seriesOf,
  visibleViewportIds,
  whyNoPlanes,
} from "../state/viewport-queries";
import { annotateViewportId, viewportIds, type Layout } from "../state/viewport-model";
import { viewportsStore } from "../state/viewports";
import { layersQuery, queryClient, queryKeys, seriesQuery } from "../state/queries";
import type { StudySummary } from "../../host/contract";
import { host } from "../api/host";
import { toast } from "../app/toast";
import { fitSegments } from "./fit-segments";
import { attempt } from "./report";

/** The series of the active viewport: what the panels are about. */
export function activeSeriesId(): string | undefined {
  return activeViewport(viewportsStore.getState()).seriesId;
}

/** The layers to set side by side: the reference first, then the models' and annotations in order. */
function layersToCompare(seriesId: string): string[] {
  const state = viewportsStore.getState();
  const reference = referenceLayerOf(state, seriesId);
  const others = layersOf(state, seriesId).filter(({ id }) => id !== reference?.id);
  return [...(reference ? [reference] : []), ...others].map(({ id }) => id);
}

/** Lays the active series out once for each of its layers, linked. */
export function layOutComparison(seriesId = activeSeriesId()): void {
  if (seriesId === undefined) return;
  viewportsStore.getState().compare(seriesId, layersToCompare(seriesId));
}

export async function readSeries(seriesId: string): Promise<void> {
  // The answers reach the viewports through the query cache (provide.ts).
  await Promise.all([queryClient.query(seriesQuery(seriesId)), queryClient.query(layersQuery(seriesId))]);
}

let timesAsked = 0;

/** Shows a series alone, or, where models have run on it, side by side; the last one asked for, whichever comes last. */
export async function openSeries(seriesId: string): Promise<void> {
  const asked = ++timesAsked;
  await attempt("The series could not be opened", async () => {
    await readSeries(seriesId);
    if (asked !== timesAsked) return;
    const store = viewportsStore.getState();
    if (store.activeViewportId === annotateViewportId) {
      store.showSeries(annotateViewportId, seriesId);
      return;
    }
    viewportIds.forEach((id) => store.clear(id));
    if (isComparable(seriesId)) {
      layOutComparison(seriesId);
      await fitSegments();
      return;
    }
    store.setLayout("1x1");
    store.showSeries(viewportIds[0], seriesId);
  });
}

/** Layers that came with the images lie over them together: nobody asked for them to be compared. */
const isComparable = (seriesId: string): boolean =>
  layersOf(viewportsStore.getState(), seriesId).filter(
    ({ origin }) => origin.kind !== "reference" && origin.kind !== "dicom-object",
  ).length >= 2;

/** Lays a series out that is shown alone, where models have begun on it since. */
export async function compareIfAlone(seriesId: string): Promise<void> {
  await readSeries(seriesId);
  const { layout } = viewportsStore.getState();
  if (layout !== "1x1" || activeSeriesId() !== seriesId || !isComparable(seriesId)) return;
  layOutComparison(seriesId);
  await fitSegments();
}

/** Shows a series in the active viewport and leaves the others as they are. */
export async function openSeriesInActiveViewport(seriesId: string): Promise<void> {
  await attempt("The series could not be opened", async () => {
    await readSeries(seriesId);
    const store = viewportsStore.getState();
    store.showSeries(store.activeViewportId, seriesId);
  });
}

/** Changes the layout; viewports that it adds show the active series, one with each layer that is not shown yet. */
export function setLayout(layout: Layout): void {
  const store = viewportsStore.getState();
  const seriesId = activeSeriesId();
  store.setLayout(layout);
  if (seriesId === undefined) return;
  const state = viewportsStore.getState();
  const visible = visibleViewportIds(state);
  const shown = new Set(visible.map((id) => state.viewports[id]?.primaryLayerId));
  const waiting = layersToCompare(seriesId).filter((id) => !shown.has(id));
  for (const id of visible) {
    if (state.viewports[id]?.seriesId !== undefined) continue;
    store.showSeries(id, seriesId);
    const layerId = waiting.shift();
    if (layerId !== undefined) store.showLayer(id, layerId);
  }
}

/** Shows the active series as acquired and in its three planes, or says why it cannot. */
export function showPlanes(): void {
  const store = viewportsStore.getState();
  const series = seriesOf(store, store.activeViewportId);
  if (!series) return;
  const why = whyNoPlanes(series);
  if (why === undefined) store.showPlanes(store.activeViewportId);
  else toast(why);
}

/** Every series of the open studies, in the panel's order. */
function seriesInOrder(): string[] {
  const studies = queryClient.getQueryData<StudySummary[]>(queryKeys.studies) ?? [];
  return studies.flatMap(({ series }) => series.map(({ id }) => id));
}

/** Opens the next or previous series of the list; stays at its ends. */
export function stepSeries(step: 1 | -1): void {
  const order = seriesInOrder();
  const at = order.indexOf(activeSeriesId() ?? "");
  const next = order[at + step];
  if (next !== undefined) void openSeries(next);
}

/** The study that holds the active series. */
export function activeStudy(): StudySummary | undefined {
  const studies = queryClient.getQueryData<StudySummary[]>(queryKeys.studies) ?? [];
  return studies.find(({ series }) => series.some(({ id }) => id === activeSeriesId()));
}

/** Closes the study that holds the active series; its files stay where they are. */
export async function closeActiveStudy(): Promise<void> {
  const study = activeStudy();
  if (study) await closeStudy(study);
}

export async function closeStudy(study: StudySummary): Promise<void> {
  await attempt("The study could not be closed", async () => {
    await host.closeStudy(study.id);
    const closed = new Set(study.series.map(({ id }) => id));
    const store = viewportsStore.getState();
    for (const viewport of Object.values(store.viewports)) {
      if (viewport.seriesId !== undefined && closed.has(viewport.seriesId)) store.clear(viewport.id);
    }
    await queryClient.invalidateQueries({ queryKey: queryKeys.studies });
    const [first] = seriesInOrder();
    if (activeSeriesId() === undefined && first !== undefined) await openSeries(first);
    toast(`${study.title} closed. Its files are as they were.`);
  });
}
