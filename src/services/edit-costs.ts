import { changedPixels } from "../core/mask/patch";
import { type CostedStep, editCost } from "../core/review";
import type { EditCostView } from "../host/contract";
import type { EditStore, StoredEdit } from "../workspace/edits";
import type { LayerStore } from "../workspace/layers";

/** What it took to correct each model's masks, over all annotations that started from one. */
export class EditCosts {
  /** Of a step, which never changes; counting means to read all its patches. */
  readonly #pixels = new Map<string, number>();

  constructor(
    private readonly layers: LayerStore,
    private readonly edits: EditStore,
  ) {}

  /** By model, in the order in which they were first corrected. */
  list(): EditCostView[] {
    const costs = new Map<string, EditCostView>();
    for (const { id, origin } of this.layers.listStarted()) {
      const source = origin.kind === "annotation" ? this.layers.get(origin.startedFrom ?? "") : undefined;
      if (source?.origin.kind !== "model") continue;
      const { modelId } = source.origin;
      const [start, ...steps] = this.edits.listOfLayer(id);
      if (start === undefined) continue;
      const cost = editCost(
        start.madeAt,
        steps.map((step) => this.#costed(step)),
      );
      const known = costs.get(modelId) ?? {
        modelId,
        layers: 0,
        slices: 0,
        strokes: 0,
        pixels: 0,
        seconds: 0,
      };
      costs.set(modelId, {
        modelId,
        layers: known.layers + 1,
        slices: known.slices + start.frames.length,
        strokes: known.strokes + cost.strokes,
        pixels: known.pixels + cost.pixels,
        seconds: known.seconds + cost.seconds,
      });
    }
    return [...costs.values()];
  }

  #costed(step: StoredEdit): CostedStep {
    let pixels = this.#pixels.get(step.id);
    if (pixels === undefined) {
      pixels = this.edits.patches(step).reduce((sum, { patch }) => sum + changedPixels(patch), 0);
      this.#pixels.set(step.id, pixels);
    }
    return { madeAt: step.madeAt, pixels, isUndone: step.isUndone };
  }
}
