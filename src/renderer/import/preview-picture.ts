import type { Frame } from "../../core/image/frame";
import type { LabelMap } from "../../core/mask/label-map";
import { outlineDetail, outlinePath, outlinesOf } from "../viewport/outlines";
import { paintedFrame } from "../viewport/painted-frame";

const fillOpacity = 0.3;

/** Draws a whole frame into a canvas, and over it each segment's area and border in its colour. */
export function drawPreview(
  canvas: HTMLCanvasElement,
  frame: Frame,
  mask?: { labelMap: LabelMap; colours: ReadonlyMap<number, string> },
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = Math.min(canvas.width / frame.columns, canvas.height / frame.rows);
  context.reset();
  context.translate((canvas.width - frame.columns * scale) / 2, (canvas.height - frame.rows * scale) / 2);
  context.scale(scale, scale);
  context.drawImage(paintedFrame(frame), 0, 0);
  if (mask === undefined) return;
  context.lineJoin = "round";
  context.lineWidth = 2 / scale;
  for (const outline of outlinesOf(mask.labelMap)) {
    const colour = mask.colours.get(outline.value) ?? "#ffffff";
    const path = outlinePath(outline, outlineDetail(scale));
    context.fillStyle = context.strokeStyle = colour;
    context.globalAlpha = fillOpacity;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    context.stroke(path);
  }
}
