import { z } from "zod";
import type { ComparisonRecord } from "../core/comparison/record";
import { exportFormats } from "../core/export-formats";
import type { Window } from "../core/image/frame";
import type { FeatureMaps } from "../core/image/feature-maps";
import type { Segment } from "../core/mask/label-map";
import { reshapingSchema } from "../core/mask/reshape";
import { type ModelCard, modelCardSchema } from "../core/model-card";
import type { ModelProposal } from "../core/model-import/propose";
import type { DescribedValue, ImageSize, NodeDescription } from "../core/onnx/describe";
import { type EditCost, type ReviewState, reviewStates, type SliceDispute } from "../core/review";
import type { ZooEntry } from "../core/zoo/entry";

/**
 * What crosses the wire between a page and the host, resource by resource. Requests are zod schemas, parsed
 * at the door; responses are types. The page imports the types of this file and nothing else of the host.
 *
 * Pixels never travel as JSON: `GET /api/series/:id/frames/:index` and `GET /api/layers/:id/frames/:index`
 * answer with raw little-endian bytes and one JSON header, `x-slicebench-header`. A frame's is a FrameHeader,
 * and its body the stored values, then the lookup tables where it has any: `decodeFrame` of
 * core/image/frame-wire.ts reads both.
 */

/** A resource's id: opaque to the page, stable for the same files. */
const id = z.string().min(1).max(128);
const color = z.string().regex(/^#[0-9A-Fa-f]{6}$/);

// ---- studies and series -----------------------------------------------------------------------------

export interface StudySummary {
  id: string;
  /** Patient's name or id in DICOM, else the folder's name. */
  title: string;
  studyDate?: string;
  description?: string;
  series: SeriesSummary[];
}

export interface SeriesSummary {
  id: string;
  studyId: string;
  title: string;
  modality?: string;
  frameCount: number;
  rows: number;
  columns: number;
  bitsStored: number;
  colour: boolean;
  layerCount: number;
  hasReference: boolean;
}

export interface FrameSummary {
  /** From 0, in the series' sorted order. */
  index: number;
  /** The file's own name, without its folder. */
  fileName: string;
  instanceNumber?: number;
  rows: number;
  columns: number;
  spacingMm?: [row: number, column: number];
  position?: [number, number, number];
  orientation?: [number, number, number, number, number, number];
}

export interface SeriesDetail extends SeriesSummary {
  patientName?: string;
  patientId?: string;
  studyDate?: string;
  frames: FrameSummary[];
  windows: Window[];
  /** Series that share it lie in one coordinate system, so their slices can be linked by position (PS3.3 C.7.4.1). */
  frameOfReferenceUid?: string;
  /** Present where the frames are parallel, aligned and evenly spaced: the series can be reformatted. */
  sliceSpacingMm?: number;
  warnings: string[];
}

/** Opens files and folders by path (desktop, command line). Answers 202 with a JobView. */
export const openStudiesSchema = z.object({ paths: z.array(z.string().min(1)).min(1).max(10_000) });

/** A study that ships with the program. Open it by its `path`; its picture is `GET /api/samples/:id/thumbnail`. */
export interface SampleView {
  id: string;
  title: string;
  /** "18 slices, MR, reference". */
  detail: string;
  path: string;
}

// ---- models and runs --------------------------------------------------------------------------------

export interface ModelView {
  card: ModelCard;
  /** Measured on this machine, over the runs so far; absent until one has run. */
  here?: { msPerFrame: number; memoryBytes: number; runs: number; provider: string };
  bundled: boolean;
}

/** Reads a network's file, by its path or that of an upload. Answers 201 with an ImportView. */
export const beginImportSchema = z.object({ path: z.string().min(1).max(4_096) });

/** A network on its way in: how it is proposed to be run, and between what one can choose. */
export type ImportView = ModelProposal & { id: string };

/** Segments one frame of a series under a card that may still change. Answers with a label map's raw bytes. */
export const previewImportSchema = z.object({ seriesId: id, frame: z.int().min(0), card: modelCardSchema });

/** `x-slicebench-header` of a preview; the body is rows x columns bytes. */
export interface PreviewHeader {
  rows: number;
  columns: number;
  milliseconds: number;
}

/** Makes it a model. Answers 201 with its ModelView. */
export const finishImportSchema = z.object({ card: modelCardSchema });

/** Why a model may not suit a series; the page asks before it runs. */
export interface SuitabilityWarning {
  modelId: string;
  message: string;
}

/** Runs models over a series: all frames, or those named. Answers 202 with one RunView a model. */
export const startRunsSchema = z.object({
  seriesId: id,
  modelIds: z.array(id).min(1).max(16),
  frames: z.array(z.int().min(0)).min(1).optional(),
  /** Without it, a run that does not suit its input answers 409 with SuitabilityWarnings. */
  acceptWarnings: z.boolean().default(false),
});

export interface RunView {
  id: string;
  jobId: string;
  modelId: string;
  seriesId: string;
  layerId: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  framesDone: number;
  framesTotal: number;
  /** Means over the frames done. */
  msPerFrame?: number;
  memoryBytes?: number;
  provider?: string;
  failures: { frame: number; code: string; message: string; hint?: string }[];
}

// ---- networks ---------------------------------------------------------------------------------------

/** An architecture of the zoo. */
export type ArchitectureView = Pick<
  ZooEntry,
  "id" | "name" | "family" | "task" | "encoder" | "decoder" | "year" | "paper"
>;

/** What a network is made of, node by node: an architecture's as published, or a model's as in its file. */
export interface NetworkView {
  id: string;
  name: string;
  /** Of the image that shapes and multiply-adds are given for. */
  size: ImageSize;
  inputs: DescribedValue[];
  /** Names of values. */
  outputs: string[];
  /** In order of execution; `foldNetwork` of core/onnx/blocks.ts folds them by scope. */
  nodes: NodeDescription[];
  parameters: number;
  /** Absent where a node's size cannot be known. */
  multiplyAdds?: number;
  /** Of a model's file. */
  weightBytes?: number;
}

/** Runs a model over one frame up to one of its values, and answers with that value's channels as pictures. */
export const featureMapsSchema = z.object({
  seriesId: id,
  frame: z.int().min(0),
  /** A value's name, as the model's NetworkView has it. */
  value: z.string().min(1).max(1_000),
  /** How many channels at most. */
  most: z.int().min(1).max(64).default(12),
});

/** `x-slicebench-header` of feature maps; the body is chosen x rows x columns bytes (core/image/feature-maps.ts). */
export interface FeatureMapsHeader extends Omit<FeatureMaps, "maps"> {
  /** Of what the network was given. */
  input: { rows: number; columns: number };
  /** Which tile of the frame that was, from 0, of how many. */
  tile: { index: number; count: number };
}

// ---- layers -----------------------------------------------------------------------------------------

export interface LayerView {
  id: string;
  seriesId: string;
  name: string;
  origin: { kind: "model"; modelId: string; runId: string } | { kind: "reference" } | AnnotationOrigin;
  /** A colour for the whole layer, as in "colour by layer". */
  colour: string;
  segments: Segment[];
  /** Which frames have a label map. */
  frames: number[];
  /** Grows with every change: part of a label map's URL, so that caches never lie. */
  revision: number;
  visible: boolean;
}

/** An annotation, and the layer whose masks it took over first. */
interface AnnotationOrigin {
  kind: "annotation";
  startedFrom?: string;
}

export const changeLayerSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  colour: color.optional(),
  visible: z.boolean().optional(),
});

