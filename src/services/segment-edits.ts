import type { z } from "zod";
import { changeSegments, segmentOf } from "../core/mask/segment-list";
import type { SegmentWork } from "../core/mask/segment-work";
import type { changeSegmentsSchema, EditView, LayerView, segmentStateSchema } from "../host/contract";
import type { LayerStore, StoredLayer } from "../workspace/layers";
import type { Edits } from "./edits";
import type { Layers } from "./layers";
import type { WorkDone, WorkRequest, WorkSlice } from "./mask-worker";
import { type OperateRequest, planOperation, type WorkedSeries } from "./operation-plan";
import type { SegmentMeasures } from "./segment-measures";
import { WorkerPool } from "./worker-pool";

interface SegmentEditsParts {
  edits: Edits;
  layers: Layers;
  measures: SegmentMeasures;
  store: LayerStore;
  findSeries: (id: string) => WorkedSeries;
}

interface LayerWork {
  frames: readonly number[];
  work: SegmentWork;
  other?: StoredLayer;
  unit: "mm" | "px";
  signal?: AbortSignal;
}

/**
 * Changes of an annotation's segments and operations on them, each one step of the history. Label maps are worked on
 * in a worker thread of the host: it has them all, and a page would have to fetch every slice and send it back.
 */
export class SegmentEdits {
  readonly #pool = new WorkerPool<WorkRequest, WorkDone>("mask-worker", { maxThreads: 1, idleMs: 60_000 });

  constructor(private readonly parts: SegmentEditsParts) {}

  /** Throws LAYER_NOT_FOUND, LAYER_NOT_EDITABLE, SEGMENT_NOT_FOUND, SEGMENT_LOCKED, SEGMENT_INVALID. */
  async changeSegments(
    layerId: string,
    { edit, change }: z.output<typeof changeSegmentsSchema>,
  ): Promise<EditView> {
    const view = await this.parts.edits.perform(layerId, edit, async (layer) => {
      const { segments, title, replaced } = changeSegments(layer.segments, change);
      const work = replaced && ({ kind: "replace", ...replaced } as const);
      const done = work && (await this.#work(layer, { frames: layer.frames, work, unit: "px" }));
      return { title, segments, ...(done ?? { patches: [], labelMaps: [] }) };
    });
    return view!;
  }

  /** Locks or hides a segment, or ends that; throws LAYER_NOT_FOUND, LAYER_NOT_EDITABLE, SEGMENT_NOT_FOUND. */
  setState(layerId: string, value: number, state: z.output<typeof segmentStateSchema>): LayerView {
    const { segments } = this.parts.edits.editable(layerId);
    const known = segmentOf(segments, value);
    const changed = {
      ...known,
      ...(state.locked !== undefined && { locked: state.locked }),
      ...(state.hidden !== undefined && { hidden: state.hidden }),
    };
    return this.parts.layers.change(layerId, {
      segments: segments.map((segment) => (segment === known ? changed : segment)),
    });
  }

  /**
   * Works on one segment; undefined where nothing changed. Throws what `changeSegments` and `planOperation` throw, and
   * CancelledError where the signal ends it: then nothing is changed.
   */
  async operate(
    layerId: string,
    request: OperateRequest,
    signal: AbortSignal,
  ): Promise<EditView | undefined> {
    const { edits, layers, measures, findSeries } = this.parts;
    const { operation, scope } = request;
    const view = await edits.perform(layerId, request.edit, async (layer) => {
      const { title, segments, ...work } = planOperation(request, {
        layer,
        series: findSeries(layer.seriesId),
        findLayer: (id) => layers.get(id),
        empty: operation.kind === "accept" ? await measures.emptySegments(layerId) : new Set(),
      });
      const done = await this.#work(layer, { ...work, signal });
      if (done.patches.length === 0) return undefined;
      // What changes the list works on all of it.
      return { title, ...(segments ? { segments } : { segment: request.segment }), ...done };
    });
    if (view !== undefined && operation.kind === "accept")
      this.#rememberStart(layerId, operation.layerId, { isWhole: scope !== "slice" });
    return view;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** The first layer that an annotation took something over from, or the last one that it took over whole. */
  #rememberStart(layerId: string, startedFrom: string, { isWhole }: { isWhole: boolean }): void {
    const { origin } = this.parts.layers.get(layerId);
    if (origin.kind !== "annotation" || (origin.startedFrom !== undefined && !isWhole)) return;
    this.parts.layers.change(layerId, { origin: { kind: "annotation", startedFrom } });
  }

  async #work(layer: StoredLayer, { frames, work, other, unit, signal }: LayerWork): Promise<WorkDone> {
    const series = this.parts.findSeries(layer.seriesId);
    const mapsOf = (id: string) => {
      const maps = this.parts.store.deflatedLabelMaps(id, frames);
      return new Map(maps.map(({ frame, deflated }) => [frame, { deflated }]));
    };
    const own = mapsOf(layer.id);
    const others = other && mapsOf(other.id);
    const slices = frames.map((frame): WorkSlice => {
      const { rows, columns, geometry } = series.frames[frame]!;
      return {
        frame,
        rows,
        columns,
        spacing: (unit === "mm" ? geometry.spacingMm : undefined) ?? [1, 1],
        ...own.get(frame),
        ...(others && { other: others.get(frame) ?? {} }),
      };
    });
    return this.#pool.run({ slices, work }, signal);
  }
}
