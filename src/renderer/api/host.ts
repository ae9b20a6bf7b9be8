import type { z } from "zod";
import type { FoundStudies } from "../../core/archive";
import type { ModelCard } from "../../core/model-card";
import type {
  ArchitectureView,
  ArchiveView,
  DeidentificationPreview,
  EditCostView,
  EditView,
  EngineView,
  ImportView,
  JobView,
  LaboratoryView,
  LayerView,
  LoadedReferenceView,
  MeasurementView,
  ModelView,
  NetworkView,
  ReadingView,
  RobustnessView,
  ReviewView,
  RunView,
  SampleView,
  SegmentMeasure,
  SegmentValues,
  SeriesComparison,
  SeriesDetail,
  Session,
  Settings,
  StudySummary,
  WorkspaceView,
  addMeasurementSchema,
  answerReadingSchema,
  beginReadingSchema,
  changeLayerSchema,
  changeMeasurementSchema,
  changeSegmentsSchema,
  changeSettingsSchema,
  createLayerSchema,
  exportLayerSchema,
  FetchStudy,
  findStudiesSchema,
  loadReferenceSchema,
  makeConsensusSchema,
  operateSchema,
  previewDeidentificationSchema,
  SaveArchive,
  segmentStateSchema,
  SendLayer,
  setReviewSchema,
  startDeidentificationSchema,
  startRobustnessSchema,
  startRunsSchema,
} from "../../host/contract";
import { getJson, send, sendJson } from "./request";

/** The host's resources, one function each; see docs/decisions/host-resources.md. All throw HostError. */

const part = encodeURIComponent;

/** What the Laboratory compares. */
export interface LaboratoryRequest {
  seriesId: string;
  scope: "series" | "study";
  /** The layer that the reader chose to measure against. */
  referenceLayerId: string | undefined;
  objects: boolean;
}

function laboratoryWords({ seriesId, scope, referenceLayerId, objects }: LaboratoryRequest): string {
  return new URLSearchParams({
    seriesId,
    scope,
    objects: String(objects),
    ...(referenceLayerId !== undefined && { referenceLayerId }),
  }).toString();
}

