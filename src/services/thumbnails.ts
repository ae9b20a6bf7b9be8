import sharp from "sharp";
import type { Frame } from "../core/image/frame";
import { pixelExtent } from "../core/image/view";
import { displayValues } from "../core/image/voi";

/** A picture's size on the screen, in pixels: square pixels, whatever the spacing. */
function fitInto(frame: Frame, size: number): { width: number; height: number } {
  const pixel = pixelExtent(frame.geometry);
  const width = frame.columns * pixel.x;
  const height = frame.rows * pixel.y;
  const scale = size / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Every nth row and column, so that a large radiograph costs no more than a small slice. */
function thinOut(frame: Frame, step: number): Frame {
  if (step <= 1) return frame;
  const { columns, samplesPerPixel } = frame;
  const rows = Math.ceil(frame.rows / step);
  const kept = Math.ceil(columns / step);
  const pixels = frame.pixels.slice(0, rows * kept * samplesPerPixel);
  let target = 0;
  for (let row = 0; row < frame.rows; row += step) {
    for (let column = 0; column < columns; column += step) {
      const source = (row * columns + column) * samplesPerPixel;
      for (let sample = 0; sample < samplesPerPixel; sample++)
        pixels[target++] = frame.pixels[source + sample]!;
    }
  }
  return { ...frame, rows, columns: kept, pixels };
}

/** The picture as 8-bit samples: grey under the file's own window, or red, green and blue. */
export function screenSamples(frame: Frame): { samples: Uint8Array; channels: 1 | 3 } {
  const { palette, bitsStored } = frame.meaning;
  if (palette !== undefined) {
    const samples = new Uint8Array(frame.pixels.length * 3);
    frame.pixels.forEach((stored: number, pixel: number) => {
      const entry = Math.min(palette.red.length - 1, Math.max(0, stored - palette.firstValue));
      samples.set([palette.red[entry]!, palette.green[entry]!, palette.blue[entry]!], pixel * 3);
    });
    return { samples, channels: 3 };
  }
  if (frame.samplesPerPixel === 3) {
    const shift = Math.max(0, bitsStored - 8);
    return { samples: Uint8Array.from(frame.pixels, (value) => value >> shift), channels: 3 };
  }
  return { samples: displayValues(frame), channels: 1 };
}

/**
 * A frame as a small PNG, as it looks under the file's own window.
 * @param size the longer side in pixels
 */
export async function renderThumbnail(frame: Frame, size: number): Promise<Uint8Array> {
  const small = thinOut(frame, Math.floor(Math.max(frame.rows, frame.columns) / (4 * size)));
  const { samples, channels } = screenSamples(small);
  return sharp(samples, { raw: { width: small.columns, height: small.rows, channels } })
    .resize({ ...fitInto(frame, size), fit: "fill" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png()
    .toBuffer();
}
