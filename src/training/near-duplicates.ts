import type { TrainingExample } from "./example";

const thumbnailSize = 32;
/** Two thumbnails that correlate more than this show the same field of view. */
const sameFieldCorrelation = 0.97;

/**
 * Finds images that show nearly the same, so that they stay on one side of a split: those of one size and
 * stratum whose 32 x 32 thumbnails correlate above 0.97, and whatever is linked through them.
 * @returns a group's name by example; an image alone is a group
 */
export function groupNearDuplicates(examples: readonly TrainingExample[]): Map<TrainingExample, string> {
  const thumbnails = examples.map(standardThumbnail);
  const leader = examples.map((_, index) => index);
  const find = (index: number): number => {
    while (leader[index] !== index) index = leader[index]!;
    return index;
  };
  for (let a = 0; a < examples.length; a++) {
    for (let b = a + 1; b < examples.length; b++) {
      if (examples[a]!.stratum !== examples[b]!.stratum) continue;
      if (correlation(thumbnails[a]!, thumbnails[b]!) > sameFieldCorrelation) leader[find(b)] = find(a);
    }
  }
  return new Map(examples.map((example, index) => [example, examples[find(index)]!.name]));
}

/** Block means of the image's brightness, with mean 0 and length 1 (all 0 where the image is flat). */
function standardThumbnail({ rows, columns, channels, pixels }: TrainingExample): Float64Array {
  const sums = new Float64Array(thumbnailSize ** 2);
  const counts = new Float64Array(thumbnailSize ** 2);
  for (let row = 0; row < rows; row++) {
    const blockRow = Math.floor((row * thumbnailSize) / rows);
    for (let column = 0; column < columns; column++) {
      const block = blockRow * thumbnailSize + Math.floor((column * thumbnailSize) / columns);
      const start = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel++) sums[block]! += pixels[start + channel]!;
      counts[block]! += channels;
    }
  }
  const means = sums.map((sum, block) => sum / Math.max(1, counts[block]!));
  const mean = means.reduce((total, value) => total + value, 0) / means.length;
  const centred = means.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((total, value) => total + value * value, 0));
  return length === 0 ? centred : centred.map((value) => value / length);
}

function correlation(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
