import { differenceValues } from "../../core/mask/difference";
import type { LabelMap } from "../../core/mask/label-map";
import type { Affine, Point, ViewSize } from "../../core/image/view";
import { casingPath, luminance, outlineDetail, outlinePath, outlinesOf } from "./outlines";
import type { Raster } from "./raster-pool";

/** Draws in CSS pixels; Konva has scaled the context to the screen's own. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const outlineWidth = 1.7;
const dashedWidth = 1.3;
const casingWidth = 1;
const dash = [4, 3];

/** How an image or a mask lies on the screen. */
export interface Placement {
  transform: Affine;
  /** CSS pixels per image pixel, the shorter side. */
  zoom: number;
  devicePixelRatio: number;
}

function applyTransform(context: Context, { a, b, c, d, e, f }: Affine): void {
  context.transform(a, b, c, d, e, f);
}

/** Whether drawing at this zoom mixes neighbouring pixels: always when reduced, when enlarged only on request. */
export function isSmoothed(
  placement: Pick<Placement, "zoom" | "devicePixelRatio">,
  requested: boolean,
): boolean {
  return requested || placement.zoom * placement.devicePixelRatio < 1;
}

export interface RasterStyle {
  placement: Placement;
  alpha: number;
  smooth: boolean;
  /** Image pixels per raster pixel. */
  reduction?: number;
}

export function drawRaster(
  context: Context,
  raster: Raster,
  { placement, alpha, smooth, reduction = 1 }: RasterStyle,
): void {
  context.save();
  applyTransform(context, placement.transform);
  context.scale(reduction, reduction);
  context.globalAlpha = alpha;
  context.imageSmoothingEnabled = smooth;
  // Bilinear is enough: what is reduced by more than two was averaged before.
  context.imageSmoothingQuality = "low";
  context.drawImage(raster.canvas, 0, 0);
  context.restore();
}

/**
 * Strokes a path given in image coordinates with a line whose width and dashes are those of the screen. Where pixels
 * are square the context is scaled and the line thinned by as much, which spares copying the path.
 */
function strokeOnScreen(
  context: Context,
  path: Path2D,
  { placement, width, dashes = [] }: { placement: Placement; width: number; dashes?: readonly number[] },
): void {
  const { transform, zoom } = placement;
  const isSquare =
    Math.abs(transform.a * transform.d - transform.b * transform.c) <= zoom * zoom * (1 + 1e-6);
  const scale = isSquare ? zoom : 1;
  context.save();
  if (isSquare) applyTransform(context, transform);
  context.lineWidth = width / scale;
  context.setLineDash(dashes.map((length) => length / scale));
  context.stroke(isSquare ? path : onScreen(path, transform));
  context.restore();
}

/** A path in image coordinates, laid on the screen. */
function onScreen(path: Path2D, { a, b, c, d, e, f }: Affine): Path2D {
  const placed = new Path2D();
  placed.addPath(path, { a, b, c, d, e, f });
  return placed;
}

/** The colour of a segment's value; undefined where it is not drawn. */
export type SegmentColour = (value: number) => string | undefined;

export interface OutlineStyle {
  colourOf: SegmentColour;
  /** The reference: a thinner dashed line. */
  dashed: boolean;
  alpha: number;
  /** The picture beneath and its reduction, for the casing where it is brighter than the line. */
  beneath: { raster: Raster; reduction: number };
}

/** Strokes the borders of a label map's segments. */
export function drawOutlines(
  context: Context,
  labelMap: LabelMap,
  { placement, style }: { placement: Placement; style: OutlineStyle },
): void {
  const detail = outlineDetail(placement.zoom * placement.devicePixelRatio);
  context.save();
  context.globalAlpha = style.alpha;
  context.lineJoin = "bevel";
  for (const outline of outlinesOf(labelMap)) {
    const colour = style.colourOf(outline.value);
    if (colour === undefined) continue;
    const width = style.dashed ? dashedWidth : outlineWidth;
    const casing = casingPath(outline, detail, { ...style.beneath, limit: luminanceOf(colour) });
    if (casing) {
      context.strokeStyle = "#000000";
      strokeOnScreen(context, casing, { placement, width: width + 2 * casingWidth });
    }
    context.strokeStyle = colour;
    const path = outlinePath(outline, detail);
    strokeOnScreen(context, path, { placement, width, ...(style.dashed && { dashes: dash }) });
  }
  context.restore();
}