/** Makes an annotation layer, empty or as a copy of another layer that it starts from. Answers 201 with its LayerView. */
export const createLayerSchema = z.object({
  seriesId: id,
  name: z.string().min(1).max(200).default("Annotation"),
  startFrom: id.optional(),
});

const segmentValue = z.int().min(1).max(255);

/**
 * `POST /api/layers/:id/edits?edit=&title=&segment=`: one step of the history. The body is the edit's patches as bytes
 * (core/mask/patch-wire.ts), as they are too many for a header. The same `edit` sent twice is done once.
 */
export const editQuery = z.object({
  edit: z.uuid(),
  title: z.string().min(1).max(100),
  /** The value that the edit draws, where it is one segment's. */
  segment: z.coerce.number().pipe(segmentValue).optional(),
});

const conceptSchema = z.object({
  scheme: z.string().min(1).max(16),
  value: z.string().min(1).max(64),
  meaning: z.string().min(1).max(64),
});
const describedSegment = {
  label: z.string().trim().min(1).max(64).optional(),
  colour: color.optional(),
  /** null takes concept and category away. */
  concept: conceptSchema.nullable().optional(),
  category: conceptSchema.optional(),
};

/**
 * `POST /api/layers/:id/segments`: changes an annotation's segments as a step of the history, with the pixels of a
 * segment that ends. Answers with the step.
 */
