import type { InputSize } from "../model-card";
import type { GridSize } from "./resample";

/** The top left corner of a tile in the padded picture. */
export interface TileOrigin {
  row: number;
  column: number;
}

/**
 * How a frame lies in what the network sees: it is resampled to `content`, padded by reflection to `padded`
 * with its first pixel at `offset`, and worked through in `tiles` of one size.
 */
export interface Placement {
  frame: GridSize;
  content: GridSize;
  padded: GridSize;
  offset: TileOrigin;
  tile: GridSize;
  tiles: TileOrigin[];
}

/** What of a model card's `input` decides the placement. */
export interface PlacementRule {
  size: InputSize;
  spacingMm?: number | undefined;
}

const atLeastOne = (value: number) => Math.max(1, Math.round(value));

function scaledToSpacing(
  frame: GridSize,
  rule: PlacementRule,
  spacing?: readonly [number, number],
): GridSize {
  if (rule.spacingMm === undefined || spacing === undefined) return frame;
  return {
    rows: atLeastOne((frame.rows * spacing[0]) / rule.spacingMm),
    columns: atLeastOne((frame.columns * spacing[1]) / rule.spacingMm),
  };
}

function contentSize(frame: GridSize, rule: PlacementRule, spacing?: readonly [number, number]): GridSize {
  const spaced = scaledToSpacing(frame, rule, spacing);
  if (rule.size.kind === "fit") {
    const scale = Math.min(rule.size.rows / spaced.rows, rule.size.columns / spaced.columns);
    return { rows: atLeastOne(spaced.rows * scale), columns: atLeastOne(spaced.columns * scale) };
  }
  const scale = rule.size.kind === "tiles" ? (rule.size.scale ?? 1) : 1;
  return scale === 1
    ? spaced
    : { rows: atLeastOne(spaced.rows * scale), columns: atLeastOne(spaced.columns * scale) };
}

function paddedSize(content: GridSize, size: InputSize): GridSize {
  switch (size.kind) {
    case "fit":
      return { rows: size.rows, columns: size.columns };
    case "tiles":
      return { rows: Math.max(content.rows, size.rows), columns: Math.max(content.columns, size.columns) };
    case "multiple-of": {
      const up = (value: number) => Math.ceil(value / size.multiple) * size.multiple;
      return { rows: up(content.rows), columns: up(content.columns) };
    }
  }
}

/** Starts of windows of `length` that cover `total`, evenly spread, with at least the wanted overlap. */
function windowStarts(total: number, length: number, overlap: number): number[] {
  const step = Math.max(1, Math.floor(length * (1 - overlap)));
  const count = Math.ceil((total - length) / step) + 1;
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.round((i * (total - length)) / (count - 1)));
}

/**
 * Decides how a frame is laid out for a model.
 * @param frame     rows and columns of the frame
 * @param rule      the model card's `input`
 * @param spacingMm of the frame between rows and between columns, where known
 */
export function placeFrame(
  frame: GridSize,
  rule: PlacementRule,
  spacingMm?: readonly [row: number, column: number],
): Placement {
  const content = contentSize({ rows: frame.rows, columns: frame.columns }, rule, spacingMm);
  const padded = paddedSize(content, rule.size);
  const offset = {
    row: (padded.rows - content.rows) >> 1,
    column: (padded.columns - content.columns) >> 1,
  };
  const tile = rule.size.kind === "tiles" ? { rows: rule.size.rows, columns: rule.size.columns } : padded;
  const overlap = rule.size.kind === "tiles" ? rule.size.overlap : 0;
  const columnStarts = windowStarts(padded.columns, tile.columns, overlap);
  const tiles = windowStarts(padded.rows, tile.rows, overlap).flatMap((row) =>
    columnStarts.map((column) => ({ row, column })),
  );
  return { frame: { rows: frame.rows, columns: frame.columns }, content, padded, offset, tile, tiles };
}

/** Whether the network's grid is the frame's own: one tile, no resampling, no padding. */
export function isDirect({ frame, content, padded, tiles }: Placement): boolean {
  const same = (a: GridSize, b: GridSize) => a.rows === b.rows && a.columns === b.columns;
  return tiles.length === 1 && same(frame, content) && same(content, padded);
}

/**
 * One axis of the weight with which a tile counts where tiles overlap: a Gaussian of an eighth of its length
 * (Isensee et al. 2021, nnU-Net), because a network knows least at its input's border. Never zero, so that a
 * pixel that only one tile sees keeps its value.
 */
export function tileWeights(length: number): Float32Array {
  const centre = (length - 1) / 2;
  const deviation = length / 8;
  return Float32Array.from({ length }, (_, i) =>
    Math.max(1e-3, Math.exp(-0.5 * ((i - centre) / deviation) ** 2)),
  );
}

/** Cuts the picture out of its padding. */
export function cropContent<T extends Float32Array | Uint8Array>(
  plane: T,
  { content, padded, offset }: Placement,
  make: (length: number) => T,
): T {
  if (content.rows === padded.rows && content.columns === padded.columns) return plane;
  const target = make(content.rows * content.columns);
  for (let row = 0; row < content.rows; row++) {
    const start = (offset.row + row) * padded.columns + offset.column;
    target.set(plane.subarray(start, start + content.columns), row * content.columns);
  }
  return target;
}
