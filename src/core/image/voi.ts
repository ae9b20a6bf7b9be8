import type { Frame, LookupTable, PixelArray, PixelMeaning, Window } from "./frame";

/** The entry of a table for an input; inputs beyond its ends take the first or last (PS3.3 C.11.1.1). */
function tableEntry(table: LookupTable, value: number): number {
  const index = Math.trunc(value) - table.firstValue;
  return table.entries[Math.min(table.entries.length - 1, Math.max(0, index))] ?? 0;
}

/**
 * The modality transform (PS3.3 C.11.1): stored values to the units that a person reads, HU for CT.
 * @returns a new array as long as `pixels`; padding is transformed like any other value
 */
export function modalityValues({
  pixels,
  meaning,
}: {
  pixels: PixelArray;
  meaning: PixelMeaning;
}): Float32Array {
  const { modalityLut, rescaleSlope, rescaleIntercept } = meaning;
  const values = new Float32Array(pixels.length);
  if (modalityLut !== undefined) {
    for (let i = 0; i < values.length; i++) values[i] = tableEntry(modalityLut, pixels[i]!);
  } else if (rescaleSlope === 1 && rescaleIntercept === 0) {
    values.set(pixels);
  } else {
    for (let i = 0; i < values.length; i++) values[i] = pixels[i]! * rescaleSlope + rescaleIntercept;
  }
  return values;
}

/**
 * The VOI transform of one value to 0..1 (PS3.3 C.11.2.1.2 and C.11.2.1.3).
 * @throws nothing: a width under 1 (LINEAR) or of 0 is a step at the centre, as the formulas' limits are
 */
export function voiTransform(
  window: Window,
  voiFunction: PixelMeaning["voiFunction"],
): (value: number) => number {
  const { center, width } = window;
  const clamp = (y: number) => (y < 0 ? 0 : y > 1 ? 1 : y);
  if (voiFunction === "SIGMOID") return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (voiFunction === "LINEAR_EXACT") return (value) => clamp((value - center) / width + 0.5);
  if (width <= 1) return (value) => (value > center - 0.5 ? 1 : 0);
  return (value) => clamp((value - (center - 0.5)) / (width - 1) + 0.5);
}

/** The range of a frame's finite values that are no padding, as the window from its lowest to its highest. */
function fullWindow(values: Float32Array, { pixels, meaning: { padding } }: Frame): Window {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (padding !== undefined && pixels[i]! >= padding.low && pixels[i]! <= padding.high) continue;
    if (value < low) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  return high > low ? { center: (low + high) / 2, width: high - low } : { center: 0, width: 1 };
}

/** Values to 0..1 as the file wants them shown: its VOI table, its first window, or its whole range. */
function fileTransform(frame: Frame, values: Float32Array): (value: number) => number {
  const { voiLut, windows, voiFunction, bitsStored, rescaleSlope } = frame.meaning;
  if (voiLut !== undefined) {
    const white = 2 ** voiLut.bitsPerEntry - 1;
    return (value) => tableEntry(voiLut, value) / white;
  }
  const [window] = windows;
  if (window !== undefined) return voiTransform(window, voiFunction);
  // Pictures of 8 bits are shown as they are; wider ones fill their range hardly ever.
  const isByte = bitsStored === 8 && rescaleSlope === 1 && frame.pixels instanceof Uint8Array;
  const range = isByte ? { center: 127.5, width: 255 } : fullWindow(values, frame);
  return voiTransform(range, "LINEAR_EXACT");
}

/**
 * What a grey frame looks like on a screen under its own window: 0 is black, 255 is white, whatever the
 * photometric interpretation. Padding is black.
 * @returns rows x columns
 */
export function displayValues(frame: Frame): Uint8Array {
  const { padding, photometricInterpretation } = frame.meaning;
  const values = modalityValues(frame);
  const transform = fileTransform(frame, values);
  const inverted = photometricInterpretation === "MONOCHROME1";
  const shown = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const stored = frame.pixels[i]!;
    if (padding !== undefined && stored >= padding.low && stored <= padding.high) continue;
    const brightness = transform(values[i]!);
    shown[i] = Math.round(255 * (inverted ? 1 - brightness : brightness));
  }
  return shown;
}
