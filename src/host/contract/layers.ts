import { z } from "zod";
import { consensusMethods, type ConsensusOrigin } from "../../core/consensus/consensus-origin";
import { exportFormats } from "../../core/export-formats";
import type { Segment } from "../../core/mask/label-map";
import type { DicomObjectOrigin } from "../../core/mask/object-origin";
import { colour, id } from "./fields";

export interface LayerView {
  id: string;
  seriesId: string;
  name: string;
  origin:
    | { kind: "model"; modelId: string; runId: string }
    | { kind: "reference" }
    | AnnotationOrigin
    | ConsensusOrigin
    | DicomObjectOrigin;
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
  colour: colour.optional(),
  visible: z.boolean().optional(),
});

/** Makes an annotation layer, empty or as a copy of another layer that it starts from. Answers 201 with its LayerView. */
export const createLayerSchema = z.object({
  seriesId: id,
  name: z.string().min(1).max(200).default("Annotation"),
  startFrom: id.optional(),
});

/**
 * `POST /api/layers/consensus`: makes a layer of what several layers of a series find together, on the frames on which
 * all of them have a label map. Answers 202 with the JobView; once it is done it names the layer.
 */
export const makeConsensusSchema = z.object({
  seriesId: id,
  method: z.enum(consensusMethods),
  layerIds: z
    .array(id)
    .min(2)
    .max(64)
    .refine((ids) => new Set(ids).size === ids.length, "A layer votes once."),
});

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
