import { interpolateInferno } from "d3-scale-chromatic";
import { pixelOf } from "./painting";

/**
 * The most that readers can be divided, in bits: log2 of how many different values so many readers can give.
 * @param values how many values there are, background among them
 */
export function mostEntropy(readers: number, values: number): number {
  return Math.log2(Math.max(2, Math.min(readers, values)));
}

/**
 * The colour of a share of the scale, 0..1: inferno (van der Walt & Smith 2015), perceptually uniform and rising in
 * lightness, so that it reads in grey and to colour-blind eyes. `#rrggbb`.
 */
export const heatColour: (share: number) => string = interpolateInferno;

const steps = 256;
/** Little-endian RGBA by step; the first, where all agree, is transparent. */
const palette = Uint32Array.from({ length: steps }, (_, step) =>
  step === 0 ? 0 : pixelOf(heatColour(step / (steps - 1))),
);

/**
 * Paints entropies as heat into RGBA pixels, transparent where they are 0.
 * @param entropy bits, one a pixel
 * @param most    bits at the upper end of the scale; what is above has its colour
 */
export function paintHeat(entropy: Float32Array, most: number, pixels: Uint32Array): void {
  for (let at = 0; at < entropy.length; at++) {
    const bits = entropy[at]!;
    // However little the readers are divided, it shows.
    const step = Math.max(1, Math.min(steps - 1, Math.round((bits / most) * (steps - 1))));
    pixels[at] = bits > 0 ? palette[step]! : 0;
  }
}
