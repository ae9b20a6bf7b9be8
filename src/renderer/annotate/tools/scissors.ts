import { sampleRange } from "../../../core/image/value-range";
import { LiveWire } from "../../../core/mask/live-wire";
import type { ImagePoint } from "../../../core/mask/paint";
import { clippedTo, type PixelRectangle } from "../../../core/mask/rectangle";
import type { ViewportSession } from "../../viewport/session";
import { annotation } from "../annotation";
import { type Sheet, sheetOf } from "../stroke";
import { distance, keepOutline } from "./outline";
import type { Draft, PointerAt, Tool } from "./tool";

/** The wire is sought within so many pixels of its anchor, so that a move never waits for a search over a radiograph. */
const seekRadius = 256;

/** A live wire from the last anchor, in a part of the image around it. */
interface Wire {
  area: PixelRectangle;
  wire: LiveWire;
}

interface Drawing {
  sheet: Sheet;
  anchors: ImagePoint[];
  /** By anchor but the first: the way that leads to it. */
  ways: ImagePoint[][];
  /** From the last anchor to the pointer. */
  way: ImagePoint[];
  wire: Wire;
  subtract: boolean;
}

/**
 * Intelligent scissors (core/mask/live-wire.ts): a press sets an anchor down, and the line between two follows the
 * border in the image. Closed by a press on the first anchor, a double press, or Enter.
 */
export class ScissorsTool implements Tool {
  private drawing: Drawing | undefined;

  constructor(
    private readonly session: ViewportSession,
    private readonly reach: () => number,
  ) {}

  get isDrawing(): boolean {
    return this.drawing !== undefined;
  }

  press({ point, subtract }: PointerAt): void {
    const { drawing } = this;
    if (!drawing) {
      const sheet = sheetOf(this.session);
      if (!sheet) return;
      const wire = wireFrom(sheet, point);
      const turned = subtract !== annotation.get().subtract;
      if (wire) this.drawing = { sheet, anchors: [point], ways: [], way: [], wire, subtract: turned };
      return;
    }
    const isClosing = drawing.anchors.length >= 2 && distance(drawing.anchors[0]!, point) <= this.reach();
    if (isClosing) {
      this.finish();
      return;
    }
    drawing.way = wayTo(drawing.wire, point);
    const end = drawing.way.at(-1);
    const wire = end && wireFrom(drawing.sheet, end);
    if (!wire) return;
    drawing.ways.push(drawing.way);
    drawing.anchors.push(end);
    Object.assign(drawing, { way: [], wire });
  }

  drag(way: readonly PointerAt[]): void {
    const at = way.at(-1);
    if (at) this.hover(at);
  }

  hover({ point }: PointerAt): void {
    if (this.drawing) this.drawing.way = wayTo(this.drawing.wire, point);
  }

  release(): void {
    // An anchor is set down by the press.
  }

  finish(): void {
    const { drawing } = this;
    this.drawing = undefined;
    if (!drawing) return;
    const { sheet, anchors, ways, wire, subtract } = drawing;
    const corners = [anchors[0]!, ...ways.flat(), ...wayTo(wire, anchors[0]!)];
    keepOutline(sheet, corners, { subtract, title: "Scissors" });
  }

  takeBack(): void {
    const { drawing } = this;
    if (!drawing) return;
    drawing.anchors.pop();
    drawing.ways.pop();
    const last = drawing.anchors.at(-1);
    const wire = last && wireFrom(drawing.sheet, last);
    if (wire) Object.assign(drawing, { way: [], wire });
    else this.drawing = undefined;
  }

  cancel(): void {
    this.drawing = undefined;
  }

  get draft(): Draft | undefined {
    if (!this.drawing) return undefined;
    const { anchors, ways, way, subtract } = this.drawing;
    return { points: [anchors[0]!, ...ways.flat(), ...way], closed: false, anchors, subtract };
  }
}

/** Undefined where the anchor lies outside of the image. */
function wireFrom({ frame }: Sheet, anchor: ImagePoint): Wire | undefined {
  const [row, column] = [Math.floor(anchor.row), Math.floor(anchor.column)];
  const side = 2 * seekRadius + 1;
  const around = { row: row - seekRadius, column: column - seekRadius, rows: side, columns: side };
  const area = clippedTo(around, frame);
  if (!area || row < 0 || column < 0 || row >= frame.rows || column >= frame.columns) return undefined;
  const { samples } = sampleRange(frame, 0, 0);
  const cut = new Float32Array(area.rows * area.columns);
  for (let y = 0; y < area.rows; y++) {
    const start = (area.row + y) * frame.columns + area.column;
    for (let x = 0; x < area.columns; x++) cut[y * area.columns + x] = samples[start + x]!;
  }
  const wire = new LiveWire({ rows: area.rows, columns: area.columns, samples: cut });
  wire.anchor((row - area.row) * area.columns + column - area.column);
  return { area, wire };
}

/** The middles of the pixels on the way to a point, or to where it is nearest to the part that is sought in. */
function wayTo({ area, wire }: Wire, point: ImagePoint): ImagePoint[] {
  const row = Math.min(area.rows - 1, Math.max(0, Math.floor(point.row) - area.row));
  const column = Math.min(area.columns - 1, Math.max(0, Math.floor(point.column) - area.column));
  return wire.pathTo(row * area.columns + column).map((pixel) => ({
    row: area.row + Math.floor(pixel / area.columns) + 0.5,
    column: area.column + (pixel % area.columns) + 0.5,
  }));
}
