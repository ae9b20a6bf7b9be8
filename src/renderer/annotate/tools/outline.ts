import type { ImagePoint } from "../../../core/mask/paint";
import { paintPolygon } from "../../../core/mask/shapes";
import type { ViewportSession } from "../../viewport/session";
import { annotation } from "../annotation";
import { paintOn, type Sheet, sheetOf, Stroke } from "../stroke";
import type { Draft, PointerAt, Tool } from "./tool";

/** Paints the inside of an outline as one step. */
export function keepOutline(
  sheet: Sheet,
  corners: readonly ImagePoint[],
  { subtract, title }: { subtract: boolean; title: string },
): void {
  const stroke = new Stroke(sheet);
  stroke.touch(paintPolygon(sheet.labelMap, corners, paintOn(sheet, sheet.frame, subtract)));
  stroke.keep(title);
}

/** Freehand: the way of the pointer, closed where the button is let go. */
export class LassoTool implements Tool {
  private drawing: { sheet: Sheet; points: ImagePoint[]; subtract: boolean } | undefined;

  constructor(private readonly session: ViewportSession) {}

  get isDrawing(): boolean {
    return this.drawing !== undefined;
  }

  press({ point, subtract }: PointerAt): void {
    const sheet = sheetOf(this.session);
    if (!sheet) return;
    this.drawing = { sheet, points: [point], subtract: subtract !== annotation.get().subtract };
  }

  drag(way: readonly PointerAt[]): void {
    this.drawing?.points.push(...way.map(({ point }) => point));
  }

  release(): void {
    const { drawing } = this;
    this.drawing = undefined;
    if (drawing) keepOutline(drawing.sheet, drawing.points, { subtract: drawing.subtract, title: "Lasso" });
  }

  cancel(): void {
    this.drawing = undefined;
  }

  get draft(): Draft | undefined {
    return this.drawing && { points: this.drawing.points, closed: true, subtract: this.drawing.subtract };
  }
}

/**
 * Corner by corner, a press each; with the button down the way in between is drawn freehand. Closed by a press on the
 * first corner, a double press, or Enter.
 */
export class PolygonTool implements Tool {
  private drawing:
    { sheet: Sheet; points: ImagePoint[]; anchors: ImagePoint[]; subtract: boolean } | undefined;
  private pointer: ImagePoint | undefined;

  constructor(
    private readonly session: ViewportSession,
    /** Image pixels within which a press means the first corner. */
    private readonly reach: () => number,
  ) {}

  get isDrawing(): boolean {
    return this.drawing !== undefined;
  }

  press({ point, subtract }: PointerAt): void {
    const { drawing } = this;
    if (drawing) {
      const [first] = drawing.anchors;
      const isClosing =
        drawing.points.length >= 3 && first !== undefined && distance(first, point) <= this.reach();
      if (isClosing) {
        this.finish();
        return;
      }
      drawing.points.push(point);
      drawing.anchors.push(point);
      return;
    }
    const sheet = sheetOf(this.session);
    if (!sheet) return;
    this.drawing = {
      sheet,
      points: [point],
      anchors: [point],
      subtract: subtract !== annotation.get().subtract,
    };
  }

  drag(way: readonly PointerAt[]): void {
    const { drawing } = this;
    if (!drawing) return;
    for (const { point } of way) {
      // A hand that trembles while it clicks draws no line.
      if (distance(drawing.points.at(-1)!, point) > this.reach() / 2) drawing.points.push(point);
      this.pointer = point;
    }
  }

  hover({ point }: PointerAt): void {
    this.pointer = point;
  }

  release(): void {
    // A corner is set down by the press.
  }

  finish(): void {
    const { drawing } = this;
    this.drawing = undefined;
    if (drawing && drawing.points.length >= 3)
      keepOutline(drawing.sheet, drawing.points, { subtract: drawing.subtract, title: "Polygon" });
  }

  takeBack(): void {
    const { drawing } = this;
    const last = drawing?.anchors.pop();
    if (!drawing || !last) return;
    drawing.points.splice(drawing.points.lastIndexOf(last));
    if (drawing.anchors.length === 0) this.drawing = undefined;
  }

  cancel(): void {
    this.drawing = undefined;
  }

  get draft(): Draft | undefined {
    if (!this.drawing) return undefined;
    const { points, anchors, subtract } = this.drawing;
    return { points: this.pointer ? [...points, this.pointer] : points, closed: false, anchors, subtract };
  }
}

export function distance(a: ImagePoint, b: ImagePoint): number {
  return Math.hypot(a.row - b.row, a.column - b.column);
}
