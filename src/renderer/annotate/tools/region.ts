import { sampleRange, valueAt } from "../../../core/image/value-range";
import { clippedTo, wholeOf } from "../../../core/mask/rectangle";
import { type ImagePoint, type Paint, paintPixels } from "../../../core/mask/paint";
import { growOnSlice } from "../../../core/mask/region-growing";
import type { ViewportSession } from "../../viewport/session";
import { annotation } from "../annotation";
import { paintOn, type Sheet, sheetOf, Stroke } from "../stroke";
import { growThroughVolume } from "./volume-growing";
import type { PointerAt, Tool } from "./tool";

/** A press that fills at once: there is nothing to drag. */
abstract class PressTool implements Tool {
  readonly isDrawing = false;

  constructor(private readonly session: ViewportSession) {}

  press({ point, subtract }: PointerAt): void {
    const sheet = sheetOf(this.session);
    const seed = sheet && pixelAt(sheet, point);
    if (sheet && seed !== undefined) this.fill(sheet, seed, subtract !== annotation.get().subtract);
  }

  protected abstract fill(sheet: Sheet, seed: number, subtract: boolean): void;

  drag(): void {
    // Nothing follows the press.
  }
  release(): void {
    // Nothing follows the press.
  }
  cancel(): void {
    // It is done when the press is.
  }
}

function pixelAt({ frame }: Sheet, { row, column }: ImagePoint): number | undefined {
  const at = { row: Math.floor(row), column: Math.floor(column), rows: 1, columns: 1 };
  return clippedTo(at, frame) && at.row * frame.columns + at.column;
}

/** Fills what hangs together with the pixel and has its label: a hole, a part of the background, a whole component. */
export class FillTool extends PressTool {
  protected fill(sheet: Sheet, seed: number, subtract: boolean): void {
    const { labelMap } = sheet;
    const label = labelMap.values[seed];
    keepRegion(sheet, seed, {
      belongs: (at) => labelMap.values[at] === label,
      paint: paintOn(sheet, sheet.frame, subtract),
      title: "Flood fill",
    });
  }
}

/** Fills what hangs together with the pixel and has nearly its value in the image. */
export class GrowTool extends PressTool {
  protected fill(sheet: Sheet, seed: number, subtract: boolean): void {
    const { tolerance, volume } = annotation.get().growing;
    const value = valueAt(sheet.frame, seed);
    if (volume) {
      void growThroughVolume(sheet, { seed, low: value - tolerance, high: value + tolerance, subtract });
      return;
    }
    const { samples, low, high } = sampleRange(sheet.frame, value - tolerance, value + tolerance);
    keepRegion(sheet, seed, {
      belongs: (at) => samples[at]! >= low && samples[at]! <= high,
      paint: paintOn(sheet, sheet.frame, subtract),
      title: "Region growing",
    });
  }
}

interface Region {
  belongs: (at: number) => boolean;
  paint: Paint;
  title: string;
}

function keepRegion(sheet: Sheet, seed: number, { belongs, paint, title }: Region): void {
  const { labelMap } = sheet;
  const { rows, columns } = labelMap;
  const marks = new Uint8Array(rows * columns);
  const pixels = growOnSlice({ rows, columns, marks }, [seed], belongs);
  const stroke = new Stroke(sheet);
  paintPixels(labelMap, pixels, paint);
  stroke.touch(wholeOf(labelMap));
  stroke.keep(title);
}