export const changeSegmentsSchema = z.object({
  edit: z.uuid(),
  change: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("add"), ...describedSegment }),
    z.object({ kind: z.literal("describe"), value: segmentValue, ...describedSegment }),
    z.object({ kind: z.literal("reorder"), values: z.array(segmentValue).max(255) }),
    z.object({ kind: z.literal("merge"), value: segmentValue, into: segmentValue }),
    z.object({ kind: z.literal("remove"), value: segmentValue }),
  ]),
});

/** `PATCH /api/layers/:id/segments/:value`: how a segment is looked at and guarded; at once, and no step. */
export const segmentStateSchema = z.object({
  locked: z.boolean().optional(),
  hidden: z.boolean().optional(),
});

/**
 * `POST /api/layers/:id/operations`: works on one segment of an annotation as a step of the history. Answers with the
 * step, or 204 where nothing changed.
 */
export const operateSchema = z.object({
  edit: z.uuid(),
  segment: segmentValue,
  /** The slice in view. */
  frame: z.int().min(0).max(1_000_000),
  /** `volume` needs slices that are evenly spaced. Filling between slices: of `slice`, the gap that it lies in. */
  scope: z.enum(["slice", "each-slice", "volume"]),
  /** Which segments give way; locked ones never do. */
  overwrite: z.enum(["all", "visible", "none"]),
  /** Of the reshapings' distances; mm needs a known spacing. */
  unit: z.enum(["mm", "px"]).default("px"),
  operation: z.discriminatedUnion("kind", [
    reshapingSchema,
    z.object({
      kind: z.literal("combine"),
      how: z.enum(["union", "intersection", "subtract"]),
      /** The layer itself unless given. */
      layerId: id.optional(),
      value: segmentValue,
    }),
    z.object({ kind: z.literal("copy"), to: z.int().min(0).max(1_000_000) }),
    z.object({ kind: z.literal("fill-between") }),
    z.object({
      kind: z.literal("accept"),
      layerId: id,
      /** A pixel of the one component that is added to the segment; else every segment becomes the other layer's. */
      at: z.object({ row: z.int().min(0), column: z.int().min(0) }).optional(),
    }),
  ]),
});

/** Takes the last step of a series back, or does the first undone one again. Answers with what was done, or 204. */
export const historySchema = z.object({ seriesId: id });

/** One step of a series' history: an edit of a layer, or a measurement. */
export interface EditView {
  id: string;
  /** Absent of a measurement. */
  layerId?: string;
  title: string;
  frames: number[];
  /** The value of the segment that it drew, where it is one segment's. */
  segment?: number;
  /** Milliseconds since 1970. */
  madeAt: number;
  isUndone: boolean;
}

/**
 * Loads masks as the reference of a series: DICOM segmentations, RT structure sets, NIfTI volumes, PNGs paired by name,
 * or folders of these. Answers 201 with a LoadedReferenceView.
 */
export const loadReferenceSchema = z.object({ seriesId: id, paths: z.array(z.string().min(1)).min(1) });

export interface LoadedReferenceView extends LayerView {
  /** What was left out or decided on the way in, in sentences. */
  warnings: string[];
}

/**
 * `POST /api/layers/:id/exports`: writes a layer for other programs, into a folder of this machine, or, without one,
 * for `GET /api/exports/:jobId` to fetch. Answers 202 with the JobView; what was written is read back and compared
 * before the job is done.
 */
export const exportLayerSchema = z.object({
  formats: z.array(z.enum(exportFormats)).min(1),
  folder: z.string().min(1).max(4_096).optional(),
  /** Of the series: what a picture is made of. */
  frame: z.int().min(0).max(1_000_000).optional(),
});

/** `x-slicebench-header` of a label map; the body is rows x columns bytes. */
export interface LabelMapHeader {
  rows: number;
  columns: number;
  revision: number;
}

