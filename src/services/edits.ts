import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import { SlicebenchError } from "../core/errors";
import type { LabelMap } from "../core/mask/label-map";
import { applyPatch, type PatchDirection, patchBetween } from "../core/mask/patch";
import type { FramePatch } from "../core/mask/patch-wire";
import type { EditView, LayerView } from "../host/contract";
import type { Segment } from "../core/mask/label-map";
import { withStatesOf } from "../core/mask/segment-list";
import type { EditStore, StoredEdit } from "../workspace/edits";
import { type DeflatedLabelMap, deflateLabelMap, type StoredLayer } from "../workspace/layers";
import type { EventLog } from "./events";
import type { Layers } from "./layers";

/** What an edit needs to know of a series. */
export interface EditedSeries {
  frames: readonly { rows: number; columns: number }[];
}

interface EditsParts {
  layers: Layers;
  store: EditStore;
  findSeries: (id: string) => EditedSeries;
  events: EventLog;
  /** Called with what an edit changed, once it is in the workspace; the first one of a layer may be its start. */
  onEdited?: (layer: StoredLayer, frames: readonly number[]) => void;
}

export interface NewEdit {
  /** A UUID, chosen by the page: an edit that is sent again, for want of an answer, is done once. */
  id: string;
  title: string;
  /** The value that it draws, where it is one segment's. */
  segment?: number | undefined;
  patches: readonly FramePatch[];
}

/** An edit with all that it leaves behind. */
export interface PreparedEdit extends Omit<NewEdit, "id"> {
  labelMaps: readonly DeflatedLabelMap[];
  /** What the layer's segments become, where they change. */
  segments?: readonly Segment[];
}

/**
 * Edits of annotation layers, and their history. An edit is answered when it is in the workspace: what the page then
 * calls saved outlives this program.
 */
export class Edits {
  // One at a time: each reads label maps, changes them, and writes them back with the history.
  readonly #queue = new PQueue({ concurrency: 1 });

  constructor(private readonly parts: EditsParts) {}

  /** The steps of a series, the first made first; those that were undone come last. */
  history(seriesId: string): EditView[] {
    return this.parts.store.list(seriesId).map(viewOf);
  }

  /**
   * Makes an annotation layer, empty or with what another layer of the series has on each frame, which is then the
   * first step of its history.
   * Throws LAYER_NOT_FOUND.
   */
  async createLayer(request: {
    seriesId: string;
    name: string;
    startFrom?: string | undefined;
  }): Promise<LayerView> {
    const { layers, findSeries } = this.parts;
    const { frames } = findSeries(request.seriesId);
    const source = request.startFrom === undefined ? undefined : layers.get(request.startFrom);
    if (source !== undefined && source.seriesId !== request.seriesId) throw otherSeries();
    const { id } = layers.create({
      seriesId: request.seriesId,
      name: request.name,
      origin: { kind: "annotation", ...(source && { startedFrom: source.id }) },
      segments: source?.segments ?? [{ value: 1, label: "Segment 1", colour: "#E69F00" }],
    });
    if (source !== undefined) {
      const patches: FramePatch[] = [];
      for (const frame of source.frames) {
        const { rows, columns } = frames[frame]!;
        const patch = patchBetween(emptyLabelMap(rows, columns), await layers.labelMap(source.id, frame));
        if (patch !== undefined) patches.push({ frame, patch });
      }
      if (patches.length > 0)
        await this.commit(id, { id: randomUUID(), title: `Start from ${source.name}`, patches });
    }
    return layers.view(id);
  }

  /**
   * Does an edit on a layer's label maps and puts it at the end of the history; what was undone is forgotten.
   * Throws LAYER_NOT_FOUND, LAYER_NOT_EDITABLE, EDIT_INVALID for a frame or a segment that is not there, PATCH_INVALID,
   * or PATCH_CONFLICT where the label maps are not those that the edit was made on. Then nothing is changed.
   */
  async commit(layerId: string, edit: NewEdit): Promise<EditView> {
    const view = await this.perform(layerId, edit.id, async (layer) => ({
      ...edit,
      labelMaps: await this.#patched(layer, edit.patches, "apply"),
    }));
    return view!;
  }

