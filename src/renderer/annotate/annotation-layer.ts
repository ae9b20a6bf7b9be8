import type { LayerView } from "../../host/contract";
import { attempt } from "../actions/report";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { annotateViewportId } from "../state/viewport-model";
import { viewportsStore } from "../state/viewports";
import { annotation, annotationLayersOf, useAnnotation } from "./annotation";
import { useOperation } from "./operations/operation";
import { chosenSource } from "./operations/run-operation";

/** Series whose annotation is being made: a second press must not make a second one. */
const making = new Set<string>();

/** Makes an annotation of a series, empty or with what another layer has, and edits it. */
export async function startAnnotation(seriesId: string, startFrom?: LayerView): Promise<void> {
  if (making.has(seriesId)) return;
  making.add(seriesId);
  await attempt("The annotation could not be made", async () => {
    const made = await host.createAnnotation({
      seriesId,
      ...(startFrom && { startFrom: startFrom.id }),
    });
    queryClient.setQueryData<LayerView[]>(queryKeys.layers(seriesId), (known = []) => [
      ...known.filter(({ id }) => id !== made.id),
      made,
    ]);
    annotation.editLayer(made);
    if (startFrom) await queryClient.invalidateQueries({ queryKey: queryKeys.history(seriesId) });
  });
  making.delete(seriesId);
}

/**
 * Keeps the viewport of Annotate on the annotations of its series; while there are none, on everything there is to start
 * from. Returns the way to end it.
 */
export function showAnnotations(): () => void {
  const show = () => {
    const state = viewportsStore.getState();
    const { seriesId, layerIds } = state.viewports[annotateViewportId]!;
    // What may be accepted must be seen.
    const source = annotation.get().tool === "accept" ? chosenSource() : undefined;
    const own = annotationLayersOf(state, seriesId);
    const wanted = [...new Set([...(source ? [source] : []), ...own])].map(({ id }) => id);
    if (wanted.length === 0 ? layerIds === undefined : wanted.join() === layerIds?.join()) return;
    if (wanted.length === 0) state.showAllLayers(annotateViewportId);
    else state.showLayers(annotateViewportId, wanted);
  };
  show();
  const endings = [viewportsStore, useAnnotation, useOperation].map((store) => store.subscribe(show));
  return () => endings.forEach((end) => end());
}
