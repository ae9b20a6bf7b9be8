import type { Frame } from "../../core/image/frame";
import { type Affine, pixelExtent, type PixelShape, type ViewSize } from "../../core/image/view";
import { segmentBounds, type LabelMap } from "../../core/mask/label-map";
import { outlineDetail, outlinePath, outlinesOf } from "../viewport/outlines";
import { paintedFrame } from "../viewport/painted-frame";

/** A square on the screen: pixels need not be square, so it is counted in their shorter sides. */
export interface Crop {
  x: number;
  y: number;
  size: number;
}

/** Room around the segments, as a share of their extent on each side. */
const margin = 0.2;
const leastSize = 24;

/**
 * The square around all segments of some label maps, with a margin; the largest square in the middle of
 * the frame where they are all empty. It may reach beyond the frame.
 */
export function cropAround(labelMaps: readonly LabelMap[], frame: Extent): Crop {
  const bounds = segmentBounds(labelMaps);
  const { width, height } = extentOf(frame);
  if (!bounds) {
    const size = Math.min(height, width);
    return { x: (width - size) / 2, y: (height - size) / 2, size };
  }
  const pixel = pixelExtent(frame.geometry);
  const [across, down] = [bounds.left + bounds.right, bounds.top + bounds.bottom];
  const extent = Math.max((bounds.right - bounds.left) * pixel.x, (bounds.bottom - bounds.top) * pixel.y);
  const wanted = Math.max(leastSize, extent * (1 + 2 * margin));
  const size = Math.min(wanted, Math.max(height, width));
  return { x: (across * pixel.x - size) / 2, y: (down * pixel.y - size) / 2, size };
}

/** The square around the whole frame. */
export function cropOfAll(frame: Extent): Crop {
  const { width, height } = extentOf(frame);
  const size = Math.max(width, height);
  return { x: (width - size) / 2, y: (height - size) / 2, size };
}

interface Extent {
  rows: number;
  columns: number;
  geometry: PixelShape;
}

function extentOf({ rows, columns, geometry }: Extent): ViewSize {
  const pixel = pixelExtent(geometry);
  return { width: columns * pixel.x, height: rows * pixel.y };
}

interface ColouredMap {
  labelMap: LabelMap;
  colour: string;
}

/** Draws a square part of a frame over the whole canvas. Returns the context in image pixels, and how they lie on it. */
export function drawCrop(
  canvas: HTMLCanvasElement,
  frame: Frame,
  crop: Crop,
): { context: CanvasRenderingContext2D; scale: number; transform: Affine } | undefined {
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const scale = canvas.width / crop.size;
  context.reset();
  const pixel = pixelExtent(frame.geometry);
  const [e, f] = [-crop.x * scale, -crop.y * scale];
  const transform = { a: scale * pixel.x, b: 0, c: 0, d: scale * pixel.y, e, f };
  context.setTransform(transform);
  context.drawImage(paintedFrame(frame), 0, 0);
  context.lineJoin = "round";
  return { context, scale, transform };
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
