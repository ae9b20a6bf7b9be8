import type { Camera, Point } from "./view";

/** A point or direction in the patient's coordinates (LPS, millimetres; PS3.3 C.7.6.2.1.1). */
export type Vector = readonly [x: number, y: number, z: number];

/** Where a slice lies. Without position and orientation it lies nowhere in particular. */
export interface SliceGeometry {
  rows: number;
  columns: number;
  spacingMm?: readonly [row: number, column: number];
  pixelAspect?: readonly [row: number, column: number];
  position?: Vector;
  orientation?: readonly [number, number, number, number, number, number];
}

type Orientation = NonNullable<SliceGeometry["orientation"]>;

/** Along a row (increasing column), down a column (increasing row), and their cross product. */
export interface SliceAxes {
  row: Vector;
  column: Vector;
  normal: Vector;
}

export function sliceAxes(orientation: Orientation): SliceAxes {
  const [rx, ry, rz, cx, cy, cz] = orientation;
  const row: Vector = [rx, ry, rz];
  const column: Vector = [cx, cy, cz];
  return { row, column, normal: cross(row, column) };
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/**
 * Where an image point lies in the patient, in millimetres; undefined where the slice does not say.
 * @param point column and row, continuous: (0.5, 0.5) is the first pixel's centre, which ImagePositionPatient names
 * Source: PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1.
 */
export function imageToPatient(slice: SliceGeometry, point: Point): Vector | undefined {
  if (!slice.position || !slice.orientation || !slice.spacingMm) return undefined;
  const { row, column } = sliceAxes(slice.orientation);
  const alongRow = (point.x - 0.5) * slice.spacingMm[1];
  const downColumn = (point.y - 0.5) * slice.spacingMm[0];
  const [x, y, z] = slice.position;
  return [
    x + row[0] * alongRow + column[0] * downColumn,
    y + row[1] * alongRow + column[1] * downColumn,
    z + row[2] * alongRow + column[2] * downColumn,
  ];
}

/** The image point nearest to a place in the patient, and how far the place lies out of the slice's plane. */
export function patientToImage(
  slice: SliceGeometry,
  place: Vector,
): (Point & { distanceMm: number }) | undefined {
  if (!slice.position || !slice.orientation || !slice.spacingMm) return undefined;
  const { row, column, normal } = sliceAxes(slice.orientation);
  const [x, y, z] = slice.position;
  const from: Vector = [place[0] - x, place[1] - y, place[2] - z];
  return {
    x: dot(from, row) / slice.spacingMm[1] + 0.5,
    y: dot(from, column) / slice.spacingMm[0] + 0.5,
    distanceMm: dot(from, normal),
  };
}

/**
 * The slice nearest to a place in the patient, measured along each slice's normal.
 * @returns its index, or undefined where no slice says where it lies
 */
export function nearestSlice(slices: readonly SliceGeometry[], place: Vector): number | undefined {
  let nearest: number | undefined;
  let least = Infinity;
  slices.forEach((slice, index) => {
    const distance = patientToImage(slice, place)?.distanceMm;
    if (distance === undefined || Math.abs(distance) >= least) return;
    least = Math.abs(distance);
    nearest = index;
  });
  return nearest;
}

/** The middle of a slice in the patient. */
export function sliceCentre(slice: SliceGeometry): Vector | undefined {
  return imageToPatient(slice, { x: slice.columns / 2, y: slice.rows / 2 });
}

/** Slices closer than this lie at one place: a rounding of their positions, not a step. */
const samePlaceMm = 0.01;

/**
 * The slice that a series opens at: the first at its middle place. So a stack opens at its middle, a cine at its
 * first phase, and a cine of several places at the middle one's first phase.
 * @param slices in the order in which one scrolls; those that do not say where they lie count as one place
 * @returns an index, 0 for an empty series
 */
export function openingSlice(slices: readonly SliceGeometry[]): number {
  const places = slices.map(({ position, orientation }) =>
    position && orientation ? dot(position, sliceAxes(orientation).normal) : 0,
  );
  const firsts = [...places.keys()].filter(
    (index) => index === 0 || Math.abs(places[index]! - places[index - 1]!) > samePlaceMm,
  );
  return firsts[firsts.length >> 1] ?? 0;
}

/** Whether two slices are parallel within five degrees: only then does one slice's place choose the other's. */
export function areParallel(a: SliceGeometry, b: SliceGeometry): boolean {
  if (!a.orientation || !b.orientation) return false;
  const cosine = dot(sliceAxes(a.orientation).normal, sliceAxes(b.orientation).normal);
  return Math.abs(cosine) >= Math.cos((5 * Math.PI) / 180);
}

/** The letters at a viewport's four edges. */
export interface OrientationLetters {
  top: string;
  right: string;
  bottom: string;
  left: string;
}

/**
 * Which way the patient lies on the screen, after flip and rotation; undefined where the orientation is unknown.
 * The letters are those of Patient Orientation (PS3.3 C.7.6.1.1.1): L, P and H are the positive axes of the
 * coordinate system, and S and I are what radiology writes for its H and F.
 */
export function orientationLetters(
  orientation: Orientation | undefined,
  camera: Pick<Camera, "rotation" | "flipHorizontal" | "flipVertical">,
): OrientationLetters | undefined {
  if (!orientation) return undefined;
  const { row, column } = sliceAxes(orientation);
  const right = camera.flipHorizontal ? negate(row) : row;
  const down = camera.flipVertical ? negate(column) : column;
  const edges = [negate(down), right, down, negate(right)].map(directionLetters);
  const turns = camera.rotation / 90;
  const edge = (position: number): string => edges[(position - turns + 4) % 4] ?? "";
  return { top: edge(0), right: edge(1), bottom: edge(2), left: edge(3) };
}

function negate(vector: Vector): Vector {
  return [-vector[0], -vector[1], -vector[2]];
}

const axisLetters = [
  ["L", "R"],
  ["P", "A"],
  ["S", "I"],
] as const;

/** A direction's components of at least a quarter (75 degrees off the axis are not worth a letter), largest first. */
function directionLetters(direction: Vector): string {
  return axisLetters
    .map(([positive, negative], axis) => {
      const component = direction[axis] ?? 0;
      return { letter: component >= 0 ? positive : negative, size: Math.abs(component) };
    })
    .filter(({ size }) => size >= 0.25)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join("");
}

/** A slice's place along its normal, in millimetres; `towards` is the letter of the side where it lies. */
export interface SliceLocation {
  millimetres: number;
  /** Present where the normal follows one of the patient's axes within 20 degrees. */
  towards?: string;
}

/** How far a slice lies from the origin of the patient's coordinates; undefined where it does not say. */
export function sliceLocation({ position, orientation }: SliceGeometry): SliceLocation | undefined {
  if (!position || !orientation) return undefined;
  const { normal } = sliceAxes(orientation);
  const distance = dot(position, normal);
  const axis = normal.findIndex((component) => Math.abs(component) >= Math.cos((20 * Math.PI) / 180));
  const letters = axisLetters[axis];
  if (!letters) return { millimetres: distance };
  const along = distance * Math.sign(normal[axis] ?? 1);
  return { millimetres: Math.abs(along), towards: along >= 0 ? letters[0] : letters[1] };
}