/** Of one segment on one frame (`pixels`, `areaMm2`, `dice`) and over the layer (the others). */
export interface SegmentMeasure {
  value: number;
  pixels: number;
  areaMm2?: number;
  layerPixels: number;
  /** How many slices have it. */
  slices: number;
  volumeMm3?: number;
  /** To the same segment of the layer that the annotation started from; absent where neither has a pixel here. */
  dice?: number;
}

// ---- comparisons ------------------------------------------------------------------------------------

/** A metric's value, or null with the reason why it has none. */
export interface MetricValue {
  value: number | null;
  reason?: string;
}

/** What was measured of one layer against the reference on one frame, the mean over segments. */
export interface FrameComparison {
  layerId: string;
  frame: number;
  dice: MetricValue;
  iou: MetricValue;
  hd95: MetricValue;
  unit: "mm" | "px";
}

export interface SeriesComparison {
  seriesId: string;
  referenceLayerId?: string;
  frames: FrameComparison[];
  /** 1 - mean pairwise Dice between the layers, by frame: where they differ most. */
  disagreement: { frame: number; value: number }[];
}

/**
 * `GET /api/comparisons/record?seriesId=&scope=series|study&referenceLayerId=&objects=`: the layers of a series, or of
 * its study, compared as `slicebench compare` compares label maps. `GET /api/comparisons/report?…` answers with the
 * report of the same, a page of its own.
 */
export interface LaboratoryView {
  record: ComparisonRecord;
  /** Where each case is found, in the record's order; `frame` from 0 in the series. */
  places: { seriesId: string; frame: number }[];
  /** Which layer holds what a candidate marked in a series. */
  layers: { model: string; seriesId: string; layerId: string }[];
  /** Which layer the candidates were measured against. */
  references: { seriesId: string; layerId: string }[];
  /** Names of layers that are not compared, as they mark other segments. */
  leftOut: string[];
}

// ---- review -----------------------------------------------------------------------------------------

/** An open series in the review queue. `GET /api/review?models=A,B` looks at these models; at all without it. */
export interface ReviewView {
  seriesId: string;
  state: ReviewState;
  /** One a frame. */
  frames: ReviewState[];
  /** How far the models disagree over the series, 0..1; absent where fewer than two ran. */
  dispute?: number;
  /** 1 - mean pairwise Dice between the models, by frame. */
  sliceDisputes: SliceDispute[];
}

/** Says where the reader is with a series, or with one of its frames. */
export const setReviewSchema = z.object({
  seriesId: id,
  frame: z.int().min(0).optional(),
  state: z.enum(reviewStates),
});

/** What it took to correct one model's masks, over all annotations that started from them. */
export interface EditCostView extends EditCost {
  modelId: string;
  layers: number;
  /** Slices whose masks were taken over. */
  slices: number;
}

// ---- de-identification -------------------------------------------------------------------------------

const deidentifyOptions = z.object({
  retainUids: z.boolean(),
  shiftDates: z.boolean(),
  cleanDescriptors: z.boolean(),
});
export type DeidentifyChoices = z.infer<typeof deidentifyOptions>;

/** `POST /api/deidentifications/preview` says what would change; nothing is written. */
export const previewDeidentificationSchema = z.object({ studyId: id, options: deidentifyOptions });

/** `POST /api/deidentifications` writes new files as a job. `out` is an absolute path, of an empty folder or none yet. */
export const startDeidentificationSchema = previewDeidentificationSchema.extend({
  out: z.string().min(1).max(4_096),
});

export interface DeidentificationPreview {
  /** Files that would be written, and those that cannot be. */
  done: number;
  leftOut: number;
  failed: number;
  /** What a person should look at, each sentence with how many files it is about. */
  warnings: { message: string; files: number }[];
  /** In the order of the tags; `tag` is "(0010,0010)". */
  changes: {
    tag: string;
    name: string;
    action: "removed" | "emptied" | "replaced" | "shifted" | "cleaned";
    files: number;
    examples: { before: string; after: string }[];
  }[];
}

// ---- jobs -------------------------------------------------------------------------------------------

export interface JobView {
  id: string;
  kind: "open" | "run" | "export";
  title: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  done: number;
  /** Absent while unknown (a folder is being listed). */
  total?: number;
  remainingMs?: number;
  /** What could not be done, item by item; the rest went on. */
  problems: { code: string; message: string; hint?: string; file?: string }[];
  /** Of an `open` job: the studies that it added. */
  studyIds?: string[];
  /** Of an `export` job: the files that it wrote. */
  files?: string[];
}

