import { createStore, type StoreApi } from "zustand/vanilla";
import type { Frame } from "../../core/image/frame";
import { voxelAt } from "../../core/image/reformat";
import type { LabelMap } from "../../core/mask/label-map";
import type { LayerView, SeriesDetail } from "../../host/contract";
import type { ViewportPlane, ViewportsState, ViewportState } from "../state/viewport-model";
import { seriesOf, sliceCountOf, stackOf, viewportOf } from "../state/viewport-queries";
import type { ViewportsStore } from "../state/viewports";
import type { ProbabilityMap } from "../../core/mask/probability-map";
import type { ProbabilityAddress } from "../api/pixels";
import type { Demand, Held } from "./demand-store";
import { resolveWindow, type ResolvedWindow } from "./display-window";
import { frameDemands, frameKey, prefetchOrder, volumeOrder, type FrameStore } from "./frame-store";
import type { LabelMapStore } from "./label-map-store";
import { probabilityDemand, type ProbabilityStore } from "./probability-store";
import { changeFor, type Redraw } from "./viewport-change";
import { ViewportLabelMaps } from "./viewport-label-maps";
import { reformatFrame } from "./volume";
import type { WorkingLabelMaps } from "./working-label-maps";

/** What is on the screen: until the wanted slice is there, that is the one before. */
export interface Picture {
  series: SeriesDetail;
  plane: ViewportPlane;
  index: number;
  frame: Frame;
  window: ResolvedWindow;
  /** Of a reformatted plane while its volume is still coming. */
  partly?: { loaded: number; total: number };
}

export type SessionStatus =
  | { state: "empty" }
  | { state: "loading"; picture?: Picture }
  | { state: "ready"; picture: Picture }
  | { state: "failed"; error: unknown; picture?: Picture };

export interface SessionSources {
  store: ViewportsStore;
  frames: FrameStore;
  labelMaps: LabelMapStore;
  probabilities: ProbabilityStore;
  working: WorkingLabelMaps;
}

const volumeIntervalMs = 150;

/**
 * What one viewport needs and has, outside React: states its wishes to the frame and label-map stores, and settles on
 * the picture to draw. Lives as long as the viewport is on the screen.
 */
export class ViewportSession {
  readonly id: string;
  readonly status: StoreApi<SessionStatus> = createStore<SessionStatus>(() => ({ state: "empty" }));
  /** Grows with every redraw. */
  revision = 0;
  private readonly sources: SessionSources;
  private readonly endings: (() => void)[] = [];
  private readonly redraws = new Set<(what: Redraw) => void>();
  private readonly labelMaps: ViewportLabelMaps;
  private volumeTimer: ReturnType<typeof setTimeout> | undefined;
  private lastIndex = 0;
  private direction: -1 | 0 | 1 = 0;
  private reformatted:
    { key: string; held: Held<Frame>; partly?: { loaded: number; total: number } } | undefined;

  constructor(id: string, sources: SessionSources) {
    this.id = id;
    this.sources = sources;
    this.labelMaps = new ViewportLabelMaps(id, sources.labelMaps, sources.working);
  }

  /** Starts following the stores. Returns the way to end it. */
  start(): () => void {
    const { store, frames, labelMaps, probabilities, working } = this.sources;
    this.endings.push(
      store.subscribe((state, previous) => this.followState(state, previous)),
      frames.subscribe((key) => this.followFrames(key)),
      labelMaps.subscribe(() => this.update("all")),
      probabilities.subscribe(() => this.redraw("masks")),
      // What was forgotten is wished for again.
      working.subscribe(() => this.update("masks")),
    );
    this.update("all");
    return () => {
      this.endings.splice(0).forEach((end) => end());
      clearTimeout(this.volumeTimer);
      this.volumeTimer = undefined;
      frames.wish(this.id, []);
      probabilities.wish(this.id, []);
      this.labelMaps.end();
    };
  }

  /** Calls back whenever the picture or its layers must be drawn anew. Returns the way to end it. */
  onRedraw(redraw: (what: Redraw) => void): () => void {
    this.redraws.add(redraw);
    return () => this.redraws.delete(redraw);
  }

  get state(): ViewportsState {
    return this.sources.store.getState();
  }

  get viewport(): ViewportState {
    return viewportOf(this.state, this.id);
  }

  get picture(): Picture | undefined {
    const status = this.status.getState();
    return status.state === "empty" ? undefined : status.picture;
  }

  /** A layer's label map for the picture on the screen; undefined where it has none, or none yet. */
  labelMapOf(layer: LayerView): LabelMap | undefined {
    const { picture } = this;
    return picture && this.labelMaps.of(layer, picture);
  }

  /** The masks in place were painted on. */
  redrawMasks(): void {
    this.redraw("masks");
  }

  private redraw(what: Redraw): void {
    this.revision++;
    for (const redraw of this.redraws) redraw(what);
  }

  private followState(state: ViewportsState, previous: ViewportsState): void {
    const change = changeFor(this.id, state, previous);
    if (change?.isOfContent) this.update(change.redraw);
    else if (change) this.redraw(change.redraw);
  }

