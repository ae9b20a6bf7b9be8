import type { TrainingExample } from "./example";
import type { SeededRandom } from "../core/random";

/** How intensities are varied; probabilities and ranges, all applied to values scaled to 0..1. */
export interface IntensityJitter {
  /** The percentiles between which intensities are stretched, as on the model card. */
  percentiles: readonly [low: number, high: number];
  /** Exponent between 1/gamma and gamma. */
  gamma: number;
  /** Slope between 1/contrast and contrast, about the middle. */
  contrast: number;
  /** Added, either way. */
  brightness: number;
  /** Slope of each channel by itself, between 1/tint and tint. */
  tint: number;
  /** Probability that dark and bright change places. */
  inversion: number;
  /** Largest standard deviation of the noise added. */
  noise: number;
}

/** No variation: what the pipeline does with an image. */
export function plainIntensity(percentiles: readonly [number, number]): IntensityJitter {
  return { percentiles, gamma: 1, contrast: 1, brightness: 0, tint: 1, inversion: 0, noise: 0 };
}

/**
 * For each channel the network's input by stored 8-bit value: stretched between the frame's percentiles,
 * clipped to 0..1, then varied. A table costs 256 evaluations instead of one a pixel.
 */
export function intensityTables(
  example: TrainingExample,
  jitter: IntensityJitter,
  random: SeededRandom,
): Float32Array[] {
  const [low, high] = percentilesOf(example.pixels, jitter.percentiles);
  const width = Math.max(high - low, 1e-6);
  const exponent = random.scaleBetween(1 / jitter.gamma, jitter.gamma);
  const slope = random.scaleBetween(1 / jitter.contrast, jitter.contrast);
  const offset = random.between(-jitter.brightness, jitter.brightness);
  const isInverted = random.chance(jitter.inversion);
  return Array.from({ length: example.channels }, () => {
    const tint = random.scaleBetween(1 / jitter.tint, jitter.tint);
    return Float32Array.from({ length: 256 }, (_, stored) => {
      const scaled = Math.min(1, Math.max(0, (stored - low) / width));
      const varied = ((isInverted ? 1 - scaled : scaled) ** exponent - 0.5) * slope + 0.5 + offset;
      return varied * tint;
    });
  });
}

/**
 * Percentiles of all samples of an image, interpolated between ranks (the usual definition 7 of
 * Hyndman and Fan 1996, as in NumPy).
 */
export function percentilesOf(
  samples: Uint8Array,
  percentiles: readonly [low: number, high: number],
): [low: number, high: number] {
  const counts = new Uint32Array(256);
  for (const sample of samples) counts[sample]!++;
  const at = (percentile: number): number => {
    const rank = (percentile / 100) * (samples.length - 1);
    const below = valueAtRank(counts, Math.floor(rank));
    return below + (rank - Math.floor(rank)) * (valueAtRank(counts, Math.ceil(rank)) - below);
  };
  return [at(percentiles[0]), at(percentiles[1])];
}

function valueAtRank(counts: Uint32Array, rank: number): number {
  let passed = 0;
  for (let value = 0; value < 256; value++) {
    passed += counts[value]!;
    if (passed > rank) return value;
  }
  return 255;
}
