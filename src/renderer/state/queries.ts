import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type {
  ArchitectureView,
  ArchiveView,
  EditCostView,
  EditView,
  EngineView,
  JobView,
  LayerView,
  MeasurementView,
  ModelView,
  NetworkView,
  ReadingView,
  ReviewView,
  RobustnessView,
  RunView,
  SampleView,
  SegmentMeasure,
  SegmentValues,
  SeriesComparison,
  SeriesDetail,
  Settings,
  StudySummary,
  WorkspaceView,
} from "../../host/contract";
import { host } from "../api/host";
import type { NetworkChoice } from "./explorer";
import { useViewports } from "./viewports";
import { useWorkbench } from "./workbench";

/**
 * The host's answers, kept by resource. Nothing grows stale by time: the host's events say what changed
 * (host-sync.ts), and after an interruption everything is read again.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      retry: false,
      refetchOnWindowFocus: false,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

export const queryKeys = {
  studies: ["studies"],
  samples: ["samples"],
  models: ["models"],
  architectures: ["architectures"],
  network: ({ kind, id }: NetworkChoice) => ["network", kind, id],
  engines: ["engines"],
  settings: ["settings"],
  workspace: ["workspace"],
  review: ["review"],
  editCosts: ["edit-costs"],
  jobs: ["jobs"],
  archives: ["archives"],
  series: (id: string) => ["series", id],
  layers: (seriesId: string) => ["layers", seriesId],
  runs: (seriesId: string) => ["runs", seriesId],
  history: (seriesId: string) => ["history", seriesId],
  measurements: (seriesId: string) => ["measurements", seriesId],
  readings: (seriesId: string) => ["readings", seriesId],
  robustness: (seriesId: string) => ["robustness", seriesId],
  segmentValues: (layer: { id: string; revision: number }, segment: number) => [
    "segment-values",
    layer.id,
    segment,
    layer.revision,
  ],
  comparison: (seriesId: string) => ["comparison", seriesId],
  measures: (layer: { id: string; revision: number }, frame: number) => [
    "measures",
    layer.id,
    frame,
    layer.revision,
  ],
} as const;

export const useStudies = (): UseQueryResult<StudySummary[]> =>
  useQuery({ queryKey: queryKeys.studies, queryFn: ({ signal }) => host.studies(signal) });

export const useSamples = (): UseQueryResult<SampleView[]> =>
  useQuery({ queryKey: queryKeys.samples, queryFn: ({ signal }) => host.samples(signal) });

export const useModels = (): UseQueryResult<ModelView[]> =>
  useQuery({ queryKey: queryKeys.models, queryFn: ({ signal }) => host.models(signal) });

export const useArchitectures = (): UseQueryResult<ArchitectureView[]> =>
  useQuery({ queryKey: queryKeys.architectures, queryFn: ({ signal }) => host.architectures(signal) });

export const networkQuery = (choice: NetworkChoice) => ({
  queryKey: queryKeys.network(choice),
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<NetworkView> =>
    choice.kind === "model"
      ? host.modelNetwork(choice.id, signal)
      : host.architectureNetwork(choice.id, signal),
});

export const useEngines = (): UseQueryResult<EngineView[]> =>
  useQuery({ queryKey: queryKeys.engines, queryFn: ({ signal }) => host.engines(signal) });

export const useSettings = (): UseQueryResult<Settings> =>
  useQuery({ queryKey: queryKeys.settings, queryFn: ({ signal }) => host.settings(signal) });

export const useJobs = (): UseQueryResult<JobView[]> =>
  useQuery({ queryKey: queryKeys.jobs, queryFn: ({ signal }) => host.jobs(signal) });

/** The archives that are configured; asking for them contacts none. */
export const useArchives = (): UseQueryResult<ArchiveView[]> =>
  useQuery({ queryKey: queryKeys.archives, queryFn: ({ signal }) => host.archives(signal) });

export const useWorkspace = (): UseQueryResult<WorkspaceView> =>
  useQuery({ queryKey: queryKeys.workspace, queryFn: ({ signal }) => host.workspace(signal) });

/** The queue, disputed as far as the chosen models disagree; all of them where fewer than two are chosen. */
export function useReview(): UseQueryResult<ReviewView[]> {
  const chosen = useWorkbench((state) => state.chosenModelIds);
  const modelIds = chosen.length < 2 ? [] : chosen;
  return useQuery({
    queryKey: [...queryKeys.review, modelIds.join()],
    queryFn: ({ signal }) => host.review(modelIds, signal),
    placeholderData: keepPreviousData,
  });
}

export const useEditCosts = (): UseQueryResult<EditCostView[]> =>
  useQuery({ queryKey: queryKeys.editCosts, queryFn: ({ signal }) => host.editCosts(signal) });

