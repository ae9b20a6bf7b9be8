import FlatQueue from "flatqueue";

/** An image on which a border is to be followed. */
export interface WireImage {
  rows: number;
  columns: number;
  /** One value a pixel. */
  samples: ArrayLike<number>;
}

/** Weights of the local cost, as published: zero crossing of the Laplacian, gradient magnitude, gradient direction. */
const weights = { laplacian: 0.43, magnitude: 0.43, direction: 0.14 } as const;

interface Features {
  /** 0 where the Laplacian changes its sign, 1 elsewhere. */
  laplacian: Uint8Array;
  /** 1 less the gradient's magnitude as a share of the largest. */
  magnitude: Float32Array;
  /** Unit vectors across the gradient: along the border. */
  alongX: Float32Array;
  alongY: Float32Array;
}

/**
 * Intelligent scissors: the cheapest way along borders from an anchor to wherever the pointer is. Mortensen &
 * Barrett, "Intelligent Scissors for Image Composition", SIGGRAPH 1995: local costs of section 3.1 with the published
 * weights, Dijkstra's search of section 3.2 over 8-neighbours. The gradient is Sobel's.
 *
 *     const wire = new LiveWire(image);
 *     wire.anchor(fromPixel);        // once a click
 *     const way = wire.pathTo(pixel) // on every move
 */
export class LiveWire {
  private readonly features: Features;
  private readonly cost: Float32Array;
  private readonly previous: Int32Array;
  private readonly isSettled: Uint8Array;
  /** Pixels by cost. One may be in it more than once: the cheapest comes first, the others are passed over. */
  private readonly queue = new FlatQueue<number>();
  private anchorPixel: number | undefined;

  constructor(private readonly image: WireImage) {
    this.features = featuresOf(image);
    const size = image.rows * image.columns;
    this.cost = new Float32Array(size);
    this.previous = new Int32Array(size);
    this.isSettled = new Uint8Array(size);
  }

  /** Begins anew from a pixel, given by its index (row x columns + column). */
  anchor(pixel: number): void {
    this.anchorPixel = pixel;
    this.cost.fill(Infinity);
    this.previous.fill(-1);
    this.isSettled.fill(0);
    this.queue.clear();
    this.cost[pixel] = 0;
    this.queue.push(pixel, 0);
  }

  /**
   * The pixels of the cheapest way from the anchor to this pixel, both included. The search goes only as far as it
   * must and is kept: the next pixel costs what was not searched yet.
   */
  pathTo(pixel: number): number[] {
    if (this.anchorPixel === undefined) return [];
    this.searchUntil(pixel);
    const path: number[] = [];
    for (let at = pixel; at >= 0; at = this.previous[at]!) path.push(at);
    return path.reverse();
  }

  private searchUntil(target: number): void {
    const { rows, columns } = this.image;
    while (this.isSettled[target] === 0) {
      const pixel = this.queue.pop();
      if (pixel === undefined) return;
      if (this.isSettled[pixel] === 1) continue;
      this.isSettled[pixel] = 1;
      const row = Math.floor(pixel / columns);
      const column = pixel % columns;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const next = y * columns + x;
          if (this.isSettled[next] === 1) continue;
          const cost = this.cost[pixel]! + this.linkCost(pixel, next);
          if (cost >= this.cost[next]!) continue;
          this.cost[next] = cost;
          this.previous[next] = pixel;
          this.queue.push(next, cost);
        }
      }
    }
  }

  /** Local cost of stepping from one pixel to a neighbour (equation 1), longer for a diagonal step. */
  private linkCost(from: number, to: number): number {
    const { laplacian, magnitude, alongX, alongY } = this.features;
    const { columns } = this.image;
    const stepY = Math.floor(to / columns) - Math.floor(from / columns);
    const stepX = (to % columns) - (from % columns);
    const length = Math.hypot(stepX, stepY);
    const linkX = stepX / length;
    const linkY = stepY / length;
    let atFrom = alongX[from]! * linkX + alongY[from]! * linkY;
    // Equation 4: the link is turned so that it runs with the border at its start.
    const sign = atFrom >= 0 ? 1 : -1;
    atFrom *= sign;
    const atTo = (alongX[to]! * linkX + alongY[to]! * linkY) * sign;
    const clampedTo = Math.min(1, Math.max(-1, atTo));
    const direction = (Math.acos(Math.min(1, atFrom)) + Math.acos(clampedTo)) * (2 / (3 * Math.PI));
    return (
      (weights.laplacian * laplacian[to]! +
        weights.magnitude * magnitude[to]! +
        weights.direction * Math.min(1, direction)) *
      length
    );
  }
}

function featuresOf({ rows, columns, samples }: WireImage): Features {
  const size = rows * columns;
  const alongX = new Float32Array(size);
  const alongY = new Float32Array(size);
  const magnitude = new Float32Array(size);
  const curvature = new Float32Array(size);
  const sampleAt = (row: number, column: number): number =>
    samples[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))]!;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const nw = sampleAt(row - 1, column - 1);
      const n = sampleAt(row - 1, column);
      const ne = sampleAt(row - 1, column + 1);
      const sw = sampleAt(row + 1, column - 1);
      const s = sampleAt(row + 1, column);
      const se = sampleAt(row + 1, column + 1);
      const w = sampleAt(row, column - 1);
      const e = sampleAt(row, column + 1);
      const x = ne + 2 * e + se - nw - 2 * w - sw;
      const y = sw + 2 * s + se - nw - 2 * n - ne;
      const length = Math.hypot(x, y);
      magnitude[at] = length;
      largest = Math.max(largest, length);
      if (length > 0) {
        alongX[at] = y / length;
        alongY[at] = -x / length;
      }
      curvature[at] = n + s + e + w - 4 * sampleAt(row, column);
    }
  }
  for (let at = 0; at < size; at++) magnitude[at] = largest === 0 ? 1 : 1 - magnitude[at]! / largest;
  return { laplacian: zeroCrossings(curvature, { rows, columns }), magnitude, alongX, alongY };
}

/** 0 at pixels whose Laplacian is 0 on a slope, or nearer to 0 than a neighbour's of the other sign; 1 elsewhere. */
function zeroCrossings(
  curvature: Float32Array,
  { rows, columns }: { rows: number; columns: number },
): Uint8Array {
  const crossings = new Uint8Array(curvature.length).fill(1);
  const compare = (a: number, b: number) => {
    if (curvature[a]! * curvature[b]! >= 0) return;
    crossings[Math.abs(curvature[a]!) <= Math.abs(curvature[b]!) ? a : b] = 0;
  };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (column + 1 < columns) compare(at, at + 1);
      if (row + 1 < rows) compare(at, at + columns);
    }
  }
  return crossings;
}
