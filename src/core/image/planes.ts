import type { IntensityRule } from "../model-card";
import type { Frame } from "./frame";
import type { GridSize } from "./resample";
import { displayValues, modalityValues } from "./voi";

/** A picture as the pipeline works on it: one plane of floats a channel. */
export interface Planes extends GridSize {
  channels: 1 | 3;
  /** channels x rows x columns. */
  values: Float32Array;
  /** rows x columns, non-zero where the file has padding instead of a picture; absent where it has none. */
  outside?: Uint8Array;
}

/** Red, green and blue of a frame in 0..255, plane by plane; undefined for a grey frame. */
function colourPlanes(frame: Frame): Float32Array | undefined {
  const size = frame.rows * frame.columns;
  const { palette } = frame.meaning;
  if (frame.samplesPerPixel === 3) {
    const values = new Float32Array(3 * size);
    // Colour of 16 bits a sample is brought to 8, the unit in which colour rules are written.
    const scale = 255 / (2 ** frame.meaning.bitsStored - 1);
    for (let i = 0, sample = 0; i < size; i++) {
      values[i] = frame.pixels[sample++]! * scale;
      values[size + i] = frame.pixels[sample++]! * scale;
      values[2 * size + i] = frame.pixels[sample++]! * scale;
    }
    return values;
  }
  if (palette === undefined) return undefined;
  const values = new Float32Array(3 * size);
  const last = palette.red.length - 1;
  for (let i = 0; i < size; i++) {
    const entry = Math.min(last, Math.max(0, frame.pixels[i]! - palette.firstValue));
    values[i] = palette.red[entry]!;
    values[size + i] = palette.green[entry]!;
    values[2 * size + i] = palette.blue[entry]!;
  }
  return values;
}

/** Luma of ITU-R BT.601, as PNG and JPEG readers compute grey from colour. */
function luminance(colour: Float32Array): Float32Array {
  const size = colour.length / 3;
  const grey = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    grey[i] = 0.299 * colour[i]! + 0.587 * colour[size + i]! + 0.114 * colour[2 * size + i]!;
  }
  return grey;
}

function paddingMask(frame: Frame): Uint8Array | undefined {
  const { padding } = frame.meaning;
  if (padding === undefined || frame.samplesPerPixel !== 1) return undefined;
  return Uint8Array.from(frame.pixels, (value) => (value >= padding.low && value <= padding.high ? 1 : 0));
}

/** Padding and values that are not finite take the picture's lowest value, so that they stretch no range. */
function fillOutside(values: Float32Array, padding: Uint8Array | undefined): Uint8Array | undefined {
  let outside = padding;
  let lowest = Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) (outside ??= new Uint8Array(values.length))[i] = 1;
    else if (value < lowest && (padding === undefined || padding[i] === 0)) lowest = value;
  }
  if (outside === undefined) return undefined;
  const fill = lowest === Infinity ? 0 : lowest;
  for (let i = 0; i < values.length; i++) if (outside[i] !== 0) values[i] = fill;
  return outside;
}

function greyPlanes(frame: Frame, rule: IntensityRule): Planes {
  const grid = { rows: frame.rows, columns: frame.columns };
  if (rule.kind === "0-255") {
    return { ...grid, channels: 1, values: Float32Array.from(displayValues(frame)) };
  }
  const values = modalityValues(frame);
  // A window is in absolute units (HU); the relative rules see what a reader sees, white as white.
  if (frame.meaning.photometricInterpretation === "MONOCHROME1" && rule.kind !== "window") {
    for (let i = 0; i < values.length; i++) values[i] = -values[i]!;
  }
  const outside = fillOutside(values, paddingMask(frame));
  return { ...grid, channels: 1, values, ...(outside && { outside }) };
}

function replicated(planes: Planes): Planes {
  const values = new Float32Array(3 * planes.values.length);
  for (let channel = 0; channel < 3; channel++) values.set(planes.values, channel * planes.values.length);
  return { ...planes, channels: 3, values };
}

/**
 * Reads a frame into the number of channels that a model takes, before any scaling of intensity.
 * Grey frames give values of the modality LUT (HU for CT), or displayed values 0..255 for a "0-255" rule,
 * replicated for a model of three channels; colour frames give 0..255, as luminance for a model of one.
 * The result is the caller's own: no memory is shared with the frame.
 */
export function readPlanes(frame: Frame, channels: 1 | 3, rule: IntensityRule): Planes {
  const colour = colourPlanes(frame);
  if (colour === undefined) {
    const grey = greyPlanes(frame, rule);
    return channels === 1 ? grey : replicated(grey);
  }
  const grid = { rows: frame.rows, columns: frame.columns };
  return channels === 3
    ? { ...grid, channels, values: colour }
    : { ...grid, channels, values: luminance(colour) };
}
