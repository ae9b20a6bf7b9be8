import type { LabelMap } from "../mask/label-map";
import { shapeMismatch } from "../metrics/measure";

/**
 * How far two readers agree: mean Dice over the segments that either of them marked.
 * @param segments the values to look at
 * @returns 0..1, or undefined where neither marked any
 * @throws MASK_SHAPE_MISMATCH
 */
export function meanAgreement(a: LabelMap, b: LabelMap, segments: readonly number[]): number | undefined {
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw shapeMismatch(`${a.rows} x ${a.columns} pixels`, `${b.rows} x ${b.columns}`);
  const [marks, both] = [new Uint32Array(256), new Uint32Array(256)];
  for (let i = 0; i < a.values.length; i++) {
    const [own, other] = [a.values[i]!, b.values[i]!];
    marks[own]!++;
    marks[other]!++;
    if (own === other) both[own]!++;
  }
  const dices = segments.flatMap((segment) =>
    marks[segment] === 0 ? [] : [(2 * both[segment]!) / marks[segment]!],
  );
  return dices.length === 0 ? undefined : dices.reduce((total, dice) => total + dice, 0) / dices.length;
}

/**
 * How far each reader agrees with each: a symmetric matrix of `meanAgreement`.
 * @param maps one a reader, of the same frame
 * @returns readers x readers; undefined where neither of two marked anything
 * @throws MASK_SHAPE_MISMATCH
 */
export function agreementMatrix(
  maps: readonly LabelMap[],
  segments: readonly number[],
): (number | undefined)[][] {
  const matrix: (number | undefined)[][] = maps.map(() => []);
  maps.forEach((a, row) => {
    for (let column = row; column < maps.length; column++) {
      const agreement = meanAgreement(a, maps[column]!, segments);
      matrix[row]![column] = agreement;
      matrix[column]![row] = agreement;
    }
  });
  return matrix;
}

/**
 * How far readers disagree: 1 minus their agreement, mean over the pairs. Two that both marked nothing agree.
 * @param matrix of `agreementMatrix`
 * @returns 0..1; 0 for a reader alone
 */
export function disagreementOf(matrix: readonly (readonly (number | undefined)[])[]): number {
  const distances = matrix.flatMap((row, at) => row.slice(at + 1).map((dice) => 1 - (dice ?? 1)));
  return distances.length === 0 ? 0 : distances.reduce((sum, each) => sum + each, 0) / distances.length;
}

/** A slice on which readers differ. */
export interface DisputedSlice {
  slice: number;
  /** See `disagreementOf`. */
  disagreement: number;
  /** Pixels to which the readers do not all give the same value. */
  pixels: number;
}

/**
 * The slices on which readers differ, most disputed first; of equally disputed ones that with more pixels first.
 * @param layers one a reader: the label maps of the same slices
 * @throws MASK_SHAPE_MISMATCH
 */
export function rankDisputedSlices(
  layers: readonly (readonly LabelMap[])[],
  segments: readonly number[],
): DisputedSlice[] {
  const slices = layers[0]?.length ?? 0;
  return Array.from({ length: slices }, (_, slice) => {
    const maps = layers.map((layer) => layer[slice]!);
    const disagreement = disagreementOf(agreementMatrix(maps, segments));
    return { slice, disagreement, pixels: countDisputed(maps) };
  })
    .filter(({ pixels }) => pixels > 0)
    .sort((a, b) => b.disagreement - a.disagreement || b.pixels - a.pixels || a.slice - b.slice);
}

function countDisputed([first, ...others]: readonly LabelMap[]): number {
  let count = 0;
  first?.values.forEach((value, at) => {
    if (others.some(({ values }) => values[at] !== value)) count++;
  });
  return count;
}
