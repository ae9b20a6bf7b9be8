import { modalityValue } from "./display";
import type { Frame } from "./frame";

/** A frame's samples with a range in their own unit, so that no pixel has to be converted to be compared. */
export interface SampleRange {
  /** One a pixel. */
  samples: ArrayLike<number>;
  low: number;
  high: number;
}

const converted = new WeakMap<Frame, Float32Array>();

/** Whether a pixel's value is its stored one but for slope and intercept. */
function isLinear({ samplesPerPixel, meaning }: Frame): boolean {
  return samplesPerPixel === 1 && meaning.modalityLut === undefined && meaning.palette === undefined;
}

/**
 * A range of values as a person reads them (HU for CT), laid on the frame's stored samples.
 * Colour is compared by its luma (ITU-R BT.601), palette colour by that of its entries.
 */
export function sampleRange(frame: Frame, low: number, high: number): SampleRange {
  if (!isLinear(frame)) return { samples: samplesOf(frame), low, high };
  const { rescaleSlope, rescaleIntercept } = frame.meaning;
  const ends = [low, high].map((value) => (value - rescaleIntercept) / rescaleSlope) as [number, number];
  return { samples: frame.pixels, low: Math.min(...ends), high: Math.max(...ends) };
}

/** The value of one pixel as a person reads it, as `sampleRange` compares it. */
export function valueAt(frame: Frame, at: number): number {
  return isLinear(frame) ? modalityValue(frame.meaning, frame.pixels[at]!) : samplesOf(frame)[at]!;
}

function samplesOf(frame: Frame): Float32Array {
  let samples = converted.get(frame);
  if (!samples) converted.set(frame, (samples = convert(frame)));
  return samples;
}

function convert({ rows, columns, pixels, samplesPerPixel, meaning }: Frame): Float32Array {
  const { palette } = meaning;
  const samples = new Float32Array(rows * columns);
  for (let at = 0; at < samples.length; at++) {
    if (samplesPerPixel === 3) samples[at] = luma(pixels[at * 3]!, pixels[at * 3 + 1]!, pixels[at * 3 + 2]!);
    else if (palette) {
      const entry = Math.min(palette.red.length - 1, Math.max(0, pixels[at]! - palette.firstValue));
      samples[at] = luma(palette.red[entry]!, palette.green[entry]!, palette.blue[entry]!);
    } else samples[at] = modalityValue(meaning, pixels[at]!);
  }
  return samples;
}

function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
