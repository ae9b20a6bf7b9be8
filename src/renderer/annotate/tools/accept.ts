import { clippedTo } from "../../../core/mask/rectangle";
import type { ViewportSession } from "../../viewport/session";
import { accept } from "../operations/run-operation";
import type { PointerAt, Tool } from "./tool";

/** A press takes the part of another layer's mask over that lies under the pointer. */
export class AcceptTool implements Tool {
  readonly isDrawing = false;

  constructor(private readonly session: ViewportSession) {}

  press({ point }: PointerAt): void {
    const { picture } = this.session;
    const at = { row: Math.floor(point.row), column: Math.floor(point.column), rows: 1, columns: 1 };
    if (!picture || !clippedTo(at, picture.frame)) return;
    void accept("slice", { row: at.row, column: at.column });
  }

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
