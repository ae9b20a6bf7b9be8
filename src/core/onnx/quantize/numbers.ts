import type { ValueRange } from "./histogram";

/** How real numbers are kept as 8-bit ones: real = (whole - zeroPoint) x scale. */
export interface Quantization {
  scale: number;
  /** 0..255. */
  zeroPoint: number;
}

/**
 * The finest steps with which unsigned 8-bit numbers cover a range that includes zero; zero itself is kept exactly, as
 * padding and ReLU make many of them (Jacob et al. 2018, section 3).
 */
export function quantizationOf({ low, high }: ValueRange): Quantization {
  const scale = Math.fround((high - low) / 255);
  // A value that is zero everywhere, or as good as.
  if (!(scale > 2 ** -100)) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}

/** Weights as signed whole numbers, each output channel with a scale of its own and zero at 0. */
export interface QuantizedWeights {
  values: Int8Array;
  /** One a channel. */
  scales: Float32Array;
}

/**
 * The largest weight. 7 bits instead of 8: pairs of products then fit the 16 bits in which processors without VNNI add them
 * up (255 x 64 x 2 < 2^15), so that every processor gives the same masks.
 */
const largestWeight = 64;

/**
 * Quantises weights channel by channel.
 * @param values output channels x the rest
 * @param leastScale of each channel
 */
export function quantizeWeights(
  values: Float32Array,
  channels: number,
  leastScale: (channel: number) => number = () => 0,
): QuantizedWeights {
  const perChannel = values.length / channels;
  const quantized: QuantizedWeights = {
    values: new Int8Array(values.length),
    scales: new Float32Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * perChannel;
    let largest = 0;
    for (let i = start; i < start + perChannel; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = Math.fround(Math.max(largest / largestWeight, leastScale(channel), 2 ** -100));
    quantized.scales[channel] = scale;
    for (let i = start; i < start + perChannel; i++) {
      const whole = Math.round(values[i]! / scale);
      quantized.values[i] = Math.min(largestWeight, Math.max(-largestWeight, whole));
    }
  }
  return quantized;
}
