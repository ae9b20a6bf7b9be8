import type { FrameGeometry } from "./frame";
import { dot, sliceAxes, type Vector } from "./patient-space";

/** How slices lie one behind the other. */
export interface SliceStack {
  /** Between neighbouring slices; present where all are parallel, aligned and evenly spaced. */
  spacingMm?: number;
  /** What is odd about the stack, in sentences. */
  warnings: string[];
}

/** Distances that agree to this share of the spacing, or to a hundredth of a millimetre, are the same. */
const tolerance = 0.02;
const leastMm = 0.01;

/**
 * Says how the slices of a series lie, in the order in which they are read. Gaps, repeats and slices of
 * another direction are told, and such a series is never taken for a volume; neither is a cine, of which nothing is
 * told as nothing is wrong with it.
 * @param geometries one a frame, sorted along the first one's normal
 */
export function describeSliceStack(geometries: readonly FrameGeometry[]): SliceStack {
  const placed = geometries.flatMap(({ position, orientation }) =>
    position && orientation ? [{ position, orientation }] : [],
  );
  if (placed.length < 2) return { warnings: [] };
  if (placed.length < geometries.length) {
    const missing = geometries.length - placed.length;
    return { warnings: [`${missing} of ${geometries.length} slices do not say where they lie.`] };
  }
  const { row, column, normal } = sliceAxes(placed[0]!.orientation);
  const isParallel = placed.every(
    ({ orientation }) =>
      dot(sliceAxes(orientation).row, row) > 0.9999 && dot(sliceAxes(orientation).normal, normal) > 0.9999,
  );
  if (!isParallel) return { warnings: ["The slices do not all lie in one direction."] };
  const steps = placed
    .slice(1)
    .map(({ position }, index) => dot(position, normal) - dot(placed[index]!.position, normal));
  const repeated = steps.filter((step) => Math.abs(step) < leastMm).length;
  if (repeated > 0) {
    // A cine is no fault: each place is seen as often as the others, and more often than a copy would make it.
    if (isCine(steps)) return { warnings: [] };
    return { warnings: [`${repeated} slices lie where another one does: several phases, echoes or copies.`] };
  }
  const spacing = median(steps);
  const gaps = steps.filter(
    (step) => Math.abs(step - spacing) > Math.max(leastMm, tolerance * spacing),
  ).length;
  if (gaps > 0) return { warnings: [describeGaps(steps, spacing, gaps)] };
  const origin = placed[0]!.position;
  const isAligned = placed.every(({ position }) => {
    const from = [position[0] - origin[0], position[1] - origin[1], position[2] - origin[2]] as const;
    return (
      Math.abs(dot(from, row)) < Math.max(leastMm, 0.01 * spacing * placed.length) &&
      Math.abs(dot(from, column)) < Math.max(leastMm, 0.01 * spacing * placed.length)
    );
  });
  return isAligned
    ? { spacingMm: spacing, warnings: [] }
    : {
        warnings: [
          describeShift(
            placed.map(({ position }) => position),
            { row, column, spacing },
          ),
        ],
      };
}

/** Steps of a whole number of spacings are slices that are missing; others are not evenly spaced. */
function describeGaps(steps: readonly number[], spacing: number, gaps: number): string {
  const typical = `${Number(spacing.toFixed(3))} mm`;
  const lengths = steps.map((step) => step / spacing);
  const isWhole = lengths.every((length) => Math.abs(length - Math.round(length)) < tolerance * length);
  if (!isWhole) {
    return `The slices are not evenly spaced: ${gaps} of ${steps.length} steps differ from ${typical}.`;
  }
  const missing = lengths.reduce((total, length) => total + Math.round(length) - 1, 0);
  const are = missing === 1 ? "slice seems" : "slices seem";
  return `${missing} ${are} to be missing: ${gaps} of ${steps.length} steps are a multiple of ${typical}.`;
}

/** A tilted gantry moves each slice by the same amount along its columns: the tilt's tangent times the step. */
function describeShift(
  positions: readonly Vector[],
  { row, column, spacing }: { row: Vector; column: Vector; spacing: number },
): string {
  const shifts = positions.slice(1).map((position, index) => {
    const before = positions[index]!;
    const from: Vector = [position[0] - before[0], position[1] - before[1], position[2] - before[2]];
    return { across: dot(from, row), down: dot(from, column) };
  });
  const typical = median(shifts.map(({ down }) => down));
  const isTilt = shifts.every(
    ({ across, down }) =>
      Math.abs(across) < Math.max(leastMm, 0.01 * spacing) &&
      Math.abs(down - typical) < Math.max(leastMm, 0.01 * spacing),
  );
  if (!isTilt) return "The slices are shifted against each other.";
  const degrees = Number(((Math.atan2(Math.abs(typical), spacing) * 180) / Math.PI).toFixed(1));
  return `The slices are shifted against each other, as by a gantry tilted by ${degrees} degrees.`;
}

/** The least number of phases; two slices at each place are more likely a copy, or two echoes. */
const fewestPhases = 3;

/** Whether every place holds the same number of slices, and enough of them to be the phases of a movement. */
function isCine(steps: readonly number[]): boolean {
  const counts = [1];
  for (const step of steps) {
    if (Math.abs(step) < leastMm) counts[counts.length - 1]!++;
    else counts.push(1);
  }
  return counts[0]! >= fewestPhases && counts.every((count) => count === counts[0]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/**
 * Where each slice lies along the first one's normal, in mm; the slices' numbers where they do not follow one another
 * in space: nothing is known of their places, or several share one.
 */
export function slicePlaces(geometries: readonly FrameGeometry[]): number[] {
  const orientation = geometries[0]?.orientation;
  const normal = orientation && sliceAxes(orientation).normal;
  const places = geometries.map(({ position }) => (normal && position ? dot(position, normal) : NaN));
  const isAscending = places.every((place, index) => index === 0 || place - places[index - 1]! > leastMm);
  return isAscending && places.length > 1 ? places : geometries.map((_, index) => index);
}