export const seriesQuery = (id: string) => ({
  queryKey: queryKeys.series(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => host.series(id, signal),
});

export const layersQuery = (seriesId: string) => ({
  queryKey: queryKeys.layers(seriesId),
  queryFn: ({ signal }: { signal: AbortSignal }) => host.layers(seriesId, signal),
});

export const useSeries = (id: string | undefined): UseQueryResult<SeriesDetail> =>
  useQuery({ ...seriesQuery(id ?? ""), enabled: id !== undefined });

export const useLayers = (seriesId: string | undefined): UseQueryResult<LayerView[]> =>
  useQuery({ ...layersQuery(seriesId ?? ""), enabled: seriesId !== undefined });

export const useRuns = (seriesId: string | undefined): UseQueryResult<RunView[]> =>
  useQuery({
    queryKey: queryKeys.runs(seriesId ?? ""),
    queryFn: ({ signal }) => host.runs(seriesId ?? "", signal),
    enabled: seriesId !== undefined,
  });

/** The steps of a series' history, the first made first, those that were undone last. */
export const useHistory = (seriesId: string | undefined): UseQueryResult<EditView[]> =>
  useQuery({
    queryKey: queryKeys.history(seriesId ?? ""),
    queryFn: ({ signal }) => host.history(seriesId ?? "", signal),
    enabled: seriesId !== undefined,
  });

/** By frame, on each the first made first. */
export const useMeasurements = (seriesId: string | undefined): UseQueryResult<MeasurementView[]> =>
  useQuery({
    queryKey: queryKeys.measurements(seriesId ?? ""),
    queryFn: ({ signal }) => host.measurements(seriesId ?? "", signal),
    enabled: seriesId !== undefined,
  });

/** The blind readings with slices of a series, the last begun first. */
export const useReadings = (seriesId: string): UseQueryResult<ReadingView[]> =>
  useQuery({
    queryKey: queryKeys.readings(seriesId),
    queryFn: ({ signal }) => host.readings(seriesId, signal),
  });

/** What was last found of a series' models on perturbed slices; null where nothing was. */
export const useRobustness = (seriesId: string): UseQueryResult<RobustnessView | null> =>
  useQuery({
    queryKey: queryKeys.robustness(seriesId),
    queryFn: ({ signal }) => host.robustness(seriesId, signal),
  });

/** The image's values in a segment, anew where the layer changed. */
export const useSegmentValues = (
  layer: { id: string; revision: number } | undefined,
  segment: number,
): UseQueryResult<SegmentValues> =>
  useQuery({
    queryKey: queryKeys.segmentValues(layer ?? { id: "", revision: 0 }, segment),
    queryFn: ({ signal }) => host.segmentValues(layer?.id ?? "", segment, signal),
    enabled: layer !== undefined,
    placeholderData: keepPreviousData,
  });

/** The layers of a series against the reference that the reader chose, else against the one by origin. */
export function useComparison(seriesId: string | undefined): UseQueryResult<SeriesComparison> {
  const chosen = useViewports(({ referenceLayerIds }) => referenceLayerIds[seriesId ?? ""]);
  return useQuery({
    // What is said of a series' comparison is said of each of them: the key begins with it.
    queryKey: [...queryKeys.comparison(seriesId ?? ""), chosen],
    queryFn: ({ signal }) => host.comparison(seriesId ?? "", chosen, signal),
    enabled: seriesId !== undefined,
  });
}

export const measuresQuery = (layer: { id: string; revision: number }, frame: number) => ({
  queryKey: queryKeys.measures(layer, frame),
  queryFn: ({ signal }: { signal: AbortSignal }) => host.measures(layer.id, frame, signal),
});

export const useMeasures = (
  layer: LayerView | undefined,
  frame: number | undefined,
): UseQueryResult<SegmentMeasure[]> =>
  useQuery({
    ...measuresQuery(layer ?? { id: "", revision: 0 }, frame ?? 0),
    enabled: layer !== undefined && frame !== undefined && layer.frames.includes(frame),
  });

/** The host's defaults, until it has answered. */
export const defaultSettings: Settings = {
  theme: "dark",
  density: "dense",
  keys: {},
  engineThreads: 0,
  cacheMegabytes: 512,
  fillOpacity: 0.16,
  outlineOpacity: 1,
};

/** Changes settings at once on the page, and on the host after; a refusal puts them back. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const before = queryClient.getQueryData<Settings>(queryKeys.settings);
  queryClient.setQueryData<Settings>(queryKeys.settings, { ...(before ?? defaultSettings), ...change });
  try {
    queryClient.setQueryData(queryKeys.settings, await host.changeSettings(change));
    if (change.engineThreads !== undefined) {
      await queryClient.invalidateQueries({ queryKey: queryKeys.engines });
    }
  } catch (thrown) {
    queryClient.setQueryData(queryKeys.settings, before);
    throw thrown;
  }
}
