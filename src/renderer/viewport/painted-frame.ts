import { paintFrame, storedRange } from "../../core/image/display";
import type { Frame } from "../../core/image/frame";
import { resolveWindow } from "./display-window";

const painted = new WeakMap<Frame, OffscreenCanvas>();

/** A frame as its file shows it, pixel for pixel; painted once, for as long as the frame is in memory. */
export function paintedFrame(frame: Frame): OffscreenCanvas {
  const known = painted.get(frame);
  if (known !== undefined) return known;
  const image = new ImageData(frame.columns, frame.rows);
  const { window, fromFile } = resolveWindow({ source: "file", index: 0 }, frame, undefined);
  paintFrame(
    frame,
    { window, fromFile, invert: false },
    { range: storedRange(frame.pixels), target: new Uint32Array(image.data.buffer) },
  );
  const picture = new OffscreenCanvas(frame.columns, frame.rows);
  picture.getContext("2d")?.putImageData(image, 0, 0);
  painted.set(frame, picture);
  return picture;
}
