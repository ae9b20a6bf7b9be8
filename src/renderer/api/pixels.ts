import { decodeFrame, type FrameHeader } from "../../core/image/frame-wire";
import type { Frame } from "../../core/image/frame";
import type { ReadingSide } from "../../core/comparison/blind-reading";
import type { LabelMap } from "../../core/mask/label-map";
import type { ProbabilityMap } from "../../core/mask/probability-map";
import type { z } from "zod";
import type { FeatureMaps } from "../../core/image/feature-maps";
import type { ModelCard } from "../../core/model-card";
import type {
  FeatureMapsHeader,
  featureMapsSchema,
  LabelMapHeader,
  PresentedMaskHeader,
  PreviewHeader,
  ProbabilityMapHeader,
} from "../../host/contract";
import { readHeader, send } from "./request";

/** One frame's stored values, as wide as in the file. Its arrays are views of the answer, nothing is copied. */
export async function fetchFrame(seriesId: string, index: number, signal?: AbortSignal): Promise<Frame> {
  const path = `series/${encodeURIComponent(seriesId)}/frames/${index}`;
  const response = await send(path, signal === undefined ? {} : { signal });
  return decodeFrame(readHeader(response) as FrameHeader, await response.arrayBuffer());
}

export interface LabelMapAddress {
  layerId: string;
  frame: number;
  /** The layer's revision, part of the address so that caches never lie. */
  revision: number;
}

/** What a network on its way in makes of one frame under a card. */
export async function fetchPreview(
  importId: string,
  body: { seriesId: string; frame: number; card: ModelCard },
  signal?: AbortSignal,
): Promise<LabelMap & { milliseconds: number }> {
  const response = await send(`imports/${encodeURIComponent(importId)}/preview`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const { rows, columns, milliseconds } = readHeader(response) as PreviewHeader;
  return { rows, columns, milliseconds, values: new Uint8Array(await response.arrayBuffer()) };
}

/** One frame's label map, rows x columns. */
export async function fetchLabelMap(address: LabelMapAddress, signal?: AbortSignal): Promise<LabelMap> {
  const { layerId, frame, revision } = address;
  const path = `layers/${encodeURIComponent(layerId)}/frames/${frame}?revision=${revision}`;
  const response = await send(path, signal === undefined ? {} : { signal });
  const { rows, columns } = readHeader(response) as LabelMapHeader;
  return { rows, columns, values: new Uint8Array(await response.arrayBuffer()) };
}

/** What one side of a blind reading's presentation shows. */
export async function fetchPresentedMask(
  { readingId, index, side }: { readingId: string; index: number; side: ReadingSide },
  signal?: AbortSignal,
): Promise<LabelMap> {
  const path = `readings/${encodeURIComponent(readingId)}/presentations/${index}/${side}`;
  const response = await send(path, signal === undefined ? {} : { signal });
  const { rows, columns } = readHeader(response) as PresentedMaskHeader;
  return { rows, columns, values: new Uint8Array(await response.arrayBuffer()) };
}

/** A few channels of one layer of a model over a frame, and which part of the frame that is. */
export async function fetchFeatureMaps(
  modelId: string,
  request: z.input<typeof featureMapsSchema>,
  signal?: AbortSignal,
): Promise<FeatureMaps & FeatureMapsHeader> {
  const response = await send(`models/${encodeURIComponent(modelId)}/features`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
    ...(signal && { signal }),
  });
  const header = readHeader(response) as FeatureMapsHeader;
  return { ...header, maps: new Uint8Array(await response.arrayBuffer()) };
}

export interface ProbabilityAddress {
  modelId: string;
  seriesId: string;
  frame: number;
  /** Its value. */
  segment: number;
}

/** How probable a model holds one segment on one frame; the engine computes it now. */
export async function fetchProbabilities(
  { modelId, seriesId, frame, segment }: ProbabilityAddress,
  signal?: AbortSignal,
): Promise<ProbabilityMap> {
  const query = new URLSearchParams({ seriesId, frame: String(frame), segment: String(segment) }).toString();
  const path = `models/${encodeURIComponent(modelId)}/probabilities?${query}`;
  const response = await send(path, signal === undefined ? {} : { signal });
  const header = readHeader(response) as ProbabilityMapHeader;
  return { ...header, values: new Uint8Array(await response.arrayBuffer()) };
}
