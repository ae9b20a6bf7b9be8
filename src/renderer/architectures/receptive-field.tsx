import { useEffect, useRef } from "react";
import type { ReceptiveField } from "../../core/onnx/describe";
import { placeFrame } from "../../core/image/tiles";
import type { Frame } from "../../core/image/frame";
import type { ModelCard } from "../../core/model-card";
import { fetchFrame } from "../api/pixels";
import { isAbort } from "../api/request";
import { formatDistance } from "../app/format";
import { drawSlice } from "../inspector/slice-picture";
import styles from "./architectures.module.css";

interface FieldPictureProps {
  field: ReceptiveField;
  /** What the card says of the input: how the slice's pixels become the network's. */
  input: ModelCard["input"];
  seriesId: string;
  frame: number;
  spacingMm: readonly [number, number] | undefined;
  rows: number;
  columns: number;
}

const pictureSize = 112;

/** What one value of the chosen block's output can see, on the open slice. */
export function FieldPicture({ field, input, seriesId, frame, spacingMm, rows, columns }: FieldPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { content } = placeFrame({ rows, columns }, input, spacingMm);
  // From the network's pixels to the slice's own.
  const scale = rows / content.rows;
  const seen =
    field === "image" ? { rows, columns } : { rows: field.size[0] * scale, columns: field.size[1] * scale };
  const all = seen.rows >= rows && seen.columns >= columns;
  useEffect(() => {
    const controller = new AbortController();
    fetchFrame(seriesId, frame, controller.signal)
      .then((picture) => {
        if (canvas.current) draw(canvas.current, picture, { rows: seen.rows, columns: seen.columns });
      })
      .catch((thrown: unknown) => {
        // The picture is an extra: the figure beside it stays.
        if (!isAbort(thrown)) canvas.current?.getContext("2d")?.reset();
      });
    return () => controller.abort();
  }, [seriesId, frame, seen.rows, seen.columns]);
  const millimetres = spacingMm && formatDistance(Math.min(seen.rows, rows) * spacingMm[0]);
  return (
    <div className={styles.field}>
      <canvas ref={canvas} width={2 * pictureSize} height={2 * pictureSize} aria-hidden />
      <p>
        {all
          ? "What one value of this output can see: all of the slice."
          : `What one value of this output can see: ${Math.round(seen.columns)} of ${columns} px across.`}
        {millimetres !== undefined && !all && ` That is ${millimetres} mm.`}
      </p>
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, picture: Frame, seen: { rows: number; columns: number }): void {
  drawSlice(canvas, picture, []);
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = canvas.width / Math.min(picture.rows, picture.columns);
  context.resetTransform();
  const [width, height] = [seen.columns * scale, seen.rows * scale];
  const [x, y] = [(canvas.width - width) / 2, (canvas.height - height) / 2];
  for (const [colour, line] of [
    ["#000000", 5],
    ["#ffffff", 2.5],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(Math.max(2, x), Math.max(2, y), Math.min(width, canvas.width - 4), Math.min(height, canvas.height - 4)); // prettier-ignore
  }
}
