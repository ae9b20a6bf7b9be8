import type { z } from "zod";
import type { EditView, LayerView, operateSchema } from "../../../host/contract";
import { host } from "../../api/host";
import { toast } from "../../app/toast";
import { activeViewport, layersOf, shownGeometry, sliceCount } from "../../state/viewport-queries";
import { viewportsStore } from "../../state/viewports";
import { useWorkbench } from "../../state/workbench";
import { annotatedLayer, annotation, paintedSegment } from "../annotation";
import { performStep } from "../commit-edit";
import { isDrawing } from "../tool-in-hand";
import { type OperationName, type OperationState, useOperation } from "./operation";

type Operation = z.input<typeof operateSchema>["operation"];

interface OperateOptions {
  scope?: OperationState["scope"];
  unit?: "mm" | "px";
  /** Said where nothing changed. */
  nothing?: string;
}

/** Works on the painted segment of the annotation that is edited, as a step of the history on the host. */
async function operate(operation: Operation, options: OperateOptions = {}): Promise<EditView | undefined> {
  const state = viewportsStore.getState();
  const layer = annotatedLayer(state, annotation.get());
  if (isDrawing()) return undefined;
  if (!layer) {
    toast("There is no annotation to work on yet.");
    return undefined;
  }
  const { scope = "slice", unit = "px", nothing = "Nothing changed." } = options;
  const request = {
    edit: crypto.randomUUID(),
    segment: paintedSegment(layer, annotation.get()),
    frame: activeViewport(state).frameIndex,
    overwrite: annotation.get().overwrite,
    scope,
    unit,
    operation,
  };
  return performStep("The segment could not be changed", async () => {
    const step = await withCancel((signal) => host.operate(layer.id, request, signal));
    if (!step) toast(nothing);
    return step;
  });
}

/** From when on work is told, with a way to cancel it: most takes less. */
const toldAfterMs = 1_000;

/** Lets the reader cancel what the host is at, once it has taken long enough to be told. */
async function withCancel<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const pageWork = { title: "Working on the segment", done: 0, cancel: () => controller.abort() };
  const timer = setTimeout(() => useWorkbench.setState({ pageWork }), toldAfterMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    if (useWorkbench.getState().pageWork === pageWork) useWorkbench.setState({ pageWork: undefined });
  }
}

/** The distance in the unit that the slice in view allows. */
export function distanceOf(
  { distanceMm, distancePixels }: Pick<OperationState, "distanceMm" | "distancePixels">,
  isSpaced: boolean,
): { distance: number; unit: "mm" | "px" } {
  return isSpaced ? { distance: distanceMm, unit: "mm" } : { distance: distancePixels, unit: "px" };
}

/** Other segments that the painted one can be combined with: of its own layer, then of the series' other layers. */
export function otherSegments(): { key: string; layer: LayerView; value: number; label: string }[] {
  const state = viewportsStore.getState();
  const own = annotatedLayer(state, annotation.get());
  if (!own) return [];
  const painted = paintedSegment(own, annotation.get());
  const others = layersOf(state, own.seriesId).filter(({ id, frames }) => id !== own.id && frames.length > 0);
  return [own, ...others].flatMap((layer) =>
    layer.segments
      .filter(({ value }) => layer !== own || value !== painted)
      .map(({ value, label }) => ({ key: `${layer.id}/${value}`, layer, value, label })),
  );
}

/** Layers whose masks can be accepted. */
export function acceptableLayers(): readonly LayerView[] {
  const state = viewportsStore.getState();
  const own = annotatedLayer(state, annotation.get());
  const { seriesId } = activeViewport(state);
  return layersOf(state, seriesId).filter(({ id, frames }) => id !== own?.id && frames.length > 0);
}

/** The layer whose masks are accepted: the chosen one, else a model's, else the first. */
export function chosenSource(): LayerView | undefined {
  const layers = acceptableLayers();
  return (
    layers.find(({ id }) => id === useOperation.getState().source) ??
    layers.find(({ origin }) => origin.kind === "model") ??
    layers[0]
  );
}

/** Does the operation in the hand, by its options. */
export async function applyOperation(name: OperationName): Promise<void> {
  const options = useOperation.getState();
  const { scope, method, direction, islands, smallest, how } = options;
  const state = viewportsStore.getState();
  const isSpaced = shownGeometry(state, state.activeViewportId)?.spacingMm !== undefined;
  const { distance, unit } = distanceOf(options, isSpaced);
  switch (name) {
    case "smooth":
      await operate({ kind: "smooth", method, distance }, { scope, unit });
      break;
    case "resize":
      await operate({ kind: direction, distance }, { scope, unit });
      break;
    case "islands":
      await operate(islands === "remove-islands" ? { kind: islands, smallest } : { kind: islands }, {
        scope,
      });
      break;
    case "between":
      await operate(
        { kind: "fill-between" },
        { scope, nothing: "There is no gap between two slices that are drawn on." },
      );
      break;
    case "combine": {
      const others = otherSegments();
      const other = others.find(({ key }) => key === options.other) ?? others[0];
      if (other)
        await operate({ kind: "combine", how, layerId: other.layer.id, value: other.value }, { scope });
    }
  }
}

/** Copies the painted segment to the slice before or behind, and goes there. */
export async function copyToSlice(by: 1 | -1): Promise<void> {
  const state = viewportsStore.getState();
  const { activeViewportId } = state;
  const to = activeViewport(state).frameIndex + by;
  if (to < 0 || to >= sliceCount(state, activeViewportId)) return;
  const nothing = "That slice has the same already.";
  if (await operate({ kind: "copy", to }, { nothing })) state.setFrame(activeViewportId, to);
}

/** Takes another layer's masks over: on this slice, on all, or the part at a pixel. */
export async function accept(
  scope: OperationState["scope"],
  at?: { row: number; column: number },
): Promise<void> {
  const source = chosenSource();
  if (!source) {
    toast("There is no other layer to accept a mask from. Run a model first.");
    return;
  }
  const nothing = at ? "The other layer has nothing here that may be added." : "Nothing changed.";
  await operate({ kind: "accept", layerId: source.id, ...(at && { at }) }, { scope, nothing });
}