/** One server-sent event of `GET /api/events`; its `event:` name is `type`. */
export type HostEvent =
  | { type: "job"; job: JobView }
  | { type: "run"; run: RunView }
  | { type: "layer"; layer: LayerView }
  | { type: "layer-removed"; layerId: string }
  | { type: "history"; seriesId: string; edit: EditView }
  | { type: "review" }
  | { type: "measurements"; seriesId: string }
  | { type: "studies" }
  | { type: "models" }
  | { type: "engine"; state: "ready" | "restarting"; message?: string };

/** What can execute models here, as the engine describes itself, and with how many threads. */
export interface EngineView {
  id: "onnxruntime" | "tfjs-node";
  version: string | undefined;
  providers: { id: string; available: boolean; reason?: string }[];
  available: boolean;
  reason?: string;
  /** In use now: the setting, or the physical cores where that is 0. */
  threads?: number;
}

// ---- workspace --------------------------------------------------------------------------------------

/** The file that remembers everything, and what the reader must know of how it opened. */
export interface WorkspaceView {
  file: string;
  notices: { code: string; message: string; hint?: string; file?: string }[];
  /** Dated copies, the newest first. */
  backups: { file: string; reason: "daily" | "before-migration"; madeAt: string }[];
}

const windowChoice = z.discriminatedUnion("source", [
  z.object({ source: z.literal("file"), index: z.int().min(0) }),
  z.object({ source: z.literal("auto") }),
  z.object({ source: z.literal("preset"), name: z.string().max(40), center: z.number(), width: z.number() }),
  z.object({ source: z.literal("manual"), center: z.number(), width: z.number() }),
]);

/** Where the reader was: `PUT` by the page as it changes, `GET` when a page opens; `null` where nobody was anywhere. */
export const sessionSchema = z.object({
  workplace: z.string().max(40),
  layout: z.enum(["1x1", "1x2", "2x2", "2x3"]),
  activeViewportId: z.string().max(10),
  tool: z.string().max(40),
  layersHidden: z.boolean(),
  viewports: z
    .array(
      z.object({
        id: z.string().max(10),
        seriesId: id,
        plane: z.enum(["native", "axial", "coronal", "sagittal"]),
        frameIndex: z.int().min(0),
        window: windowChoice,
        invert: z.boolean(),
        layerIds: z.array(id).max(100).optional(),
        primaryLayerId: id.optional(),
      }),
    )
    .max(20),
  /** What the hand in Annotate holds; absent in what older programs kept. */
  annotation: z
    .object({
      tool: z.string().max(40).optional(),
      segment: segmentValue,
      overwrite: z.enum(["all", "visible", "none"]),
      subtract: z.boolean(),
      brush: z.object({
        shape: z.enum(["disc", "square", "sphere"]),
        diameterMm: z.number().positive().max(10_000),
        diameterPixels: z.number().positive().max(10_000),
      }),
      growing: z.object({ volume: z.boolean(), tolerance: z.number().min(0) }),
      layerIds: z.record(id, id),
    })
    .optional(),
});
export type Session = z.infer<typeof sessionSchema>;

// ---- settings ---------------------------------------------------------------------------------------

export const settingsSchema = z.object({
  theme: z.enum(["dark", "light", "system"]),
  density: z.enum(["dense", "roomy"]),
  /** Key bindings that differ from the defaults, by command id. */
  keys: z.record(z.string().max(100), z.string().max(100)),
  engineThreads: z.int().min(0).max(256),
  cacheMegabytes: z.int().min(64).max(16_384),
  fillOpacity: z.number().min(0).max(1),
  outlineOpacity: z.number().min(0).max(1),
  /** Widths of the page's side panels in CSS pixels, by panel; absent where the reader never changed one. */
  panelWidths: z.record(z.string().max(40), z.number().min(0).max(4_096)).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
export const changeSettingsSchema = settingsSchema.partial();

/** Every failure's body, with a fitting status: 400 wrong request, 404 unknown, 409 needs an answer, 500. */
export interface ErrorBody {
  error: { code: string; message: string; hint?: string; file?: string };
  warnings?: SuitabilityWarning[];
}
