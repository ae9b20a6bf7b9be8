import type { Frame, LookupTable, PixelArray, PixelMeaning, Window } from "./frame";

/**
 * From stored values to the screen. Values of up to 16 bits go through one table with an entry for each of the
 * 65536 bit patterns, so a picture costs one load and one store a pixel, whatever its window function.
 */

/** What the viewer chose beyond the window itself. */
export interface DisplayOptions {
  window: Window;
  /** Exchanges black and white; MONOCHROME1 is exchanged already. */
  invert: boolean;
  /** The window is the file's own, so the file's VOI LUT or function applies instead of a line. */
  fromFile: boolean;
}

/** The value that a person reads (HU for CT) of one stored value. Source: PS3.3 C.11.1. */
export function modalityValue(meaning: PixelMeaning, stored: number): number {
  return meaning.modalityLut
    ? lookUp(meaning.modalityLut, stored)
    : stored * meaning.rescaleSlope + meaning.rescaleIntercept;
}

function lookUp(table: LookupTable, value: number): number {
  const index = Math.min(table.entries.length - 1, Math.max(0, Math.round(value) - table.firstValue));
  return table.entries[index] ?? 0;
}

/** Whether stored values are colours already, so that no window applies unless the viewer drags one. */
export function isColour(frame: Pick<Frame, "samplesPerPixel" | "meaning">): boolean {
  return frame.samplesPerPixel === 3 || frame.meaning.palette !== undefined;
}

/** All values of a colour channel: the window that changes nothing. */
export function colourWindow(meaning: PixelMeaning): Window {
  const most = 2 ** meaning.bitsStored - 1;
  return { center: (most + 1) / 2, width: most + 1 };
}

/** Maps a modality value to 0..255. */
type GreyFunction = (value: number) => number;

function greyFunction(meaning: PixelMeaning, options: DisplayOptions): GreyFunction {
  const { center, width } = options.window;
  if (options.fromFile && meaning.voiLut && meaning.windows.length === 0) {
    const table = meaning.voiLut;
    const scale = 255 / (2 ** table.bitsPerEntry - 1);
    return (value) => lookUp(table, value) * scale;
  }
  if (options.fromFile && meaning.voiFunction === "SIGMOID")
    return (value) => 255 / (1 + Math.exp((-4 * (value - center)) / width));
  // PS3.3 C.11.2.1.2.1: LINEAR is made for integers, and so that a width of 1 is a threshold; narrower
  // windows, which only floating-point data need, are LINEAR_EXACT (C.11.2.1.3.2).
  if (meaning.voiFunction === "LINEAR_EXACT" || width < 1)
    return (value) => ((value - center) / width + 0.5) * 255;
  if (width === 1) return (value) => (value <= center - 0.5 ? 0 : 255);
  return (value) => ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
}

/** Clamps and rounds as a Uint8ClampedArray does, padding first. */
function shadeOf(grey: number, inverted: boolean): number {
  const clamped = grey <= 0 ? 0 : grey >= 255 ? 255 : Math.round(grey);
  return inverted ? 255 - clamped : clamped;
}

const opaque = 0xff000000;

/** Little-endian RGBA of a grey, as a Uint32Array over ImageData wants it. */
function greyPixel(shade: number): number {
  return (opaque | (shade << 16) | (shade << 8) | shade) >>> 0;
}

function isInverted(meaning: PixelMeaning, invert: boolean): boolean {
  return (meaning.photometricInterpretation === "MONOCHROME1") !== invert;
}

