import type { LabelMap } from "../../core/mask/label-map";
import { cutCorners, traceOutlines, type Ring } from "../../core/mask/outline";
import type { Raster } from "./raster-pool";

/** A segment's border in image coordinates. */
export interface Outline {
  value: number;
  rings: readonly Ring[];
}

/**
 * How closely a line follows the border: every crack between pixels where pixels are large on the screen, else
 * with corners cut, and only points that lie so many image pixels apart as the screen can tell.
 */
export interface OutlineDetail {
  exact: boolean;
  /** A power of two, in image pixels; 0 keeps every point. */
  step: number;
}

/** Device pixels per image pixel from which an outline follows every pixel's corner. */
const exactFrom = 8;
/** Points nearer to each other than so many device pixels add nothing. */
const tellablePixels = 0.75;

/** The detail for a zoom in device pixels per image pixel. */
export function outlineDetail(zoom: number): OutlineDetail {
  const step = tellablePixels / zoom;
  return { exact: zoom >= exactFrom, step: step < 1 ? 0 : 2 ** Math.floor(Math.log2(step)) };
}

const traced = new WeakMap<LabelMap, Outline[]>();

/** A label map's outlines, traced once. */
export function outlinesOf(labelMap: LabelMap): readonly Outline[] {
  let outlines = traced.get(labelMap);
  if (!outlines) {
    outlines = Array.from(traceOutlines(labelMap), ([value, rings]) => ({ value, rings }));
    traced.set(labelMap, outlines);
  }
  return outlines;
}

interface Line {
  detail: OutlineDetail;
  /** One closed line a ring: x, y alternating. */
  points: readonly ArrayLike<number>[];
  path: Path2D;
  casing?: Casing;
}

/** The part of a line that needs a casing, for the picture and colour that it was found for. */
interface Casing {
  raster: Raster;
  version: number;
  limit: number;
  path: Path2D | undefined;
}

/** One detail at a time: all viewports of a slice are usually at one zoom, or few. */
const lines = new WeakMap<Outline, Line>();

function lineOf(outline: Outline, detail: OutlineDetail): Line {
  const known = lines.get(outline);
  if (known?.detail.exact === detail.exact && known.detail.step === detail.step) return known;
  const points = outline.rings.map((ring) => (detail.exact ? ring : thinOut(cutCorners(ring), detail.step)));
  const line = { detail, points, path: closedPath(points) };
  lines.set(outline, line);
  return line;
}

/** The border as a path in image coordinates. */
export function outlinePath(outline: Outline, detail: OutlineDetail): Path2D {
  return lineOf(outline, detail).path;
}

/** Drops points that lie nearer than `step` to the last one kept. A ring too small for that stays as it is. */
export function thinOut(points: Float32Array, step: number): Float32Array {
  if (step === 0) return points;
  const kept = new Float32Array(points.length);
  let written = 0;
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (Math.abs(x - lastX) < step && Math.abs(y - lastY) < step) continue;
    kept[written++] = lastX = x;
    kept[written++] = lastY = y;
  }
  return written < 6 ? points : kept.slice(0, written);
}

function closedPath(rings: readonly ArrayLike<number>[]): Path2D {
  const path = new Path2D();
  for (const points of rings) {
    path.moveTo(points[0]!, points[1]!);
    for (let i = 2; i < points.length; i += 2) path.lineTo(points[i]!, points[i + 1]!);
    path.closePath();
  }
  return path;
}

/** Relative luminance (WCAG 2.2) of a colour in 0..255 a channel. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

const linearValues = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

function linear(value: number): number {
  return linearValues[value] ?? 0;
}

/** What lies under an outline. */
export interface Beneath {
  /** The picture as painted, perhaps at a reduced size. */
  raster: Raster;
  /** Image pixels per raster pixel. */
  reduction: number;
  /** Relative luminance of the line. */
  limit: number;
}

/**
 * The parts of an outline where the picture beneath is brighter than the line: they get a dark casing. Kept until the
 * picture is painted anew.
 * @returns undefined where there are none
 */
export function casingPath(outline: Outline, detail: OutlineDetail, beneath: Beneath): Path2D | undefined {
  const line = lineOf(outline, detail);
  const { raster, limit } = beneath;
  const known = line.casing;
  if (known?.raster === raster && known.version === raster.version && known.limit === limit)
    return known.path;
  const path = brightParts(line.points, beneath);
  line.casing = { raster, version: raster.version, limit, path };
  return path;
}

/** Whether a pixel beside a point of the border is brighter than the line. */
function isBright({ raster, reduction, limit }: Beneath, x: number, y: number): boolean {
  const column = Math.floor(x / reduction);
  const row = Math.floor(y / reduction);
  return luminanceAt(raster, column, row) > limit || luminanceAt(raster, column - 1, row - 1) > limit;
}

/** Luminance of a pixel, black outside the picture. */
function luminanceAt({ pixels, columns, rows }: Raster, column: number, row: number): number {
  if (column < 0 || row < 0 || column >= columns || row >= rows) return 0;
  const pixel = pixels[row * columns + column]!;
  return luminance(pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255);
}

function brightParts(rings: readonly ArrayLike<number>[], beneath: Beneath): Path2D | undefined {
  const path = new Path2D();
  let found = false;
  for (const points of rings) {
    let drawn = false;
    for (let i = 0; i < points.length; i += 2) {
      const next = i + 2 < points.length ? i + 2 : 0;
      const x = points[i]!;
      const y = points[i + 1]!;
      const bright = isBright(beneath, (x + points[next]!) / 2, (y + points[next + 1]!) / 2);
      if (bright && !drawn) path.moveTo(x, y);
      if (bright) path.lineTo(points[next]!, points[next + 1]!);
      drawn = bright;
      found ||= bright;
    }
  }
  return found ? path : undefined;
}
