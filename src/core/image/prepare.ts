import type { ModelCard } from "../model-card";
import type { Frame } from "./frame";
import { intensityPlanes } from "./intensity";
import { type GridSize, resamplePlane } from "./resample";
import { placeFrame, type Placement, type TileOrigin } from "./tiles";

/** A frame made ready for a model: placed, scaled in intensity, resampled and padded. */
export interface PreparedInput {
  placement: Placement;
  channels: 1 | 3;
  /** channels x padded.rows x padded.columns. */
  values: Float32Array;
}

/** Positions in a line of `length` for a line of `total` that starts `offset` before it, mirrored at both ends. */
function reflectedPositions(length: number, total: number, offset: number): Int32Array {
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: total }, (_, i) => {
    const position = (((i - offset) % period) + period) % period;
    return position < length ? position : period - position;
  });
}

/**
 * Pads a plane by reflection about its border pixels (NumPy's "reflect"), as often as it takes.
 * @param source rows x columns of `from`
 * @param offset where the first pixel of `source` lies in the result
 */
export function padByReflection(
  source: Float32Array,
  from: GridSize,
  to: GridSize,
  offset: TileOrigin,
): Float32Array {
  if (from.rows === to.rows && from.columns === to.columns) return source;
  const sourceRows = reflectedPositions(from.rows, to.rows, offset.row);
  const sourceColumns = reflectedPositions(from.columns, to.columns, offset.column);
  const target = new Float32Array(to.rows * to.columns);
  for (let row = 0; row < to.rows; row++) {
    const sourceRow = sourceRows[row]! * from.columns;
    for (let column = 0; column < to.columns; column++) {
      target[row * to.columns + column] = source[sourceRow + sourceColumns[column]!]!;
    }
  }
  return target;
}

/**
 * Makes a frame ready for a model exactly as its card says: channels, intensity (with the statistics of the
 * frame's own pixels), resampling to the card's spacing, scale or size, padding by reflection.
 * Training prepares its images with this same function, so that a model sees what it was trained on.
 * @param input the model card's `input`
 */
export function prepareInput(frame: Frame, input: ModelCard["input"]): PreparedInput {
  const placement = placeFrame(frame, input, frame.geometry.spacingMm);
  const planes = intensityPlanes(frame, input.channels, input.intensity);
  const { content, padded, offset } = placement;
  const ready = new Map<Float32Array, Float32Array>();
  for (const plane of planes) {
    if (!ready.has(plane))
      ready.set(plane, padByReflection(resamplePlane(plane, frame, content), content, padded, offset));
  }
  const [only] = planes;
  if (only !== undefined && planes.length === 1)
    return { placement, channels: input.channels, values: ready.get(only)! };
  const values = new Float32Array(planes.length * padded.rows * padded.columns);
  planes.forEach((plane, channel) => values.set(ready.get(plane)!, channel * padded.rows * padded.columns));
  return { placement, channels: input.channels, values };
}

/**
 * Cuts one tile out as a tensor of one image.
 * @returns channels x rows x columns of the tile (NCHW) or rows x columns x channels (NHWC);
 *          a view of the prepared values where the whole picture is the tile
 */
export function prepareTile(
  { placement, channels, values }: PreparedInput,
  origin: TileOrigin,
  layout: "NCHW" | "NHWC",
): Float32Array {
  const { padded, tile } = placement;
  const whole = tile.rows === padded.rows && tile.columns === padded.columns;
  if (whole && (channels === 1 || layout === "NCHW")) return values;
  const size = tile.rows * tile.columns;
  const tensor = new Float32Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < tile.rows; row++) {
      const start = (channel * padded.rows + origin.row + row) * padded.columns + origin.column;
      if (layout === "NCHW") {
        tensor.set(values.subarray(start, start + tile.columns), channel * size + row * tile.columns);
        continue;
      }
      for (let column = 0; column < tile.columns; column++) {
        tensor[(row * tile.columns + column) * channels + channel] = values[start + column]!;
      }
    }
  }
  return tensor;
}
