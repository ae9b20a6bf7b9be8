import type { Frame, PixelArray } from "./frame";

type PixelArrayConstructor = new (length: number) => PixelArray;

/**
 * A frame of half the rows and columns, each value the mean of four: what a screen shows of a picture that is much
 * larger than it, at a quarter of the work. Pixels next to padding and palette indices have no mean: they take
 * the first of the four. Odd last rows and columns are left out.
 * @returns undefined where the frame is too small to be halved
 */
export function halveFrame(frame: Frame): Frame | undefined {
  const rows = frame.rows >> 1;
  const columns = frame.columns >> 1;
  if (rows === 0 || columns === 0) return undefined;
  const { pixels, meaning, samplesPerPixel } = frame;
  const target = new (pixels.constructor as PixelArrayConstructor)(rows * columns * samplesPerPixel);
  const low = meaning.padding?.low ?? Infinity;
  const high = meaning.padding?.high ?? -Infinity;
  const isIndexed = meaning.palette !== undefined || meaning.modalityLut !== undefined;
  const isInteger = !(pixels instanceof Float32Array || pixels instanceof Float64Array);
  const isPadding = (value: number): boolean => value >= low && value <= high;
  const next = frame.columns * samplesPerPixel;
  let written = 0;
  for (let row = 0; row < rows; row++) {
    let at = 2 * row * next;
    for (let column = 0; column < columns; column++, at += samplesPerPixel) {
      for (let sample = 0; sample < samplesPerPixel; sample++, at++) {
        const a = pixels[at]!;
        const b = pixels[at + samplesPerPixel]!;
        const c = pixels[at + next]!;
        const d = pixels[at + next + samplesPerPixel]!;
        if (isIndexed || isPadding(a) || isPadding(b) || isPadding(c) || isPadding(d)) target[written++] = a;
        else target[written++] = isInteger ? Math.round((a + b + c + d) / 4) : (a + b + c + d) / 4;
      }
    }
  }
  const { spacingMm } = frame.geometry;
  return {
    ...frame,
    rows,
    columns,
    pixels: target,
    geometry: {
      ...frame.geometry,
      ...(spacingMm && { spacingMm: [2 * spacingMm[0], 2 * spacingMm[1]] }),
    },
  };
}
