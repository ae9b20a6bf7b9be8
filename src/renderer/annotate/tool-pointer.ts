import { invertAffine, mapPoint } from "../../core/image/view";
import type { ImagePoint } from "../../core/mask/paint";
import { shownGeometry, viewportOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { placementOf } from "../viewport/scene";
import type { ViewportSession } from "../viewport/session";
import { createWheelCounter } from "../viewport/wheel";
import { type AnnotationTool, useAnnotation } from "./annotation";
import { stepDiameter } from "./brush-size";
import { Drawing } from "./drawing";
import { toolInHand } from "./tool-in-hand";
import { createTool } from "./tools/create-tool";
import type { PointerAt, Tool } from "./tools/tool";

/** CSS pixels within which a press means a corner that is there already. */
const reachPixels = 8;

/**
 * Leads the pointer's events to a tool for as long as it is in the hand. Nothing here goes through React: a stroke is
 * on the screen in the frame in which the pointer moved. Other buttons, and Space held, are the viewport's as ever.
 */
export class ToolPointer {
  private readonly ending = new AbortController();
  private readonly endings: (() => void)[];
  private readonly tool: Tool;
  private readonly drawing: Drawing;
  private readonly countWheel = createWheelCounter();
  private pressed: number | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly session: ViewportSession,
    name: AnnotationTool,
  ) {
    this.tool = createTool(name, session, () => this.reach());
    this.drawing = new Drawing(element, session, name);
    toolInHand.setState({ tool: this.tool });
    this.listen();
    const redraw = () => this.drawing.draw(this.tool.draft);
    this.endings = [
      session.onRedraw((what) => what !== "masks" && redraw()),
      useAnnotation.subscribe(redraw),
      // What was begun on one slice is not finished on another.
      viewportsStore.subscribe((state, previous) => {
        const now = viewportOf(state, session.id);
        const before = viewportOf(previous, session.id);
        if (now.frameIndex !== before.frameIndex || now.seriesId !== before.seriesId) this.cancel();
      }),
    ];
  }

  end(): void {
    this.cancel();
    this.ending.abort();
    this.endings.forEach((end) => end());
    this.drawing.clear();
    toolInHand.setState({ tool: undefined });
  }

  private cancel(): void {
    this.tool.cancel();
    this.drawing.draw(undefined);
  }

  private listen(): void {
    const { element } = this;
    const { signal } = this.ending;
    element.addEventListener("pointerdown", (event) => this.press(event), { signal });
    element.addEventListener("pointermove", (event) => this.move(event), { signal });
    element.addEventListener("pointerup", (event) => this.release(event), { signal });
    element.addEventListener("pointercancel", (event) => this.lose(event), { signal });
    element.addEventListener("pointerleave", () => this.drawing.hideCursor(), { signal });
    element.addEventListener("dblclick", (event) => this.doublePress(event), { signal });
    element.addEventListener("wheel", (event) => this.turn(event), { signal, passive: false });
    // Keys change what is drawn without the pointer.
    window.addEventListener("keyup", () => this.drawing.draw(this.tool.draft), { signal });
  }

  private isOurs(event: MouseEvent): boolean {
    return event.button === 0 && !viewportsStore.getState().panHeld;
  }

  private press(event: PointerEvent): void {
    if (!this.isOurs(event) || this.pressed !== undefined) return;
    // The viewport would drag with its own tool.
    event.stopPropagation();
    this.pressed = event.pointerId;
    this.element.setPointerCapture(event.pointerId);
    this.element.closest<HTMLElement>("[data-viewport]")?.focus({ preventScroll: true });
    const at = this.placeOf(event);
    if (at) this.tool.press(at);
    this.drawing.draw(this.tool.draft);
  }

  private move(event: PointerEvent): void {
    const at = this.placeOf(event);
    if (at) this.drawing.moveCursor(event, at);
    if (!at) return;
    if (this.pressed === event.pointerId) {
      const events = event.getCoalescedEvents();
      const way = (events.length > 0 ? events : [event]).map((each) => this.placeOf(each));
      this.tool.drag(way.filter((place) => place !== undefined));
    } else this.tool.hover?.(at);
    this.drawing.draw(this.tool.draft);
  }

  private release(event: PointerEvent): void {
    if (this.pressed !== event.pointerId) return;
    this.pressed = undefined;
    const at = this.placeOf(event);
    if (at) this.tool.release(at);
    this.drawing.draw(this.tool.draft);
  }

  /** The system took the pointer away: what was painted so far is kept, as the hand meant it. */
  private lose(event: PointerEvent): void {
    this.release(event);
  }

  private doublePress(event: MouseEvent): void {
    event.stopPropagation();
    this.tool.finish?.();
    this.drawing.draw(this.tool.draft);
  }

  private turn(event: WheelEvent): void {
    if (!event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    // Browsers turn the wheel sideways while Shift is down.
    const steps = this.countWheel(event);
    const spacing = shownGeometry(viewportsStore.getState(), this.session.id)?.spacingMm;
    if (steps !== 0) stepDiameter(-steps, spacing);
  }

  private placeOf(event: MouseEvent): PointerAt | undefined {
    const { picture } = this.session;
    if (!picture) return undefined;
    const bounds = this.element.getBoundingClientRect();
    const place = { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    const { x, y } = mapPoint(invertAffine(placementOf(this.session, picture).transform), place);
    const point: ImagePoint = { row: y, column: x };
    const isPen = event instanceof PointerEvent && event.pointerType === "pen" && event.pressure > 0;
    return {
      point,
      pressure: isPen ? event.pressure : 1,
      subtract: event.altKey || event.ctrlKey || event.metaKey,
      even: event.shiftKey,
    };
  }

  private reach(): number {
    const { picture } = this.session;
    return picture ? reachPixels / placementOf(this.session, picture).zoom : 0;
  }
}
