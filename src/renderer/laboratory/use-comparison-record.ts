import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type LetteredModel, withBadges } from "../../core/comparison/scenes";
import type { LaboratoryView } from "../../host/contract";
import { host, type LaboratoryRequest } from "../api/host";
import { isActive } from "../actions/runs";
import { useLaboratory } from "../state/laboratory";
import { queryKeys, useJobs } from "../state/queries";
import { layerLetter, layersOf } from "../state/viewport-queries";
import { useViewports, type ViewportsActions } from "../state/viewports";
import type { ViewportsState } from "../state/viewport-model";

/** What is compared: the series of the active viewport, or its study. */
export function useLaboratoryRequest(seriesId: string): LaboratoryRequest {
  const scope = useLaboratory((state) => state.scope);
  const objects = useLaboratory((state) => state.objects);
  const referenceLayerId = useViewports(({ referenceLayerIds }) => referenceLayerIds[seriesId]);
  return { seriesId, scope, objects, referenceLayerId };
}

/** The comparison of what is open. While models run it stays as it was, and is measured again when they are done. */
export function useComparisonRecord(request: LaboratoryRequest): UseQueryResult<LaboratoryView> & {
  isRunning: boolean;
} {
  const isRunning = useJobs().data?.some((job) => job.kind === "run" && isActive(job)) ?? false;
  const query = useQuery({
    queryKey: [...queryKeys.comparison(request.seriesId), "record", request],
    queryFn: ({ signal }) => host.laboratory(request, signal),
    enabled: !isRunning,
  });
  return { ...query, isRunning };
}

/** Candidates with the letters and colours that their layers have everywhere else. */
export function letteredModels(
  { record, layers }: LaboratoryView,
  seriesId: string,
  state: ViewportsState & ViewportsActions,
): LetteredModel[] {
  return withBadges(record.models).map((model) => {
    const id = layers.find((each) => each.model === model.id && each.seriesId === seriesId)?.layerId;
    const layer = layersOf(state, seriesId).find((each) => each.id === id);
    return layer === undefined
      ? model
      : { ...model, badge: { letter: layerLetter(state, layer), colour: layer.colour } };
  });
}
