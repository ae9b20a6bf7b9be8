import { modalityValue } from "../../core/image/display";
import { frameKey, frameStore } from "../viewport/frame-store";
import { useViewports } from "../state/viewports";

/** "x 141  y 98  value 161" of the pixel under the pointer. */
export function Probe() {
  const cursor = useViewports((state) => state.cursor);
  if (!cursor) return null;
  const x = Math.floor(cursor.point.x);
  const y = Math.floor(cursor.point.y);
  const value = cursor.plane === "native" ? valueAt(cursor.seriesId, cursor.frameIndex, { x, y }) : undefined;
  return (
    <>
      x {x}&ensp;y {y}
      {value !== undefined && <>&ensp;value {value}</>}
    </>
  );
}

function valueAt(seriesId: string, index: number, { x, y }: { x: number; y: number }): string | undefined {
  const held = frameStore.read(frameKey(seriesId, index));
  if (held.state !== "ready") return undefined;
  const { pixels, rows, columns, samplesPerPixel, meaning } = held.value;
  if (x < 0 || y < 0 || x >= columns || y >= rows) return undefined;
  const at = (y * columns + x) * samplesPerPixel;
  if (samplesPerPixel === 3) return [...pixels.slice(at, at + 3)].join(" ");
  const value = modalityValue(meaning, pixels[at]!);
  return Number.isInteger(value) ? value.toString() : value.toPrecision(4);
}
