import type { LabelMap } from "./label-map";
import { type Ring, traceOutlines } from "./outline";

/**
 * The border of each segment as closed polygons that need no second one to be understood: a hole is joined to the
 * polygon around it by a way that is gone there and back along the cracks (the keyhole of PS3.3 C.8.8.6.3). Corners
 * are those of pixels, so each pixel centre lies half a pixel away from every border.
 * @returns polygons by segment value, in image coordinates: x, y alternating, closed without repeating the first
 */
export function contoursOf(labelMap: LabelMap): Map<number, Ring[]> {
  const contours = new Map<number, Ring[]>();
  for (const [value, rings] of traceOutlines(labelMap)) contours.set(value, joinHoles(rings, labelMap));
  return contours;
}

/** Corners of all rings of a segment, linked: joining two rings is then a matter of four links. */
class LinkedRings {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly next: number[] = [];
  /** By crack between two pixels of a row: the corner at which the border along it begins, plus 1. */
  readonly #startAt: Int32Array;

  constructor(private readonly grid: LabelMap) {
    this.#startAt = new Int32Array(grid.rows * (grid.columns + 1));
  }

  /** @returns the first corner */
  addRing(ring: Ring): number {
    const first = this.x.length;
    const count = ring.length / 2;
    for (let corner = 0; corner < count; corner++) {
      this.x.push(ring[2 * corner]!);
      this.y.push(ring[2 * corner + 1]!);
      this.next.push(first + ((corner + 1) % count));
    }
    for (let corner = first; corner < first + count; corner++) this.#enterBorder(corner);
    return first;
  }

  /** The corner at which the border begins that runs along the crack left of a pixel; undefined where none does. */
  borderAt(row: number, column: number): number | undefined {
    const start = this.#startAt[row * (this.grid.columns + 1) + column]!;
    return start === 0 ? undefined : start - 1;
  }

  /** Leads the ring of a border to a corner of another ring, around that ring, and the same way back. */
  join(border: number, at: { x: number; y: number }, corner: number): void {
    const end = this.next[border]!;
    const arrival = this.#add(at);
    const departure = this.#add(at);
    const back = this.#add({ x: this.x[corner]!, y: this.y[corner]! });
    let last = corner;
    while (this.next[last] !== corner) last = this.next[last]!;
    this.next[border] = arrival;
    this.next[arrival] = corner;
    this.next[last] = back;
    this.next[back] = departure;
    this.next[departure] = end;
    // What is left of the border begins at other corners now.
    this.#enterBorder(border);
    this.#enterBorder(departure);
  }

  /** Follows the links; corners that follow each other at one place are one. */
  cornersFrom(first: number): Ring {
    const corners: number[] = [];
    let at = first;
    do {
      const x = this.x[at]!;
      const y = this.y[at]!;
      if (corners.at(-2) !== x || corners.at(-1) !== y) corners.push(x, y);
      at = this.next[at]!;
    } while (at !== first);
    if (corners.at(-2) === corners[0] && corners.at(-1) === corners[1]) corners.length -= 2;
    return Int32Array.from(corners);
  }

  #add({ x, y }: { x: number; y: number }): number {
    this.x.push(x);
    this.y.push(y);
    this.next.push(-1);
    return this.x.length - 1;
  }

  #enterBorder(corner: number): void {
    const x = this.x[corner]!;
    const end = this.next[corner]!;
    if (this.x[end] !== x) return;
    const top = Math.min(this.y[corner]!, this.y[end]!);
    const bottom = Math.max(this.y[corner]!, this.y[end]!);
    for (let row = top; row < bottom; row++) this.#startAt[row * (this.grid.columns + 1) + x] = corner + 1;
  }
}

function joinHoles(rings: readonly Ring[], grid: LabelMap): Ring[] {
  const holes = rings.filter(isHole);
  if (holes.length === 0) return [...rings];
  const linked = new LinkedRings(grid);
  const outer = rings.filter((ring) => !isHole(ring)).map((ring) => linked.addRing(ring));
  // From left to right: what lies left of a hole is then part of the polygon around it already.
  const starts = holes
    .map((hole) => ({ first: linked.addRing(hole), corner: leftmostTopCorner(hole) }))
    .sort((a, b) => a.corner.x - b.corner.x);
  for (const { first, corner } of starts) {
    // The pixels left of the hole are inside, up to the first border.
    let column = corner.x - 1;
    let border = linked.borderAt(corner.y, column);
    while (border === undefined) border = linked.borderAt(corner.y, --column);
    linked.join(border, { x: column, y: corner.y }, first + corner.index);
  }
  return outer.map((first) => linked.cornersFrom(first));
}

/** The area that a ring goes round, signed: outlines keep the region on their right hand, holes the other way. */
function isHole(ring: Ring): boolean {
  let doubled = 0;
  const last = ring.length - 2;
  for (let i = 0; i <= last; i += 2) {
    const next = i === last ? 0 : i + 2;
    doubled += ring[i]! * ring[next + 1]! - ring[next]! * ring[i + 1]!;
  }
  return doubled < 0;
}

function leftmostTopCorner(ring: Ring): { x: number; y: number; index: number } {
  let best = 0;
  for (let i = 2; i < ring.length; i += 2) {
    if (ring[i]! < ring[best]! || (ring[i] === ring[best] && ring[i + 1]! < ring[best + 1]!)) best = i;
  }
  return { x: ring[best]!, y: ring[best + 1]!, index: best / 2 };
}
