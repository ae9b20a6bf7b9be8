/** Colour samples of one frame become interleaved RGB. */

type Samples = Uint8Array | Uint16Array | Uint32Array;

/** Three planes, one after the other, become samples pixel by pixel. */
export function interleavePlanes<T extends Samples>(planes: T): T {
  const pixels = planes.length / 3;
  const interleaved = planes.slice() as T;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
    interleaved[at++] = planes[pixel]!;
    interleaved[at++] = planes[pixel + pixels]!;
    interleaved[at++] = planes[pixel + 2 * pixels]!;
  }
  return interleaved;
}

/**
 * Repeats the chrominances of native YBR_FULL_422, which come as Y1 Y2 Cb Cr (PS3.3 C.7.6.3.1.2).
 * @returns Y Cb Cr for each pixel
 */
export function expandChrominance(samples: Uint8Array): Uint8Array {
  const expanded = new Uint8Array((samples.length / 2) * 3);
  for (let from = 0, to = 0; from + 3 < samples.length; from += 4, to += 6) {
    expanded[to] = samples[from]!;
    expanded[to + 3] = samples[from + 1]!;
    expanded[to + 1] = expanded[to + 4] = samples[from + 2]!;
    expanded[to + 2] = expanded[to + 5] = samples[from + 3]!;
  }
  return expanded;
}

/**
 * Converts interleaved full-range YCbCr of 8 bits to RGB in place (PS3.3 C.7.6.3.1.2, ITU-R BT.601).
 */
export function convertYbrToRgb(samples: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(samples.buffer, samples.byteOffset, samples.length);
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const luminance = samples[at]!;
    const blue = samples[at + 1]! - 128;
    const red = samples[at + 2]! - 128;
    rgb[at] = luminance + 1.402 * red;
    rgb[at + 1] = luminance - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587;
    rgb[at + 2] = luminance + 1.772 * blue;
  }
  return samples;
}
