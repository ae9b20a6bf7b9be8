import type { z } from "zod";
import { SlicebenchError } from "../core/errors";
import type { FrameGeometry } from "../core/image/frame";
import { slicePlaces } from "../core/image/slice-stack";
import type { Segment } from "../core/mask/label-map";
import { overwritable } from "../core/mask/paint";
import type { Reshaping } from "../core/mask/reshape";
import { matchSegments, segmentOf, unlockedSegment } from "../core/mask/segment-list";
import type { SegmentWork } from "../core/mask/segment-work";
import type { operateSchema } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";

export type OperateRequest = z.output<typeof operateSchema>;

/** What work on segments needs to know of a series. */
export interface WorkedSeries {
  frames: readonly { rows: number; columns: number; geometry: FrameGeometry }[];
  sliceSpacingMm?: number;
}

/** What an operation does to which slices. */
export interface OperationPlan {
  /** For the history. */
  title: string;
  frames: readonly number[];
  work: SegmentWork;
  /** The other layer that the work looks at. */
  other?: StoredLayer;
  /** What distances are in. */
  unit: "mm" | "px";
  /** What the layer's segments become, where they change. */
  segments?: Segment[];
}

export interface PlannedOn {
  layer: StoredLayer;
  series: WorkedSeries;
  /** Finds the other layer; throws LAYER_NOT_FOUND. */
  findLayer: (id: string) => StoredLayer;
  /** Values of the layer's segments that have no pixels. */
  empty: ReadonlySet<number>;
}

/**
 * Plans an operation on one segment. Throws SEGMENT_NOT_FOUND, SEGMENT_LOCKED, FRAME_NOT_FOUND, LAYER_NOT_FOUND, and
 * OPERATION_UNSUITABLE where it needs a spacing or an even stack of slices that the series has not.
 */
export function planOperation(request: OperateRequest, on: PlannedOn): OperationPlan {
  const { operation, scope, frame, unit } = request;
  const { layer, series } = on;
  const value = request.segment;
  requireFrame(series, frame);
  const every = series.frames.map((_, index) => index);
  const frames = scope === "slice" ? [frame] : every;
  const overwrites = overwritesOf(layer.segments, request);
  if (operation.kind === "accept" && operation.at === undefined)
    return planAcceptance(operation.layerId, { frames, overwrites }, on);

  unlockedSegment(layer.segments, value);
  const paint = { value, overwrites };
  switch (operation.kind) {
    case "combine":
      return planCombination(operation, { frames, paint }, on);
    case "copy":
      requireFrame(series, operation.to);
      return {
        title: `Copy to slice ${operation.to + 1}`,
        frames: [frame, operation.to],
        work: { kind: "copy", ...paint },
        unit,
      };
    case "fill-between": {
      const places = slicePlaces(series.frames.map(({ geometry }) => geometry));
      const around = scope === "slice" ? { around: frame } : {};
      const work = { kind: "fill-between", ...paint, places, ...around } as const;
      return { title: "Fill between slices", frames: every, work, unit: "mm" };
    }
    case "accept": {
      const other = otherLayer(operation.layerId, on);
      const work = { kind: "accept-component", ...paint, at: operation.at! } as const;
      return { title: `Accept a part of ${other.name}`, frames: [frame], work, other, unit };
    }
    default: {
      const volume = scope === "volume" ? { sliceSpacing: sliceSpacingOf(series, unit) } : {};
      if ("distance" in operation && unit === "mm") requireSpacing(series, frames);
      const work = { kind: "reshape", ...paint, reshaping: operation, ...volume } as const;
      return { title: reshapingTitle(operation, unit), frames, work, unit };
    }
  }
}

function planCombination(
  operation: Extract<OperateRequest["operation"], { kind: "combine" }>,
  { frames, paint }: { frames: readonly number[]; paint: { value: number; overwrites: Uint8Array } },
  on: PlannedOn,
): OperationPlan {
  const { how, value, layerId } = operation;
  const other = layerId === undefined || layerId === on.layer.id ? undefined : otherLayer(layerId, on);
  const { label } = segmentOf((other ?? on.layer).segments, value);
  // A union or an intersection within one layer takes pixels that are the other segment's.
  if (other === undefined && how === "union") unlockedSegment(on.layer.segments, value);
  const titles = {
    union: `Add ${label}`,
    intersection: `Keep what is in ${label}`,
    subtract: `Subtract ${label}`,
  };
  const work = { kind: "combine", ...paint, how, other: value } as const;
  return { title: titles[how], frames, work, ...(other && { other }), unit: "px" };
}

/** Every segment becomes the other layer's on some frames; those that are locked stay. */
function planAcceptance(
  layerId: string,
  { frames, overwrites }: { frames: readonly number[]; overwrites: Uint8Array },
  on: PlannedOn,
): OperationPlan {
  const other = otherLayer(layerId, on);
  const { segments, values } = matchSegments(on.layer.segments, other.segments, on.empty);
  const ours = new Map([...values].filter(([, own]) => segmentOf(segments, own).locked !== true));
  const there = new Set(other.frames);
  return {
    title: `Start from ${other.name}`,
    frames: frames.filter((frame) => there.has(frame)),
    work: { kind: "accept", ours, overwrites },
    other,
    unit: "px",
    segments,
  };
}

function reshapingTitle(reshaping: Reshaping, unit: "mm" | "px"): string {
  switch (reshaping.kind) {
    case "grow":
      return `Grow by ${reshaping.distance} ${unit}`;
    case "shrink":
      return `Shrink by ${reshaping.distance} ${unit}`;
    case "smooth":
      return `Smooth by ${reshaping.method}`;
    case "fill-holes":
      return "Fill holes";
    case "keep-largest":
      return "Keep the largest part";
    case "remove-islands":
      return "Remove islands";
  }
}

function overwritesOf(segments: readonly Segment[], { overwrite, segment }: OperateRequest): Uint8Array {
  const valuesWhere = (is: (each: Segment) => boolean | undefined) =>
    new Set(segments.filter((each) => is(each) === true).map(({ value }) => value));
  return overwritable({
    rule: overwrite,
    active: segment,
    hidden: valuesWhere(({ hidden }) => hidden),
    locked: valuesWhere(({ locked }) => locked),
  });
}

function otherLayer(id: string, { layer, findLayer }: PlannedOn): StoredLayer {
  const other = findLayer(id);
  if (other.seriesId === layer.seriesId) return other;
  throw new SlicebenchError("EDIT_INVALID", "The other layer belongs to another series.");
}

function requireFrame({ frames }: WorkedSeries, frame: number): void {
  if (frames[frame] !== undefined) return;
  throw new SlicebenchError("FRAME_NOT_FOUND", `The series has no frame ${frame + 1}.`);
}

function requireSpacing(series: WorkedSeries, frames: readonly number[]): void {
  if (frames.every((frame) => series.frames[frame]!.geometry.spacingMm !== undefined)) return;
  throw new SlicebenchError("OPERATION_UNSUITABLE", "How large a pixel is, is not known in this series.", {
    hint: "Give the distance in px.",
  });
}

function sliceSpacingOf({ sliceSpacingMm }: WorkedSeries, unit: "mm" | "px"): number {
  if (sliceSpacingMm !== undefined) return unit === "mm" ? sliceSpacingMm : 1;
  throw new SlicebenchError(
    "OPERATION_UNSUITABLE",
    "The slices of this series are no evenly spaced volume.",
    {
      hint: "Work on each slice for itself.",
    },
  );
}
