import { isColour } from "../core/image/display";
import type { Frame } from "../core/image/frame";
import { modalityValues } from "../core/image/voi";
import { ValueCounts } from "../core/measure/value-histogram";
import { SegmentStatistics } from "../core/metrics/segment-statistics";
import type { SegmentValues } from "../host/contract";
import type { Layers } from "./layers";

interface SegmentValuesParts {
  layers: Layers;
  frame: (seriesId: string, index: number) => Promise<Frame>;
}

/**
 * The image's values within one segment of a layer, over all of its frames, in the unit of the modality LUT (HU for CT).
 * Throws LAYER_NOT_FOUND, what decoding throws, and the signal's reason.
 */
export async function segmentValues(
  { layerId, segment }: { layerId: string; segment: number },
  { layers, frame: readFrame }: SegmentValuesParts,
  signal: AbortSignal,
): Promise<SegmentValues> {
  const layer = layers.get(layerId);
  const statistics = new SegmentStatistics();
  const counts = new ValueCounts();
  let unit: string | undefined;
  for (const frame of layer.frames) {
    signal.throwIfAborted();
    const labelMap = await layers.labelMap(layerId, frame);
    // Most frames of a volume have nothing of a segment, and are not decoded.
    if (!labelMap.values.includes(segment)) continue;
    const picture = await readFrame(layer.seriesId, frame);
    const values = isColour(picture) ? undefined : modalityValues(picture);
    statistics.add(labelMap, values);
    if (values === undefined) continue;
    unit ??= picture.meaning.unit;
    labelMap.values.forEach((value, at) => {
      if (value === segment) counts.add(values[at]!);
    });
  }
  const intensity = statistics.intensity(segment);
  const histogram = counts.histogram();
  return {
    pixels: statistics.pixels(segment),
    ...(unit !== undefined && { unit }),
    ...(intensity && { intensity }),
    ...(histogram && { histogram }),
  };
}
