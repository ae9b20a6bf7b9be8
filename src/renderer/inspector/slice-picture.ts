import type { Frame } from "../../core/image/frame";
import { segmentBounds, type LabelMap } from "../../core/mask/label-map";
import { outlineDetail, outlinePath, outlinesOf } from "../viewport/outlines";
import { paintedFrame } from "../viewport/painted-frame";

export interface Crop {
  x: number;
  y: number;
  size: number;
}

/** Room around the segments, as a share of their extent on each side. */
const margin = 0.2;
const leastSize = 24;

/**
 * The square around all segments of some label maps, with a margin, in pixels; the largest square in the middle of
 * the frame where they are all empty. It may reach beyond the frame.
 */
export function cropAround(labelMaps: readonly LabelMap[], frame: { rows: number; columns: number }): Crop {
  const bounds = segmentBounds(labelMaps);
  if (!bounds) {
    const size = Math.min(frame.rows, frame.columns);
    return { x: (frame.columns - size) / 2, y: (frame.rows - size) / 2, size };
  }
  const { left, top, right, bottom } = bounds;
  const extent = Math.max(right - left, bottom - top);
  const wanted = Math.max(leastSize, extent * (1 + 2 * margin));
  const size = Math.min(wanted, Math.max(frame.rows, frame.columns));
  return { x: (left + right - size) / 2, y: (top + bottom - size) / 2, size };
}

interface ColouredMap {
  labelMap: LabelMap;
  colour: string;
}

/** Draws a square part of a frame over the whole canvas. Returns the context in image pixels, and its scale. */
export function drawCrop(
  canvas: HTMLCanvasElement,
  frame: Frame,
  crop: Crop,
): { context: CanvasRenderingContext2D; scale: number } | undefined {
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const scale = canvas.width / crop.size;
  context.reset();
  context.setTransform(scale, 0, 0, scale, -crop.x * scale, -crop.y * scale);
  context.drawImage(paintedFrame(frame), 0, 0);
  context.lineJoin = "round";
  return { context, scale };
}

/** Draws a frame's part around its segments, with each label map's outline in its colour. */
export function drawSlice(canvas: HTMLCanvasElement, frame: Frame, maps: readonly ColouredMap[]): void {
  const crop = cropAround(
    maps.map(({ labelMap }) => labelMap),
    frame,
  );
  const drawn = drawCrop(canvas, frame, crop);
  if (!drawn) return;
  const { context, scale } = drawn;
  context.lineWidth = (1.2 * canvas.width) / 58 / scale;
  for (const { labelMap, colour } of maps) {
    context.strokeStyle = colour;
    for (const outline of outlinesOf(labelMap)) context.stroke(outlinePath(outline, outlineDetail(scale)));
  }
}
