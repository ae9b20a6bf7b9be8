import type { ImagePoint } from "../mask/paint";

export const measurementKinds = ["length", "angle", "ellipse", "polygon"] as const;
export type MeasurementKind = (typeof measurementKinds)[number];

/**
 * What is measured on one frame. A length has its two ends; an angle has a point on each leg and the vertex between
 * them; an ellipse has two opposite corners of the box that it touches; a polygon has its corners, the last joins the
 * first.
 */
export interface MeasuredShape {
  kind: MeasurementKind;
  points: readonly ImagePoint[];
}

/** What each kind is called, on the screen and in tables. */
export const measurementNames: Readonly<Record<MeasurementKind, string>> = {
  length: "Length",
  angle: "Angle",
  ellipse: "Ellipse",
  polygon: "Polygon",
};

/** The fewest and the most points of each kind. */
export const pointLimits: Readonly<Record<MeasurementKind, readonly [least: number, most: number]>> = {
  length: [2, 2],
  angle: [3, 3],
  ellipse: [2, 2],
  polygon: [3, 1_000],
};

/** Whether the shape encloses pixels. */
export const isRegion = ({ kind }: Pick<MeasuredShape, "kind">): boolean =>
  kind === "ellipse" || kind === "polygon";

/** Whether all points are there and the shape has an extent: two ends in one place measure nothing. */
export function isComplete({ kind, points }: MeasuredShape): boolean {
  const [least, most] = pointLimits[kind];
  if (points.length < least || points.length > most) return false;
  const [first, second, third] = points as [ImagePoint, ImagePoint, ImagePoint];
  switch (kind) {
    case "length":
      return !isSame(first, second);
    case "angle":
      return !isSame(first, second) && !isSame(third, second);
    case "ellipse":
      return first.row !== second.row && first.column !== second.column;
    case "polygon":
      return points.some((point) => !isSame(point, first));
  }
}

const isSame = (a: ImagePoint, b: ImagePoint): boolean => a.row === b.row && a.column === b.column;

/**
 * Where a shape is taken hold of: its points, but of an ellipse the ends of its axes (top, right, bottom, left of its
 * box), which lie on the line that is seen.
 */
export function handlesOf({ kind, points }: MeasuredShape): readonly ImagePoint[] {
  const [from, to] = points;
  if (kind !== "ellipse" || from === undefined || to === undefined) return points;
  const row = (from.row + to.row) / 2;
  const column = (from.column + to.column) / 2;
  return [
    { row: from.row, column },
    { row, column: to.column },
    { row: to.row, column },
    { row, column: from.column },
  ];
}

/** The shape with one of its handles in another place. Of an ellipse, that is one side of its box. */
export function moveHandle(shape: MeasuredShape, handle: number, { row, column }: ImagePoint): MeasuredShape {
  const { kind, points } = shape;
  const [from, to] = points;
  if (kind !== "ellipse" || from === undefined || to === undefined) {
    return { kind, points: points.map((point, at) => (at === handle ? { row, column } : point)) };
  }
  const moved = [
    [{ ...from, row }, to],
    [from, { ...to, column }],
    [from, { ...to, row }],
    [{ ...from, column }, to],
  ][handle];
  return { kind, points: moved ?? points };
}

/** The shape moved as a whole. */
export function moveShape({ kind, points }: MeasuredShape, by: ImagePoint): MeasuredShape {
  return {
    kind,
    points: points.map(({ row, column }) => ({ row: row + by.row, column: column + by.column })),
  };
}

const ellipseSteps = 72;

/** The line that is drawn: of an ellipse as a polygon of 72 corners, of the others through their points. */
export function outlineOf({ kind, points }: MeasuredShape): readonly ImagePoint[] {
  const [from, to] = points;
  if (kind !== "ellipse" || from === undefined || to === undefined) return points;
  const middle = { row: (from.row + to.row) / 2, column: (from.column + to.column) / 2 };
  return Array.from({ length: ellipseSteps }, (_, step) => {
    const angle = (2 * Math.PI * step) / ellipseSteps;
    return {
      row: middle.row + (Math.sin(angle) * (to.row - from.row)) / 2,
      column: middle.column + (Math.cos(angle) * (to.column - from.column)) / 2,
    };
  });
}

/** A shape that is kept, on a frame of a series. */
export interface Measurement extends MeasuredShape {
  id: string;
  seriesId: string;
  /** From 0. */
  frame: number;
  name: string;
  /** Milliseconds since 1970. */
  madeAt: number;
}

/** "Length 3": the kind's name with the first number that none of the others has. */
export function nextName(kind: MeasurementKind, others: readonly { name: string }[]): string {
  const taken = new Set(others.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = `${measurementNames[kind]} ${number}`;
    if (!taken.has(name)) return name;
  }
}