export const host = {
  studies: (signal?: AbortSignal) => getJson<StudySummary[]>("studies", signal),
  openStudies: (paths: readonly string[]) => sendJson<JobView>("POST", "studies", { paths }),
  closeStudy: (id: string) => sendJson<undefined>("DELETE", `studies/${part(id)}`),
  samples: (signal?: AbortSignal) => getJson<SampleView[]>("samples", signal),

  series: (id: string, signal?: AbortSignal) => getJson<SeriesDetail>(`series/${part(id)}`, signal),

  models: (signal?: AbortSignal) => getJson<ModelView[]>("models", signal),
  modelNetwork: (id: string, signal?: AbortSignal) =>
    getJson<NetworkView>(`models/${part(id)}/graph`, signal),
  architectures: (signal?: AbortSignal) => getJson<ArchitectureView[]>("zoo", signal),
  architectureNetwork: (id: string, signal?: AbortSignal) =>
    getJson<NetworkView>(`zoo/${part(id)}/graph`, signal),
  removeModel: (id: string) => sendJson<undefined>("DELETE", `models/${part(id)}`),
  restoreModel: (id: string) => sendJson<undefined>("POST", `models/${part(id)}/restore`),
  beginImport: (path: string) => sendJson<ImportView>("POST", "imports", { path }),
  finishImport: (id: string, card: ModelCard) =>
    sendJson<ModelView>("POST", `imports/${part(id)}/finish`, { card }),
  dropImport: (id: string) => sendJson<undefined>("DELETE", `imports/${part(id)}`),
  runs: (seriesId: string, signal?: AbortSignal) =>
    getJson<RunView[]>(`runs?seriesId=${part(seriesId)}`, signal),
  /** Throws HostError with `warnings` where a model may not suit the series and nobody accepted that. */
  startRuns: (request: z.input<typeof startRunsSchema>) => sendJson<RunView[]>("POST", "runs", request),

  layers: (seriesId: string, signal?: AbortSignal) =>
    getJson<LayerView[]>(`layers?seriesId=${part(seriesId)}`, signal),
  loadReference: (request: z.input<typeof loadReferenceSchema>) =>
    sendJson<LoadedReferenceView>("POST", "layers/reference", request),
  makeConsensus: (request: z.input<typeof makeConsensusSchema>) =>
    sendJson<JobView>("POST", "layers/consensus", request),
  exportLayer: (id: string, request: z.input<typeof exportLayerSchema>) =>
    sendJson<JobView>("POST", `layers/${part(id)}/exports`, request),
  changeLayer: (id: string, change: z.input<typeof changeLayerSchema>) =>
    sendJson<LayerView>("PATCH", `layers/${part(id)}`, change),
  createAnnotation: (request: z.input<typeof createLayerSchema>) =>
    sendJson<LayerView>("POST", "layers", request),
  /** One step of the history; the same `id` sent twice is done once. */
  commitEdit: async (
    layerId: string,
    { id, title, segment, patches }: { id: string; title: string; segment: number; patches: Uint8Array },
  ) => {
    const query = new URLSearchParams({ edit: id, title, segment: String(segment) }).toString();
    const response = await send(`layers/${part(layerId)}/edits?${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: patches as Uint8Array<ArrayBuffer>,
    });
    return (await response.json()) as EditView;
  },
  history: (seriesId: string, signal?: AbortSignal) =>
    getJson<EditView[]>(`history?seriesId=${part(seriesId)}`, signal),
  /** Undefined where there is nothing to undo. */
  undo: (seriesId: string) => sendJson<EditView | undefined>("POST", "history/undo", { seriesId }),
  redo: (seriesId: string) => sendJson<EditView | undefined>("POST", "history/redo", { seriesId }),
  /** A step of the history. */
  changeSegments: (layerId: string, request: z.input<typeof changeSegmentsSchema>) =>
    sendJson<EditView>("POST", `layers/${part(layerId)}/segments`, request),
  setSegmentState: (layerId: string, value: number, state: z.input<typeof segmentStateSchema>) =>
    sendJson<LayerView>("PATCH", `layers/${part(layerId)}/segments/${value}`, state),
  /** A step of the history; undefined where nothing changed. */
  operate: (layerId: string, request: z.input<typeof operateSchema>, signal?: AbortSignal) =>
    sendJson<EditView | undefined>("POST", `layers/${part(layerId)}/operations`, request, signal),
  removedLayers: (seriesId: string, signal?: AbortSignal) =>
    getJson<LayerView[]>(`layers/removed?seriesId=${part(seriesId)}`, signal),
  restoreLayer: (id: string) => sendJson<LayerView>("POST", `layers/${part(id)}/restore`),
  removeLayer: (id: string) => sendJson<undefined>("DELETE", `layers/${part(id)}`),
  measures: (layerId: string, frame: number, signal?: AbortSignal) =>
    getJson<SegmentMeasure[]>(`layers/${part(layerId)}/measures?frame=${frame}`, signal),

  segmentValues: (layerId: string, segment: number, signal?: AbortSignal) =>
    getJson<SegmentValues>(`layers/${part(layerId)}/segments/${segment}/values`, signal),

  measurements: (seriesId: string, signal?: AbortSignal) =>
    getJson<MeasurementView[]>(`measurements?seriesId=${part(seriesId)}`, signal),
  addMeasurement: (request: z.input<typeof addMeasurementSchema>) =>
    sendJson<MeasurementView>("POST", "measurements", request),
  changeMeasurement: (id: string, change: z.input<typeof changeMeasurementSchema>) =>
    sendJson<MeasurementView>("PATCH", `measurements/${part(id)}`, change),
  removeMeasurement: (id: string) => sendJson<undefined>("DELETE", `measurements/${part(id)}`),
  measurementTable: async (seriesId: string) =>
    (await send(`measurements/table?seriesId=${part(seriesId)}`)).text(),

  comparison: (seriesId: string, referenceLayerId: string | undefined, signal?: AbortSignal) =>
    getJson<SeriesComparison>(
      `comparisons?seriesId=${part(seriesId)}${referenceLayerId === undefined ? "" : `&referenceLayerId=${part(referenceLayerId)}`}`,
      signal,
    ),

  previewDeidentification: (
    request: z.input<typeof previewDeidentificationSchema>,
    signal?: AbortSignal,
  ): Promise<DeidentificationPreview> =>
    sendJson<DeidentificationPreview>("POST", "deidentifications/preview", request, signal),
  startDeidentification: (request: z.input<typeof startDeidentificationSchema>) =>
    sendJson<JobView>("POST", "deidentifications", request),

  archives: (signal?: AbortSignal) => getJson<ArchiveView[]>("archives", signal),
  addArchive: (request: SaveArchive) => sendJson<ArchiveView>("POST", "archives", request),
  removeArchive: (id: string) => sendJson<undefined>("DELETE", `archives/${part(id)}`),
  echoArchive: (id: string, signal?: AbortSignal) =>
    sendJson<undefined>("POST", `archives/${part(id)}/echo`, undefined, signal),
  findStudies: (id: string, query: z.input<typeof findStudiesSchema>, signal?: AbortSignal) =>
    sendJson<FoundStudies>("POST", `archives/${part(id)}/find`, query, signal),
  fetchStudy: (id: string, request: FetchStudy) =>
    sendJson<JobView>("POST", `archives/${part(id)}/fetch`, request),
  sendLayer: (id: string, request: SendLayer) =>
    sendJson<JobView>("POST", `archives/${part(id)}/send`, request),

  laboratory: (request: LaboratoryRequest, signal?: AbortSignal) =>
    getJson<LaboratoryView>(`comparisons/record?${laboratoryWords(request)}`, signal),
  /** A page of its own, as a file to keep. */
  report: async (request: LaboratoryRequest): Promise<Blob> =>
    (await send(`comparisons/report?${laboratoryWords(request)}`)).blob(),

  readings: (seriesId: string, signal?: AbortSignal) =>
    getJson<ReadingView[]>(`readings?seriesId=${part(seriesId)}`, signal),
  beginReading: (request: z.input<typeof beginReadingSchema>) =>
    sendJson<ReadingView>("POST", "readings", request),
  answerReading: (id: string, answer: z.input<typeof answerReadingSchema>) =>
    sendJson<ReadingView>("POST", `readings/${part(id)}/answers`, answer),
  revealReading: (id: string) => sendJson<ReadingView>("POST", `readings/${part(id)}/reveal`),

  /** `null` where nothing was measured of the series since the program began. */
  robustness: (seriesId: string, signal?: AbortSignal) =>
    getJson<RobustnessView | null>(`robustness?seriesId=${part(seriesId)}`, signal),
  startRobustness: (request: z.input<typeof startRobustnessSchema>) =>
    sendJson<JobView>("POST", "robustness", request),

  jobs: (signal?: AbortSignal) => getJson<JobView[]>("jobs", signal),
  cancelJob: (id: string) => sendJson<undefined>("DELETE", `jobs/${part(id)}`),

  settings: (signal?: AbortSignal) => getJson<Settings>("settings", signal),
  changeSettings: (change: z.input<typeof changeSettingsSchema>) =>
    sendJson<Settings>("PATCH", "settings", change),
  review: (modelIds: readonly string[], signal?: AbortSignal) =>
    getJson<ReviewView[]>(`review?models=${part(modelIds.join(","))}`, signal),
  setReview: (request: z.input<typeof setReviewSchema>) => sendJson<undefined>("PUT", "review", request),
  editCosts: (signal?: AbortSignal) => getJson<EditCostView[]>("edit-costs", signal),

  workspace: (signal?: AbortSignal) => getJson<WorkspaceView>("workspace", signal),
  /** `null` where nobody was anywhere yet. */
  session: (signal?: AbortSignal) => getJson<Session | null>("session", signal),
  keepSession: (session: Session) => sendJson<undefined>("PUT", "session", session),
  engines: (signal?: AbortSignal) => getJson<EngineView[]>("engines", signal),

  /** Hands a dropped file's bytes over; answers with the path to open. For pages that cannot know paths. */
  upload: async (file: File, relativePath: string): Promise<string> => {
    const response = await send(`uploads?name=${part(relativePath)}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: file,
    });
    return ((await response.json()) as { path: string }).path;
  },
};