  /**
   * Makes an edit out of a layer as it is when all before is done, and puts it at the end of the history.
   * @param make answers undefined where there is nothing to do
   * Throws LAYER_NOT_FOUND, LAYER_NOT_EDITABLE, and what `make` throws; then nothing is changed.
   */
  async perform(
    layerId: string,
    id: string,
    make: (layer: StoredLayer) => Promise<PreparedEdit | undefined>,
  ): Promise<EditView | undefined> {
    return this.#queue.add(async () => {
      const { store } = this.parts;
      const known = store.get(id);
      if (known !== undefined) return viewOf(known);
      const layer = this.editable(layerId);
      const edit = await make(layer);
      if (edit === undefined) return undefined;
      const { title, segment, patches, labelMaps, segments: after } = edit;
      const segments = after && { segments: { before: layer.segments, after: [...after] } };
      const step = { id, title, layerId, seriesId: layer.seriesId };
      store.add({ ...step, ...segments, ...(segment !== undefined && { segment }) }, patches, {
        labelMaps,
        segments: after,
      });
      const done = this.#tell(layer, store.get(id)!);
      this.parts.onEdited?.(layer, done.frames);
      return done;
    });
  }

  /** A layer whose masks may change; throws LAYER_NOT_FOUND, LAYER_NOT_EDITABLE. */
  editable(layerId: string): StoredLayer {
    const layer = this.parts.layers.get(layerId);
    if (layer.origin.kind !== "annotation") throw notEditable(layer);
    return layer;
  }

  /** Takes the last step of a series back; undefined where there is none. */
  undo(seriesId: string): Promise<EditView | undefined> {
    return this.#queue.add(() => this.#step(this.parts.store.lastDone(seriesId), "revert"));
  }

  /** Does the first undone step of a series again; undefined where there is none. */
  redo(seriesId: string): Promise<EditView | undefined> {
    return this.#queue.add(() => this.#step(this.parts.store.firstUndone(seriesId), "apply"));
  }

  async #step(edit: StoredEdit | undefined, direction: PatchDirection): Promise<EditView | undefined> {
    if (edit === undefined) return undefined;
    const { layers, store } = this.parts;
    const layer = layers.get(edit.layerId);
    const labelMaps = await this.#patched(layer, store.patches(edit), direction);
    const segments = edit.segments?.[direction === "revert" ? "before" : "after"];
    store.setUndone(edit, direction === "revert", {
      labelMaps,
      segments: segments && withStatesOf(segments, layer.segments),
    });
    return this.#tell(layer, store.get(edit.id)!);
  }

  /** What a layer's label maps become. */
  async #patched(
    layer: StoredLayer,
    patches: readonly FramePatch[],
    direction: PatchDirection,
  ): Promise<DeflatedLabelMap[]> {
    const { layers, findSeries } = this.parts;
    const { frames } = findSeries(layer.seriesId);
    const present = new Set(layer.frames);
    const changed = new Map<number, LabelMap>();
    for (const { frame, patch } of patches) {
      const size = frames[frame];
      if (size === undefined)
        throw new SlicebenchError(
          "EDIT_INVALID",
          `The edit names frame ${frame + 1}, which the series has not.`,
        );
      const labelMap =
        changed.get(frame) ??
        (present.has(frame)
          ? await layers.labelMap(layer.id, frame)
          : emptyLabelMap(size.rows, size.columns));
      applyPatch(labelMap, patch, direction);
      changed.set(frame, labelMap);
    }
    const deflated: DeflatedLabelMap[] = [];
    for (const [frame, labelMap] of changed) deflated.push(await deflateLabelMap(frame, labelMap));
    return deflated;
  }

  #tell({ id, seriesId }: StoredLayer, stored: StoredEdit): EditView {
    const edit = viewOf(stored);
    this.parts.layers.tellOf(id);
    this.parts.events.publish({ type: "history", seriesId, edit });
    return edit;
  }
}

function emptyLabelMap(rows: number, columns: number): LabelMap {
  return { rows, columns, values: new Uint8Array(rows * columns) };
}

function viewOf({ seriesId: _series, segments: _segments, ...edit }: StoredEdit): EditView {
  return edit;
}

function otherSeries(): SlicebenchError {
  return new SlicebenchError("EDIT_INVALID", "The layer to start from belongs to another series.");
}

function notEditable({ name }: StoredLayer): SlicebenchError {
  return new SlicebenchError("LAYER_NOT_EDITABLE", `${name} stays as it was made.`, {
    hint: "Make an annotation that starts from it, and correct that.",
  });
}
