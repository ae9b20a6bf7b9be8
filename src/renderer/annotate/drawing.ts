import { mapPoint } from "../../core/image/view";
import type { ImagePoint } from "../../core/mask/paint";
import { placementOf } from "../viewport/scene";
import type { ViewportSession } from "../viewport/session";
import { type AnnotationTool, useAnnotation } from "./annotation";
import { brushOn, diameterOf, formatDiameter } from "./brush-size";
import type { Draft, PointerAt } from "./tools/tool";

/** The part of an overlay's drawing with a name. */
function partOf(element: HTMLElement, name: string): SVGElement {
  const part = element.querySelector<SVGElement>(`[data-part="${name}"]`);
  if (!part) throw new Error(`The overlay has no part ${name}.`);
  return part;
}

const svg = "http://www.w3.org/2000/svg";

/** What a tool shows over the picture: an outline that is begun, and the brush about the pointer, to scale. */
export class Drawing {
  private readonly lines: readonly SVGElement[];
  private readonly anchors: SVGElement;
  private readonly cursor: SVGElement;
  private readonly disc: SVGElement;
  private readonly square: SVGElement;
  private readonly text: SVGElement;
  private pointer: (PointerAt & { x: number; y: number }) | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly session: ViewportSession,
    private readonly tool: AnnotationTool,
  ) {
    this.lines = [partOf(element, "casing"), partOf(element, "line")];
    this.anchors = partOf(element, "anchors");
    this.cursor = partOf(element, "cursor");
    this.disc = partOf(element, "disc");
    this.square = partOf(element, "square");
    this.text = this.cursor.querySelector("text")!;
    this.hideCursor();
  }

  /** Draws what is begun, at the camera as it is now. */
  draw(draft: Draft | undefined): void {
    const { picture } = this.session;
    const shown = draft !== undefined && picture !== undefined;
    const points = shown ? draft.points.map((point) => this.onScreen(point)) : [];
    const line = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
    const path = line === "" ? "" : `M${line}${draft?.closed === true ? "Z" : ""}`;
    for (const part of this.lines) {
      part.setAttribute("d", path);
      part.toggleAttribute("data-subtract", draft?.subtract === true);
    }
    const anchors = shown ? (draft.anchors ?? []).map((point) => this.onScreen(point)) : [];
    this.anchors.replaceChildren(
      ...anchors.map(({ x, y }) => {
        const dot = document.createElementNS(svg, "circle");
        dot.setAttribute("cx", x.toFixed(1));
        dot.setAttribute("cy", y.toFixed(1));
        dot.setAttribute("r", "3.5");
        return dot;
      }),
    );
    this.drawCursor();
  }

  moveCursor(event: MouseEvent, at: PointerAt): void {
    const bounds = this.element.getBoundingClientRect();
    this.pointer = { ...at, x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    this.drawCursor();
  }

  hideCursor(): void {
    this.pointer = undefined;
    this.drawCursor();
  }

  clear(): void {
    this.draw(undefined);
    this.hideCursor();
  }

  private onScreen({ row, column }: ImagePoint): { x: number; y: number } {
    return mapPoint(placementOf(this.session, this.session.picture!).transform, { x: column, y: row });
  }

  /** Only the brush and the eraser have a size; other tools keep the system's own cross. */
  private drawCursor(): void {
    const { pointer, session, tool } = this;
    const { picture } = session;
    const hasSize = tool === "brush" || tool === "eraser";
    const isShown = hasSize && pointer !== undefined && picture !== undefined;
    this.cursor.toggleAttribute("data-hidden", !isShown);
    if (!isShown) return;
    const { brush } = useAnnotation.getState();
    const { geometry } = picture.frame;
    const { diameter, unit } = diameterOf(brush, geometry.spacingMm);
    const reach = brushOn(brush, geometry, { pressure: pointer.pressure });
    if (!reach) return;
    const { transform } = placementOf(session, picture);
    // Rotation and flip exchange or turn axes, never slant them: extents on the screen are sums of absolute parts.
    const width = Math.abs(transform.a) * reach.radiusColumns + Math.abs(transform.c) * reach.radiusRows;
    const height = Math.abs(transform.b) * reach.radiusColumns + Math.abs(transform.d) * reach.radiusRows;
    const isSquare = brush.shape === "square";
    this.cursor.setAttribute("transform", `translate(${pointer.x.toFixed(1)} ${pointer.y.toFixed(1)})`);
    this.disc.setAttribute("rx", (isSquare ? 0 : width).toFixed(1));
    this.disc.setAttribute("ry", (isSquare ? 0 : height).toFixed(1));
    this.square.setAttribute("x", (-width).toFixed(1));
    this.square.setAttribute("y", (-height).toFixed(1));
    this.square.setAttribute("width", (isSquare ? 2 * width : 0).toFixed(1));
    this.square.setAttribute("height", (isSquare ? 2 * height : 0).toFixed(1));
    this.text.setAttribute("x", (width + 8).toFixed(1));
    this.text.setAttribute("y", (height * 0.7 + 12).toFixed(1));
    const sign = (tool === "eraser") !== pointer.subtract ? "−" : "+";
    this.text.textContent = `${formatDiameter(diameter, unit)} ${sign}`;
  }
}