/** The report as a page to print: of `/api/comparisons/page`, what follows the question mark, and all of it. */
export const reportQuery = laboratoryWords;
export const reportPageUrl = (request: LaboratoryRequest): string =>
  `/api/comparisons/page?${laboratoryWords(request)}`;

/** Where the files of an export without a folder are. */
export function exportUrl(jobId: string): string {
  return `/api/exports/${part(jobId)}`;
}

export function measurementTableUrl(seriesId: string): string {
  return `/api/measurements/table?seriesId=${part(seriesId)}`;
}

export function readingTableUrl(id: string): string {
  return `/api/readings/${part(id)}/table`;
}

/** @param step 0 is the slice as it is */
export function robustnessPictureUrl(id: string, model: string, step: number): string {
  return `/api/robustness/${part(id)}/pictures/${part(model)}/${step}`;
}

export function seriesThumbnailUrl(seriesId: string, size: number): string {
  return `/api/series/${part(seriesId)}/thumbnail?size=${size}`;
}

export function frameThumbnailUrl(seriesId: string, index: number, size: number): string {
  return `/api/series/${part(seriesId)}/frames/${index}/thumbnail?size=${size}`;
}

export function sampleThumbnailUrl(sampleId: string, size: number): string {
  return `/api/samples/${part(sampleId)}/thumbnail?size=${size}`;
}
