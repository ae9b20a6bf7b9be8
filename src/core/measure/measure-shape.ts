import { isColour, modalityValue } from "../image/display";
import type { Frame } from "../image/frame";
import type { LabelMap } from "../mask/label-map";
import type { ImagePoint } from "../mask/paint";
import { paintEllipse, paintPolygon } from "../mask/shapes";
import { type IntensityStatistics, SegmentStatistics } from "../metrics/segment-statistics";
import { isRegion, type MeasuredShape } from "./measurement";

/** Row and column spacing in millimetres. */
type Spacing = readonly [row: number, column: number];

/** What a shape measures. */
export type MeasuredFigures =
  | { kind: "length"; length: number; unit: "mm" | "px" }
  | { kind: "angle"; degrees: number }
  | {
      kind: "region";
      /** Pixels whose centres lie inside. */
      pixels: number;
      /** Of these pixels. */
      area: number;
      unit: "mm²" | "px";
      /** Absent of colour, and where no pixel is inside. */
      intensity?: IntensityStatistics;
    };

/**
 * Measures a shape on a frame. A region has the pixels whose centres lie inside (`paintPolygon`, `paintEllipse`), and
 * their values are those of the modality LUT, HU for CT; padding counts as any other value. Where the spacing is unknown,
 * lengths and areas are in pixels, and an angle is that on a grid of squares.
 */
export function measureShape(shape: MeasuredShape, frame: Frame): MeasuredFigures {
  const { spacingMm } = frame.geometry;
  const [first, second, third] = shape.points as [ImagePoint, ImagePoint, ImagePoint];
  if (isRegion(shape)) return measureRegion(shape, frame);
  if (shape.kind === "angle") return { kind: "angle", degrees: angleAt(second, [first, third], spacingMm) };
  return {
    kind: "length",
    length: distanceBetween(first, second, spacingMm),
    unit: spacingMm === undefined ? "px" : "mm",
  };
}

/** How far two points are from each other, in millimetres where the spacing is known, else in pixels. */
export function distanceBetween(from: ImagePoint, to: ImagePoint, spacingMm: Spacing = [1, 1]): number {
  const { row, column } = offset(from, to, spacingMm);
  return Math.hypot(row, column);
}

/** The angle at `vertex` between two legs, 0..180 degrees: in the patient, where pixels need not be square. */
export function angleAt(
  vertex: ImagePoint,
  legs: readonly [ImagePoint, ImagePoint],
  spacingMm: Spacing = [1, 1],
): number {
  const a = offset(vertex, legs[0], spacingMm);
  const b = offset(vertex, legs[1], spacingMm);
  // By both products: the arc cosine alone loses its digits near 0 and 180 degrees.
  const cross = a.column * b.row - a.row * b.column;
  const dot = a.column * b.column + a.row * b.row;
  return (Math.atan2(Math.abs(cross), dot) * 180) / Math.PI;
}

const offset = (from: ImagePoint, to: ImagePoint, [rowMm, columnMm]: Spacing): ImagePoint => ({
  row: (to.row - from.row) * rowMm,
  column: (to.column - from.column) * columnMm,
});

/** In the crop that the shape covers: a region on a radiograph costs what it encloses. */
function measureRegion({ kind, points }: MeasuredShape, frame: Frame): MeasuredFigures {
  const { spacingMm } = frame.geometry;
  const [top, bottom] = rangeWithin(
    points.map(({ row }) => row),
    frame.rows,
  );
  const [left, right] = rangeWithin(
    points.map(({ column }) => column),
    frame.columns,
  );
  const crop = emptyMap(bottom - top, right - left);
  const moved = points.map(({ row, column }) => ({ row: row - top, column: column - left }));
  if (kind === "ellipse") paintEllipse(crop, { from: moved[0]!, to: moved[1]! }, paint);
  else paintPolygon(crop, moved, paint);
  const statistics = new SegmentStatistics();
  statistics.add(crop, isColour(frame) ? undefined : croppedValues(crop, frame, { top, left }));
  const pixels = statistics.pixels(inside);
  const intensity = statistics.intensity(inside);
  return {
    kind: "region",
    pixels,
    ...(spacingMm === undefined
      ? { area: pixels, unit: "px" }
      : { area: pixels * spacingMm[0] * spacingMm[1], unit: "mm²" }),
    ...(intensity && { intensity }),
  };
}

const inside = 1;
const paint = { value: inside, overwrites: new Uint8Array(256).fill(1) };

/** From the pixel before the least to that after the greatest place, within 0..most. */
function rangeWithin(places: readonly number[], most: number): [first: number, end: number] {
  const within = (place: number) => Math.min(most, Math.max(0, place));
  return [within(Math.floor(Math.min(...places))), within(Math.ceil(Math.max(...places)))];
}

const emptyMap = (rows: number, columns: number): LabelMap => ({
  rows,
  columns,
  values: new Uint8Array(rows * columns),
});

/** The values of a frame where the crop has a pixel. */
function croppedValues(
  { rows, columns, values }: LabelMap,
  frame: Frame,
  { top, left }: { top: number; left: number },
): Float64Array {
  const cropped = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = (top + row) * frame.columns + left;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (values[at] !== 0) cropped[at] = modalityValue(frame.meaning, frame.pixels[start + column]!);
    }
  }
  return cropped;
}
