import type { LayerView } from "../../host/contract";
import { queryClient } from "../state/queries";
import { viewportsStore } from "../state/viewports";
import { workingLabelMaps } from "../viewport/working-label-maps";
import { editQueue, isBusy } from "./commit-edit";
import { LabelMapTrimmer } from "./label-map-trimmer";
import { isDrawing } from "./tool-in-hand";

const nothingSaved = {};

function settled(): object | undefined {
  const { waiting, savedAt } = editQueue.state.getState();
  return waiting > 0 || isBusy() || isDrawing() ? undefined : (savedAt ?? nothingSaved);
}

/** Neither in view, nor needed for a plane that is made of every slice; and the viewports know the newest revision. */
function mayGo(layerId: string, frame: number): boolean {
  const newest = queryClient
    .getQueriesData<LayerView[]>({ queryKey: ["layers"] })
    .flatMap(([, layers]) => layers ?? [])
    .find(({ id }) => id === layerId);
  // The layer was removed.
  if (!newest) return true;
  const { layers, viewports } = viewportsStore.getState();
  const known = layers[newest.seriesId]?.find(({ id }) => id === layerId);
  if (known === undefined || known.revision < newest.revision) return false;
  return Object.values(viewports).every(
    ({ seriesId, plane, frameIndex }) =>
      seriesId !== newest.seriesId || (plane === "native" && frameIndex !== frame),
  );
}

/** Keeps the memory of visited slices within bounds for as long as the page is open. Returns the way to end it. */
export function trimLabelMaps(): () => void {
  const trimmer = new LabelMapTrimmer({
    working: workingLabelMaps,
    settled,
    readLayers: () =>
      queryClient
        .invalidateQueries({ queryKey: ["layers"], refetchType: "all" }, { throwOnError: true })
        .then(
          () => true,
          () => false,
        ),
    mayGo,
  });
  const endings = [
    viewportsStore.subscribe((state, previous) => {
      if (state.viewports !== previous.viewports) void trimmer.trim();
    }),
    editQueue.state.subscribe(() => void trimmer.trim()),
  ];
  return () => endings.forEach((end) => end());
}