  private followFrames(key: string): void {
    const { seriesId, plane, frameIndex } = this.viewport;
    if (seriesId === undefined) return;
    if (plane === "native") {
      if (key === frameKey(seriesId, frameIndex)) this.update("all");
    } else if (key.startsWith(`${seriesId}/`)) {
      // A volume's slices come by the hundred: reformat a few times a second, not for every one.
      this.volumeTimer ??= setTimeout(() => {
        this.volumeTimer = undefined;
        this.update("all");
      }, volumeIntervalMs);
    }
  }

  private update(what: Redraw): void {
    const series = seriesOf(this.state, this.id);
    if (!series) {
      this.sources.frames.wish(this.id, []);
      this.sources.probabilities.wish(this.id, []);
      this.status.setState({ state: "empty" }, true);
      this.redraw("all");
      return;
    }
    this.followDirection();
    const frames = this.wishedFrames(series);
    this.sources.frames.wish(this.id, frameDemands(series.id, frames));
    this.labelMaps.wish(this.state, frames);
    this.sources.probabilities.wish(this.id, this.wishedProbabilities());
    this.settle(series);
    this.redraw(what);
  }

  private followDirection(): void {
    const { frameIndex } = this.viewport;
    if (frameIndex !== this.lastIndex) this.direction = frameIndex > this.lastIndex ? 1 : -1;
    this.lastIndex = frameIndex;
  }

  private wishedFrames(series: SeriesDetail): number[] {
    const { plane, frameIndex } = this.viewport;
    const count = sliceCountOf(series, plane);
    const stack = stackOf(series, plane);
    if (!stack) return prefetchOrder(frameIndex, count, this.direction);
    const middle = { slice: frameIndex, row: stack.rows >> 1, column: stack.columns >> 1 };
    return volumeOrder(voxelAt(stack, middle).slice, series.frames.length);
  }

  /** Of the slice in view alone: each costs a run. */
  private wishedProbabilities(): Demand<ProbabilityAddress>[] {
    const demand = probabilityDemand(this.state, this.id);
    return demand ? [demand] : [];
  }

  /** How probable the chosen segment is on the slice in view; undefined where no map is wanted. */
  get probabilityMap(): Held<ProbabilityMap> | undefined {
    const demand = probabilityDemand(this.state, this.id);
    return demand && this.sources.probabilities.read(demand.key);
  }

  /** Settles on the picture to draw from what is there. */
  private settle(series: SeriesDetail): void {
    const { plane, frameIndex } = this.viewport;
    const held = this.readFrame(series);
    const before = this.picture;
    // A slice of another series or plane must not stand in for the one that is wanted.
    const standIn = before?.series.id === series.id && before.plane === plane ? { picture: before } : {};
    if (held.state === "missing") {
      this.status.setState({ state: "loading", ...standIn }, true);
      return;
    }
    if (held.state === "failed") {
      this.status.setState({ state: "failed", error: held.error, ...standIn }, true);
      return;
    }
    const window = this.windowFor(series, held.value);
    const partly = plane === "native" ? undefined : this.reformatted?.partly;
    const unchanged =
      before?.frame === held.value &&
      before.index === frameIndex &&
      before.series === series &&
      before.window.window.center === window.window.center &&
      before.window.window.width === window.window.width &&
      before.window.fromFile === window.fromFile &&
      this.status.getState().state === "ready";
    if (unchanged) return;
    const picture = {
      series,
      plane,
      index: frameIndex,
      frame: held.value,
      window,
      ...(partly && { partly }),
    };
    this.status.setState({ state: "ready", picture }, true);
    this.sources.store.getState().reportWindow(this.id, window.window);
  }

  private windowFor(series: SeriesDetail, frame: Frame): ResolvedWindow {
    const known = this.state.autoWindows[series.id];
    const resolved = resolveWindow(this.viewport.window, frame, known);
    if (resolved.computed) this.sources.store.getState().reportAutoWindow(series.id, resolved.window);
    return resolved;
  }

  private readFrame(series: SeriesDetail): Held<Frame> {
    const { plane, frameIndex } = this.viewport;
    const stack = stackOf(series, plane);
    if (!stack) return this.sources.frames.read(frameKey(series.id, frameIndex));
    const held = series.frames.map((_, index) => this.sources.frames.read(frameKey(series.id, index)));
    const loaded = held.filter(({ state }) => state === "ready").length;
    const failed = held.find(({ state }) => state === "failed");
    const key = `${series.id}/${plane}/${frameIndex}/${loaded}`;
    if (this.reformatted?.key === key) return this.reformatted.held;
    const frames = held.map((frame) => (frame.state === "ready" ? frame.value : undefined));
    const made = reformatFrame(stack, frameIndex, frames);
    const partly = made && made.loaded < made.total ? { loaded: made.loaded, total: made.total } : undefined;
    this.reformatted = {
      key,
      held: made ? { state: "ready", value: made.frame } : (failed ?? { state: "missing" }),
      ...(partly && { partly }),
    };
    return this.reformatted.held;
  }
}
