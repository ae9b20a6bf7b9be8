import { mapPoint, type Point } from "../../core/image/view";
import type { ImagePoint } from "../../core/mask/paint";
import { handlesOf, isRegion, type MeasuredShape, outlineOf } from "../../core/measure/measurement";
import type { MeasurementView } from "../../host/contract";
import type { Placement } from "../viewport/painting";

/** CSS pixels within which a press takes hold. */
const handleReach = 8;
const lineReach = 5;

/** What a press takes hold of: one handle, or the whole. */
export interface Grip {
  measurement: MeasurementView;
  handle?: number;
}

export const onScreen = ({ row, column }: ImagePoint, { transform }: Placement): Point =>
  mapPoint(transform, { x: column, y: row });

/** The measurement under a place on the screen; the one that is chosen comes first, then those that were made last. */
export function gripAt(
  place: Point,
  measurements: readonly MeasurementView[],
  { placement, selectedId }: { placement: Placement; selectedId: string | undefined },
): Grip | undefined {
  const order = [...measurements].reverse();
  order.sort((a, b) => Number(b.id === selectedId) - Number(a.id === selectedId));
  for (const measurement of order) {
    const handle = handlesOf(measurement).findIndex(
      (point) => distance(onScreen(point, placement), place) <= handleReach,
    );
    if (handle >= 0) return { measurement, handle };
  }
  const measurement = order.find((each) => isOnLine(place, each, placement));
  return measurement && { measurement };
}

function isOnLine(place: Point, shape: MeasuredShape, placement: Placement): boolean {
  const line = outlineOf(shape).map((point) => onScreen(point, placement));
  const from = isRegion(shape) ? [line.at(-1)!, ...line] : line;
  return from.some(
    (start, at) => at + 1 < from.length && distanceToSide(place, start, from[at + 1]!) <= lineReach,
  );
}

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function distanceToSide(place: Point, start: Point, end: Point): number {
  const [x, y] = [end.x - start.x, end.y - start.y];
  const long = x * x + y * y;
  const part = long === 0 ? 0 : ((place.x - start.x) * x + (place.y - start.y) * y) / long;
  const along = Math.min(1, Math.max(0, part));
  return distance(place, { x: start.x + along * x, y: start.y + along * y });
}
