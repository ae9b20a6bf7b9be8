import type { LabelMap } from "../mask/label-map";

/** The image's values within a segment, in the unit of the modality LUT. */
export interface IntensityStatistics {
  mean: number;
  /** Of all pixels: the sum of squares is divided by their number. */
  standardDeviation: number;
  minimum: number;
  maximum: number;
}

/** Pixels and values of each segment, gathered frame by frame. */
export class SegmentStatistics {
  readonly #pixels = new Float64Array(256);
  readonly #areaMm2 = new Float64Array(256);
  readonly #mean = new Float64Array(256);
  readonly #squares = new Float64Array(256);
  readonly #finite = new Float64Array(256);
  readonly #minimum = new Float64Array(256).fill(Infinity);
  readonly #maximum = new Float64Array(256).fill(-Infinity);

  /**
   * @param values       rows x columns, in the modality LUT's unit; absent for colour. What is not finite is left out
   * @param pixelAreaMm2 absent where the spacing is unknown
   */
  add(labelMap: LabelMap, values?: ArrayLike<number>, pixelAreaMm2 = 0): void {
    labelMap.values.forEach((segment, pixel) => {
      if (segment === 0) return;
      this.#pixels[segment]!++;
      this.#areaMm2[segment]! += pixelAreaMm2;
      const value = values?.[pixel];
      if (value === undefined || !Number.isFinite(value)) return;
      // Welford 1962: exact where values are large and differ little.
      const count = ++this.#finite[segment]!;
      const before = value - this.#mean[segment]!;
      this.#mean[segment]! += before / count;
      this.#squares[segment]! += before * (value - this.#mean[segment]!);
      if (value < this.#minimum[segment]!) this.#minimum[segment] = value;
      if (value > this.#maximum[segment]!) this.#maximum[segment] = value;
    });
  }

  pixels(segment: number): number {
    return this.#pixels[segment]!;
  }

  /** 0 where the spacing was unknown. */
  areaMm2(segment: number): number {
    return this.#areaMm2[segment]!;
  }

  /** Undefined where the segment has no pixel with a value. */
  intensity(segment: number): IntensityStatistics | undefined {
    const count = this.#finite[segment]!;
    if (count === 0) return undefined;
    return {
      mean: this.#mean[segment]!,
      standardDeviation: Math.sqrt(this.#squares[segment]! / count),
      minimum: this.#minimum[segment]!,
      maximum: this.#maximum[segment]!,
    };
  }
}
