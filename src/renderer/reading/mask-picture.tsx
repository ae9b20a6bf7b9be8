import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import type { Frame } from "../../core/image/frame";
import type { LabelMap, Segment } from "../../core/mask/label-map";
import { cropAround, cropOfAll, drawCrop } from "../inspector/slice-picture";
import { useReading } from "../state/reading";
import { outlineDetail, outlinePath, outlinesOf } from "../viewport/outlines";
import styles from "./reading.module.css";

interface MaskPictureProps {
  label: string;
  picture: Frame;
  mask: LabelMap;
  /** All masks that are shown beside each other: they share one part of the picture. */
  shared: readonly LabelMap[];
  segments: readonly Segment[];
}

const fillOpacity = 0.16;

/** A square part of a slice, as large as there is room, with one mask in its segments' colours. */
export function MaskPicture({ label, picture, mask, shared, segments }: MaskPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref, width, height } = useElementSize();
  const isHidden = useReading((state) => state.masksHidden);
  const isWhole = useReading((state) => state.isWhole);
  const side = Math.floor(Math.min(width, height));
  useEffect(() => {
    if (!canvas.current || side < 1) return;
    canvas.current.width = canvas.current.height = Math.round(side * window.devicePixelRatio);
    const crop = isWhole ? cropOfAll(picture) : cropAround(shared, picture);
    const drawn = drawCrop(canvas.current, picture, crop);
    if (drawn && !isHidden) drawMask(drawn, mask, segments);
  }, [picture, mask, shared, segments, side, isHidden, isWhole]);
  return (
    <div ref={ref} className={styles.room}>
      <canvas ref={canvas} role="img" aria-label={label} style={{ width: side, height: side }} />
    </div>
  );
}

function drawMask(
  { context, scale }: { context: CanvasRenderingContext2D; scale: number },
  mask: LabelMap,
  segments: readonly Segment[],
): void {
  for (const outline of outlinesOf(mask)) {
    const path = outlinePath(outline, outlineDetail(scale));
    const colour = segments.find(({ value }) => value === outline.value)?.colour ?? "#ffffff";
    context.fillStyle = colour;
    context.globalAlpha = fillOpacity;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    for (const [stroke, px] of [
      ["rgb(0 0 0 / 55%)", 3.4],
      [colour, 1.7],
    ] as const) {
      context.strokeStyle = stroke;
      context.lineWidth = (px * window.devicePixelRatio) / scale;
      context.stroke(path);
    }
  }
}