/** The range of stored values in a frame, so that a table is computed no further than it is read. */
export function storedRange(pixels: PixelArray): [least: number, most: number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

/**
 * Pixels by the lower 16 bits of the stored value, which tells signed values apart as well.
 * @param range least and most stored value; entries outside stay as they are
 * @param table 65536 entries, overwritten
 */
export function fillGreyTable(
  meaning: PixelMeaning,
  options: DisplayOptions,
  { range, table }: { range: readonly [number, number]; table: Uint32Array },
): void {
  const grey = greyFunction(meaning, options);
  const inverted = isInverted(meaning, options.invert);
  const { padding } = meaning;
  for (let stored = range[0]; stored <= range[1]; stored++) {
    const padded = padding !== undefined && stored >= padding.low && stored <= padding.high;
    // Padding is no part of the picture: black, like what lies around it, also where the picture is inverted.
    table[stored & 0xffff] = padded
      ? opaque
      : greyPixel(shadeOf(grey(modalityValue(meaning, stored)), inverted));
  }
}

const sharedTable = new Uint32Array(65536);

/**
 * Draws a frame into RGBA pixels.
 * @param range of the stored values, see storedRange
 * @param target rows x columns, over the memory of an ImageData; overwritten
 */
export function paintFrame(
  frame: Frame,
  options: DisplayOptions,
  { range, target }: { range: readonly [number, number]; target: Uint32Array },
): void {
  const { pixels, meaning } = frame;
  if (frame.samplesPerPixel === 3) paintRgb(frame, options, target);
  else if (meaning.palette) paintPalette(frame, options, target);
  else if (pixels.BYTES_PER_ELEMENT > 2) paintWide(frame, options, target);
  else paintByTable(frame, options, { range, target });
}

function paintByTable(
  { pixels, meaning }: Frame,
  options: DisplayOptions,
  { range, target }: { range: readonly [number, number]; target: Uint32Array },
): void {
  fillGreyTable(meaning, options, { range, table: sharedTable });
  for (let i = 0; i < target.length; i++) target[i] = sharedTable[pixels[i]! & 0xffff]!;
}

/** 32-bit integers and floats: no table can hold them, so each pixel is computed. */
function paintWide({ pixels, meaning }: Frame, options: DisplayOptions, target: Uint32Array): void {
  const grey = greyFunction(meaning, options);
  const inverted = isInverted(meaning, options.invert);
  const low = meaning.padding?.low ?? NaN;
  const high = meaning.padding?.high ?? NaN;
  for (let i = 0; i < target.length; i++) {
    const stored = pixels[i]!;
    const outside = (stored >= low && stored <= high) || Number.isNaN(stored);
    target[i] = outside ? opaque : greyPixel(shadeOf(grey(modalityValue(meaning, stored)), inverted));
  }
}

function paintRgb({ pixels, meaning }: Frame, options: DisplayOptions, target: Uint32Array): void {
  const most = 2 ** meaning.bitsStored - 1;
  const { center, width } = options.window;
  const shades = new Uint8Array(most + 1);
  for (let value = 0; value <= most; value++)
    shades[value] = shadeOf(((value - center) / (width - 1) + 0.5) * 255, options.invert);
  for (let i = 0, at = 0; i < target.length; i++, at += 3) {
    const red = shades[pixels[at]!]!;
    const green = shades[pixels[at + 1]!]!;
    const blue = shades[pixels[at + 2]!]!;
    target[i] = (opaque | (blue << 16) | (green << 8) | red) >>> 0;
  }
}

/** Palettes carry their own colours; only inverting applies. */
function paintPalette({ pixels, meaning }: Frame, options: DisplayOptions, target: Uint32Array): void {
  const palette = meaning.palette!;
  const last = palette.red.length - 1;
  const colours = new Uint32Array(palette.red.length);
  const flip = options.invert ? 0xffffff : 0;
  for (let i = 0; i <= last; i++) {
    const colour = (palette.blue[i]! << 16) | (palette.green[i]! << 8) | palette.red[i]!;
    colours[i] = (opaque | (colour ^ flip)) >>> 0;
  }
  for (let i = 0; i < target.length; i++)
    target[i] = colours[Math.min(last, Math.max(0, pixels[i]! - palette.firstValue))]!;
}

/**
 * A window from the picture itself: the 1st to the 99th percentile of what is not padding, so that a few metal or
 * empty pixels do not decide. Every fourth row and column are enough for that on a large picture.
 */
export function autoWindow(frame: Frame): Window {
  const { pixels, meaning } = frame;
  if (isColour(frame)) return colourWindow(meaning);
  const step = Math.max(1, Math.floor(Math.sqrt(pixels.length / 65536)));
  const values: number[] = [];
  for (let row = 0; row < frame.rows; row += step) {
    for (let column = 0; column < frame.columns; column += step) {
      const stored = pixels[row * frame.columns + column]!;
      const { padding } = meaning;
      if (!Number.isFinite(stored) || (padding && stored >= padding.low && stored <= padding.high)) continue;
      values.push(modalityValue(meaning, stored));
    }
  }
  if (values.length === 0) return { center: 0, width: 1 };
  const sorted = Float64Array.from(values).sort();
  const low = sorted[Math.floor((sorted.length - 1) * 0.01)]!;
  const high = sorted[Math.ceil((sorted.length - 1) * 0.99)]!;
  const isInteger = pixels.constructor !== Float32Array && pixels.constructor !== Float64Array;
  // LINEAR maps a window of width w onto w integers, so both ends are inside (C.11.2.1.2.1).
  const width = high > low ? high - low + (isInteger ? 1 : 0) : 1;
  return { center: low + (high - low) / 2 + (isInteger ? 0.5 : 0), width };
}
