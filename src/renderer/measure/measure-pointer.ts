import { invertAffine, mapPoint, type Point } from "../../core/image/view";
import type { ImagePoint } from "../../core/mask/paint";
import {
  isComplete,
  type MeasuredShape,
  type MeasurementKind,
  measurementKinds,
  moveHandle,
  moveShape,
} from "../../core/measure/measurement";
import { useAnnotation } from "../annotate/annotation";
import { toolInHand } from "../annotate/tool-in-hand";
import { annotateViewportId } from "../state/viewport-model";
import { viewportOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { placementOf } from "../viewport/scene";
import type { ViewportSession } from "../viewport/session";
import { addMeasurement, changePoints } from "./actions";
import { measurementsOn, measuring } from "./measuring";
import { distance, type Grip, gripAt, onScreen } from "./nearest";

/** CSS pixels that tell a drag from a click, and within which a click means a corner that is there. */
const clickReach = 4;
const closingReach = 8;

interface Hold extends Grip {
  from: ImagePoint;
  start: Point;
}

/**
 * The pointer over one viewport while it measures: draws new shapes with a measuring tool in the hand, and with any
 * viewing tool takes hold of those that are there. It hears of the pointer before the viewport's own gestures, and keeps
 * from them what it uses.
 */
export class MeasurePointer {
  readonly #ending = new AbortController();
  readonly #endings: (() => void)[];
  #pressed: Point | undefined;
  #hold: Hold | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly session: ViewportSession,
  ) {
    const options = { signal: this.#ending.signal, capture: true };
    element.addEventListener("pointerdown", (event) => this.#press(event), options);
    element.addEventListener("pointermove", (event) => this.#move(event), options);
    element.addEventListener("pointerup", (event) => this.#release(event), options);
    element.addEventListener("pointercancel", () => this.cancel(), options);
    element.addEventListener("dblclick", (event) => this.#doublePress(event), options);
    this.#endings = [
      viewportsStore.subscribe((state, before) => {
        const own = viewportOf(state, session.id);
        const last = viewportOf(before, session.id);
        // What was begun on one slice, or with one tool, is not finished with another.
        const isOther =
          own.frameIndex !== last.frameIndex || own.seriesId !== last.seriesId || state.tool !== before.tool;
        if (isOther) this.cancel();
      }),
      useAnnotation.subscribe(({ tool }, before) => tool !== before.tool && this.cancel()),
    ];
  }

  get isDrawing(): boolean {
    return this.#draft !== undefined;
  }

  end(): void {
    this.cancel();
    this.#ending.abort();
    this.#endings.forEach((end) => end());
  }

  cancel(): void {
    this.#hold = undefined;
    this.#pressed = undefined;
    if (this.#draft) this.#show(undefined);
  }

  /** Closes a polygon where its last corner was set. */
  finish(): void {
    const shape = this.#draft;
    if (shape?.kind === "polygon") this.#keep({ ...shape, points: shape.points.slice(0, -1) });
  }

  takeBack(): void {
    const shape = this.#draft;
    if (!shape) return;
    if (shape.points.length <= 2) this.cancel();
    else this.#show({ ...shape, points: [...shape.points.slice(0, -2), shape.points.at(-1)!] });
  }

  /** The shape that is drawn here. */
  get #draft(): MeasuredShape | undefined {
    const { draft } = measuring.get();
    return draft?.viewportId === this.session.id ? draft.shape : undefined;
  }

  #show(shape: MeasuredShape | undefined): void {
    const of = this.#hold?.measurement;
    measuring.set({ draft: shape && { viewportId: this.session.id, shape, ...(of && { of }) } });
    // Keys lead to what is begun; a brush that was taken meanwhile keeps them.
    const isOurs = toolInHand.getState().tool === this;
    if (shape) toolInHand.setState({ tool: this });
    else if (isOurs) toolInHand.setState({ tool: undefined });
  }

  /** The kind that a press begins; undefined where a viewing tool is in the hand. */
  #kind(): MeasurementKind | undefined {
    const { tool } = viewportsStore.getState();
    return measurementKinds.find((kind) => kind === tool);
  }

  #isOurs(event: PointerEvent): boolean {
    const { picture, id } = this.session;
    if (event.button !== 0 || picture?.plane !== "native" || viewportsStore.getState().panHeld) return false;
    if (id === annotateViewportId && useAnnotation.getState().tool !== undefined) return false;
    return !(event.target instanceof Element && event.target.closest("[data-own-pointer], button") !== null);
  }

  #press(event: PointerEvent): void {
    if (!this.#isOurs(event)) return;
    const place = this.#placeOf(event);
    const point = this.#pointAt(place);
    const draft = this.#draft;
    if (draft) this.#show(withLast(draft, point));
    else {
      const grip = this.#gripAt(place);
      const kind = this.#kind();
      measuring.set({ selectedId: grip?.measurement.id });
      if (!grip && !kind) return;
      if (grip) this.#hold = { ...grip, from: point, start: place };
      else if (kind) this.#show({ kind, points: [point, point] });
    }
    this.#pressed = place;
    event.stopPropagation();
    this.element.setPointerCapture(event.pointerId);
    viewportsStore.getState().activate(this.session.id);
    this.element.closest<HTMLElement>("[data-viewport]")?.focus({ preventScroll: true });
  }

  #move(event: PointerEvent): void {
    const place = this.#placeOf(event);
    const hold = this.#hold;
    const draft = this.#draft;
    if (hold) {
      // A press that only chooses does not move by a trembling hand.
      if (!draft && distance(place, hold.start) < clickReach) return;
      this.#show(movedBy(hold, this.#pointAt(place)));
    } else if (draft) this.#show(withLast(draft, this.#pointAt(place)));
    else this.#pointOut(place);
  }

  #release(event: PointerEvent): void {
    const start = this.#pressed;
    if (!start || event.button !== 0) return;
    this.#pressed = undefined;
    event.stopPropagation();
    const place = this.#placeOf(event);
    const hold = this.#hold;
    const draft = this.#draft;
    if (hold) {
      this.#hold = undefined;
      this.#show(undefined);
      if (draft && isComplete(draft)) void changePoints(hold.measurement, draft, this.session.picture!);
    } else if (draft) this.#setPoint(withLast(draft, this.#pointAt(place)), place);
  }

  /** A point was set: by the end of a drag or by a click. */
  #setPoint(shape: MeasuredShape, place: Point): void {
    const { kind, points } = shape;
    const last = points.at(-1)!;
    const isFar = distance(this.#onScreen(points.at(-2)!), place) >= clickReach;
    // Length and ellipse are one drag, or two clicks; so is each leg of an angle.
    const wanted = { length: 2, ellipse: 2, angle: 3, polygon: Infinity }[kind];
    const isClosing =
      kind === "polygon" && points.length > 3 && distance(this.#onScreen(points[0]!), place) <= closingReach;
    if (isClosing) this.#keep({ kind, points: points.slice(0, -1) });
    else if (!isFar) this.#show(shape);
    else if (points.length >= wanted) this.#keep(shape);
    else this.#show({ kind, points: [...points, last] });
  }

  #keep(shape: MeasuredShape): void {
    if (!isComplete(shape)) return;
    this.#show(undefined);
    void addMeasurement(shape, this.session.picture!);
  }

  #doublePress(event: MouseEvent): void {
    if (!this.#draft && this.#kind() === undefined) return;
    // The viewport would be maximised.
    event.stopPropagation();
    this.finish();
  }

  /** The pointer's own shape says that a press takes hold. */
  #pointOut(place: Point): void {
    const isHeld = this.session.picture?.plane === "native" && this.#gripAt(place) !== undefined;
    this.element.toggleAttribute("data-grip", isHeld);
  }

  #gripAt(place: Point): Grip | undefined {
    const { picture } = this.session;
    if (!picture) return undefined;
    const { selectedId } = measuring.get();
    return gripAt(place, measurementsOn(picture), {
      placement: placementOf(this.session, picture),
      selectedId,
    });
  }

  #placeOf(event: MouseEvent): Point {
    const bounds = this.element.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  }

  #onScreen(point: ImagePoint): Point {
    return onScreen(point, placementOf(this.session, this.session.picture!));
  }

  #pointAt(place: Point): ImagePoint {
    const { transform } = placementOf(this.session, this.session.picture!);
    const { x, y } = mapPoint(invertAffine(transform), place);
    return { row: y, column: x };
  }
}

const withLast = ({ kind, points }: MeasuredShape, last: ImagePoint): MeasuredShape => ({
  kind,
  points: [...points.slice(0, -1), last],
});

function movedBy({ measurement, handle, from }: Hold, to: ImagePoint): MeasuredShape {
  const { kind, points } = measurement;
  if (handle !== undefined) return moveHandle({ kind, points }, handle, to);
  return moveShape({ kind, points }, { row: to.row - from.row, column: to.column - from.column });
}
