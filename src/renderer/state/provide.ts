import type { LayerView, SeriesDetail } from "../../host/contract";
import { queryClient } from "./queries";
import { viewportsStore } from "./viewports";

/**
 * Hands every answer about series and layers on to the viewports, whatever asked for it.
 * @returns the way to end it
 */
export function provideToViewports(): () => void {
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "success") return;
    const [resource, seriesId] = event.query.queryKey as readonly unknown[];
    const { data } = event.query.state as { data: unknown };
    if (data === undefined || typeof seriesId !== "string") return;
    const { provideSeries, provideLayers } = viewportsStore.getState();
    if (resource === "series") provideSeries(data as SeriesDetail);
    if (resource === "layers") provideLayers(seriesId, data as LayerView[]);
  });
}
