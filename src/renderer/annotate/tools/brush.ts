import type { Frame } from "../../../core/image/frame";
import { valueAt } from "../../../core/image/value-range";
import { type Brush, type ImagePoint, paintSegment } from "../../../core/mask/paint";
import type { PixelRectangle } from "../../../core/mask/rectangle";
import { attempt } from "../../actions/report";
import type { ViewportSession } from "../../viewport/session";
import { annotation } from "../annotation";
import { brushOn } from "../brush-size";
import { type FrameChange, readWorkingLabelMap, whileBusy } from "../commit-edit";
import { readFrame } from "../read-frame";
import { paintOn, type Sheet, sheetOf, Stroke } from "../stroke";
import type { PointerAt, Tool } from "./tool";

/** One piece of the pointer's way, and the pen's pressure on it. */
interface Piece {
  from: ImagePoint;
  to: ImagePoint;
  pressure: number;
}

/** Paints, or erases, what the brush sweeps over; a sphere reaches into the slices around as well. */
export class BrushTool implements Tool {
  private stroke: Stroke | undefined;
  private pieces: Piece[] = [];
  private subtract = false;

  constructor(
    private readonly session: ViewportSession,
    private readonly erases: boolean,
  ) {}

  get isDrawing(): boolean {
    return this.stroke !== undefined;
  }

  press(at: PointerAt): void {
    const sheet = sheetOf(this.session);
    if (!sheet) return;
    if (at.even) {
      pickRange(sheet, at.point);
      return;
    }
    this.stroke = new Stroke(sheet);
    this.subtract = this.erases !== at.subtract;
    this.pieces = [];
    this.sweep(at.point, at);
  }

  drag(way: readonly PointerAt[]): void {
    for (const at of way) this.sweep(this.pieces.at(-1)?.to ?? at.point, at);
  }

  release(): void {
    const { stroke, pieces, subtract } = this;
    this.stroke = undefined;
    if (!stroke) return;
    const title = subtract ? "Erase" : "Brush stroke";
    if (annotation.get().brush.shape !== "sphere") stroke.keep(title);
    else void whileBusy(() => keepBall(stroke, { pieces, subtract, title }));
  }

  cancel(): void {
    this.stroke?.giveUp();
    this.stroke = undefined;
  }

  private sweep(from: ImagePoint, { point: to, pressure }: PointerAt): void {
    if (!this.stroke) return;
    const { sheet } = this.stroke;
    const piece = { from, to, pressure };
    this.pieces.push(piece);
    const brush = brushOn(annotation.get().brush, sheet.frame.geometry, { pressure });
    if (!brush) return;
    const paint = paintOn(sheet, sheet.frame, this.subtract);
    this.stroke.touch(paintSegment(sheet.labelMap, piece, { brush, paint }));
  }
}

/** Takes the range of the values under the brush for what is painted from now on. */
function pickRange({ frame }: Sheet, point: ImagePoint): void {
  const brush = brushOn(annotation.get().brush, frame.geometry);
  if (!brush) return;
  const under = {
    rows: frame.rows,
    columns: frame.columns,
    values: new Uint8Array(frame.rows * frame.columns),
  };
  const paint = { value: 1, overwrites: new Uint8Array(256).fill(1) };
  const area = paintSegment(under, { from: point, to: point }, { brush, paint });
  if (!area) return;
  let [low, high] = [Infinity, -Infinity];
  for (let row = area.row; row < area.row + area.rows; row++) {
    for (let column = area.column; column < area.column + area.columns; column++) {
      const at = row * frame.columns + column;
      if (under.values[at] === 0) continue;
      const value = valueAt(frame, at);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low <= high) annotation.setOnlyValues({ on: true, low, high });
}

interface BallStroke {
  pieces: readonly Piece[];
  subtract: boolean;
  title: string;
}

/** Sweeps a ball's cuts over the slices around, then keeps all of it as one step. */
async function keepBall(stroke: Stroke, { pieces, subtract, title }: BallStroke): Promise<void> {
  const { sheet } = stroke;
  const others: FrameChange[] = [];
  await attempt("The slices around could not be read", async () => {
    for (const { frame: index, awayMm } of slicesAround(sheet)) {
      const frame = await readFrame(sheet.layer.seriesId, index);
      const before = await readWorkingLabelMap(sheet.layer.id, index);
      const after = { ...before, values: before.values.slice() };
      const paint = paintOn(sheet, frame, subtract);
      let within: PixelRectangle | undefined;
      for (const piece of pieces) {
        const brush = ballOn(frame, awayMm, piece.pressure);
        if (brush) within = paintSegment(after, piece, { brush, paint }) ?? within;
      }
      if (within) others.push({ frame: index, before, after });
    }
  });
  stroke.keep(title, others);
}

function ballOn({ geometry }: Frame, awayMm: number, pressure: number): Brush | undefined {
  return brushOn(annotation.get().brush, geometry, { pressure, awayMm });
}

/** The slices that a ball about the one on the screen reaches, and how far away they are. */
function slicesAround({ session, layer, index, frame }: Sheet): { frame: number; awayMm: number }[] {
  const series = session.state.series[layer.seriesId];
  const distance = series?.sliceSpacingMm;
  if (!series || distance === undefined || !frame.geometry.spacingMm) return [];
  const reach = Math.floor(annotation.get().brush.diameterMm / 2 / distance);
  return Array.from({ length: 2 * reach + 1 }, (_, at) => index - reach + at)
    .filter((other) => other !== index && other >= 0 && other < series.frames.length)
    .map((other) => ({ frame: other, awayMm: Math.abs(other - index) * distance }));
}