/** Relative luminance of `#RRGGBB`. */
function luminanceOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return luminance((value >> 16) & 255, (value >> 8) & 255, value & 255);
}

/** Little-endian RGBA of `#RRGGBB`, opaque. */
export function pixelOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return (0xff000000 | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

/** Paints a label map's rows into RGBA pixels, background transparent. */
export function paintLabelMap(
  labelMap: LabelMap,
  colourOf: SegmentColour,
  { pixels, rows }: { pixels: Uint32Array; rows: readonly [first: number, end: number] },
): void {
  const palette = Uint32Array.from({ length: 256 }, (_, value) => {
    const colour = value === 0 ? undefined : colourOf(value);
    return colour === undefined ? 0 : pixelOf(colour);
  });
  const { values, columns } = labelMap;
  const end = rows[1] * columns;
  for (let i = rows[0] * columns; i < end; i++) pixels[i] = palette[values[i]!]!;
}

const differenceStyles = {
  [differenceValues.agreed]: { colour: "#009E73", hatch: undefined },
  [differenceValues.tooMuch]: { colour: "#D55E00", hatch: "/" },
  [differenceValues.missed]: { colour: "#0072B2", hatch: "\\" },
} as const;

const hatchSize = 7;
const patterns = new Map<string, OffscreenCanvas>();

/** A tile of slanted lines at the screen's resolution; it meets itself at its edges. */
function hatchTile(colour: string, hatch: "/" | "\\", devicePixelRatio: number): OffscreenCanvas {
  const key = `${colour}${hatch}${devicePixelRatio}`;
  const known = patterns.get(key);
  if (known) return known;
  const size = Math.round(hatchSize * devicePixelRatio);
  const tile = new OffscreenCanvas(size, size);
  const context = tile.getContext("2d");
  if (context) {
    context.strokeStyle = colour;
    context.lineWidth = 1.4 * devicePixelRatio;
    const slope = hatch === "/" ? -1 : 1;
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift - size, slope > 0 ? -size : 2 * size);
      context.lineTo(shift + 2 * size, slope > 0 ? 2 * size : -size);
    }
    context.stroke();
  }
  patterns.set(key, tile);
  return tile;
}

/** Draws a difference map: agreed plain, too much hatched /, missed hatched \, each with its border. */
export function drawDifference(context: Context, difference: LabelMap, placement: Placement): void {
  const detail = outlineDetail(placement.zoom * placement.devicePixelRatio);
  context.save();
  context.lineJoin = "bevel";
  for (const outline of outlinesOf(difference)) {
    const style = differenceStyles[outline.value as keyof typeof differenceStyles];
    const path = onScreen(outlinePath(outline, detail), placement.transform);
    context.fillStyle = style.colour;
    context.globalAlpha = style.hatch ? 0.2 : 0.28;
    context.fill(path);
    context.globalAlpha = 1;
    if (style.hatch) {
      const tile = hatchTile(style.colour, style.hatch, placement.devicePixelRatio);
      const pattern = context.createPattern(tile, "repeat");
      pattern?.setTransform(new DOMMatrix().scale(1 / placement.devicePixelRatio));
      if (pattern) context.fillStyle = pattern;
      context.fill(path);
    }
    context.strokeStyle = style.colour;
    context.lineWidth = 1;
    context.stroke(path);
  }
  context.restore();
}

const crosshairHole = 12;

/** Two lines through a point that leave the point itself free. */
export function drawCrosshair(context: Context, at: Point, view: ViewSize): void {
  const x = Math.round(at.x) + 0.5;
  const y = Math.round(at.y) + 0.5;
  context.save();
  context.globalAlpha = 0.75;
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(x - crosshairHole, y);
  context.moveTo(x + crosshairHole, y);
  context.lineTo(view.width, y);
  context.moveTo(x, 0);
  context.lineTo(x, y - crosshairHole);
  context.moveTo(x, y + crosshairHole);
  context.lineTo(x, view.height);
  context.stroke();
  context.restore();
}
