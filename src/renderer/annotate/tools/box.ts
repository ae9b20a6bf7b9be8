import type { ImagePoint } from "../../../core/mask/paint";
import { type Box, paintEllipse, paintRectangle } from "../../../core/mask/shapes";
import { pixelExtent } from "../../../core/image/view";
import type { ViewportSession } from "../../viewport/session";
import { annotation } from "../annotation";
import { paintOn, type Sheet, sheetOf, Stroke } from "../stroke";
import type { Draft, PointerAt, Tool } from "./tool";

interface Drawing {
  sheet: Sheet;
  from: ImagePoint;
  to: ImagePoint;
  subtract: boolean;
}

/** A rectangle or an ellipse, dragged from corner to corner. */
export class BoxTool implements Tool {
  private drawing: Drawing | undefined;

  constructor(
    private readonly session: ViewportSession,
    private readonly shape: "rectangle" | "ellipse",
  ) {}

  get isDrawing(): boolean {
    return this.drawing !== undefined;
  }

  press({ point, subtract }: PointerAt): void {
    const sheet = sheetOf(this.session);
    if (!sheet) return;
    this.drawing = { sheet, from: point, to: point, subtract: subtract !== annotation.get().subtract };
  }

  drag(way: readonly PointerAt[]): void {
    const { drawing } = this;
    const at = way.at(-1);
    if (!drawing || !at) return;
    drawing.to = at.even ? evenCorner(drawing, at.point) : at.point;
  }

  release(): void {
    const { drawing } = this;
    this.drawing = undefined;
    if (!drawing) return;
    const { sheet, from, to, subtract } = drawing;
    const stroke = new Stroke(sheet);
    const draw = this.shape === "rectangle" ? paintRectangle : paintEllipse;
    stroke.touch(draw(sheet.labelMap, { from, to }, paintOn(sheet, sheet.frame, subtract)));
    stroke.keep(this.shape === "rectangle" ? "Rectangle" : "Ellipse");
  }

  cancel(): void {
    this.drawing = undefined;
  }

  get draft(): Draft | undefined {
    if (!this.drawing) return undefined;
    const { from, to, subtract } = this.drawing;
    const points = this.shape === "rectangle" ? cornersOf({ from, to }) : onEllipse({ from, to });
    return { points, closed: true, subtract };
  }
}

/** The corner that makes a box as wide as it is high, as high as the screen shows it. */
function evenCorner({ sheet, from }: Drawing, to: ImagePoint): ImagePoint {
  const extent = pixelExtent(sheet.frame.geometry);
  const side = Math.max(Math.abs(to.row - from.row) * extent.y, Math.abs(to.column - from.column) * extent.x);
  return {
    row: from.row + (Math.sign(to.row - from.row) * side) / extent.y,
    column: from.column + (Math.sign(to.column - from.column) * side) / extent.x,
  };
}

function cornersOf({ from, to }: Box): ImagePoint[] {
  return [from, { row: from.row, column: to.column }, to, { row: to.row, column: from.column }];
}

const ellipsePoints = 72;

function onEllipse({ from, to }: Box): ImagePoint[] {
  const [row, column] = [(from.row + to.row) / 2, (from.column + to.column) / 2];
  const [radiusRows, radiusColumns] = [(to.row - from.row) / 2, (to.column - from.column) / 2];
  return Array.from({ length: ellipsePoints }, (_, at) => {
    const angle = (2 * Math.PI * at) / ellipsePoints;
    return { row: row + radiusRows * Math.sin(angle), column: column + radiusColumns * Math.cos(angle) };
  });
}
