import { modalityValue } from "../../core/image/display";
import { invertAffine, mapPoint, type Point } from "../../core/image/view";
import type { Tool, ViewportsState } from "../state/viewport-model";
import type { ViewportsActions, ViewportsStore } from "../state/viewports";
import { placementOf, rangeOf } from "./scene";
import type { ViewportSession } from "./session";
import { createWheelCounter, wheelZoomFactor } from "./wheel";

/** Dragging so far doubles the zoom. */
const zoomDoublingPixels = 120;
/** Dragging the window so far goes through the whole range of the picture's values. */
const windowRangePixels = 512;

type Store = ViewportsState & ViewportsActions;

/** Which tool a button drags with; undefined for buttons that do nothing. */
function toolOf(event: PointerEvent, { tool, panHeld }: Store): Tool | undefined {
  if (event.button === 1) return "pan";
  if (event.button === 2) return "zoom";
  if (event.button !== 0) return undefined;
  return panHeld ? "pan" : tool;
}

/** Whether the pointer is on something that lies over the image and answers it itself: a handle, a button. */
function isOthers(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("[data-own-pointer]") !== null;
}

interface Drag {
  tool: Tool;
  pointerId: number;
  start: Point;
  last: Point;
}

/**
 * The mouse over one viewport: left drags with the active tool, middle pans, right zooms, the wheel goes through
 * slices, with Ctrl it zooms to the pointer. Changes the store and nothing else.
 * @returns the way to end it
 */
export function listenToGestures(
  element: HTMLElement,
  session: ViewportSession,
  store: ViewportsStore,
): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const { id } = session;
  const countSlices = createWheelCounter();
  let drag: Drag | undefined;

  const placeOf = (event: MouseEvent): Point => {
    const bounds = element.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };
  const imagePointAt = (place: Point): Point | undefined => {
    const { picture } = session;
    return picture && mapPoint(invertAffine(placementOf(session, picture).transform), place);
  };

  const dragTo = ({ tool, start, last }: Drag, place: Point): void => {
    const actions = store.getState();
    const distance = { x: place.x - last.x, y: place.y - last.y };
    if (tool === "pan") actions.panBy(id, distance);
    if (tool === "zoom") actions.zoomAt(id, 2 ** (-distance.y / zoomDoublingPixels), start);
    if (tool === "window") {
      const step = windowStep(session);
      // Right widens, down darkens: as in every reading room.
      actions.dragWindow(id, { width: distance.x * step, center: distance.y * step });
    }
    if (tool === "crosshair") {
      const point = imagePointAt(place);
      if (point) actions.pinCursor(id, point);
    }
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (isOthers(event)) return;
    const actions = store.getState();
    const tool = drag ? undefined : toolOf(event, actions);
    if (actions.activeViewportId !== id) actions.activate(id);
    if (!tool) return;
    const place = placeOf(event);
    drag = { tool, pointerId: event.pointerId, start: place, last: place };
    element.setPointerCapture(event.pointerId);
    if (tool === "crosshair") dragTo(drag, place);
    // Middle would start the browser's own scrolling.
    if (event.button === 1) event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent): void => {
    const place = placeOf(event);
    if (drag?.pointerId === event.pointerId) {
      dragTo(drag, place);
      drag = { ...drag, last: place };
    }
    const point = imagePointAt(place);
    store.getState().moveCursor(id, point);
  };
  const onPointerEnd = (event: PointerEvent): void => {
    if (drag?.pointerId === event.pointerId) drag = undefined;
  };
  const onPointerLeave = (): void => {
    if (!drag) store.getState().moveCursor(id, undefined);
  };
  const onWheel = (event: WheelEvent): void => {
    // Shift and the wheel are the brush's.
    if (event.shiftKey) return;
    event.preventDefault();
    const actions = store.getState();
    if (event.ctrlKey || event.metaKey) {
      actions.zoomAt(id, wheelZoomFactor(event), placeOf(event));
      return;
    }
    const slices = countSlices(event);
    if (slices !== 0) actions.stepFrame(id, slices);
  };
  const onDoubleClick = (event: MouseEvent): void => {
    if (!isOthers(event)) store.getState().toggleMaximised(id);
  };

  element.addEventListener("pointerdown", onPointerDown, { signal });
  element.addEventListener("pointermove", onPointerMove, { signal });
  element.addEventListener("pointerup", onPointerEnd, { signal });
  element.addEventListener("pointercancel", onPointerEnd, { signal });
  element.addEventListener("pointerleave", onPointerLeave, { signal });
  element.addEventListener("wheel", onWheel, { signal, passive: false });
  element.addEventListener("dblclick", onDoubleClick, { signal });
  element.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  return () => ending.abort();
}

/** Units of the picture's values for one pixel of dragging: alike for a CT of thousands and an MR of hundreds. */
function windowStep({ picture }: ViewportSession): number {
  if (!picture) return 1;
  const { frame } = picture;
  const [least, most] = rangeOf(frame);
  if (frame.samplesPerPixel === 3) return 2 ** frame.meaning.bitsStored / windowRangePixels;
  const range = Math.abs(modalityValue(frame.meaning, most) - modalityValue(frame.meaning, least));
  return Math.max(range, Number.EPSILON) / windowRangePixels;
}
