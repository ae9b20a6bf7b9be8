import type { Session } from "../../host/contract";
import {
  annotateViewportId,
  tools,
  viewportIds,
  type Tool,
  type ViewportsState,
  type ViewportState,
} from "./viewport-model";
import { sliceCountOf, visibleViewportIds } from "./viewport-queries";

export type ViewportsSession = Omit<Session, "workplace">;

/** What the viewports show, as the next start wants it; undefined while none shows anything. */
export function sessionOf(state: ViewportsState): ViewportsSession | undefined {
  const visible = visibleViewportIds({ ...state, maximisedViewportId: undefined });
  const viewports = visible.flatMap((id): ViewportsSession["viewports"] => {
    const { seriesId, plane, frameIndex, window, invert, layerIds, primaryLayerId } = state.viewports[id]!;
    if (seriesId === undefined) return [];
    return [
      {
        ...{ id, seriesId, plane, frameIndex, window, invert },
        ...(layerIds && { layerIds: [...layerIds] }),
        ...(primaryLayerId !== undefined && { primaryLayerId }),
      },
    ];
  });
  if (viewports.length === 0) return undefined;
  const { layout, activeViewportId, tool, layersHidden } = state;
  return { layout, activeViewportId, tool, layersHidden, viewports };
}

/** Viewports as they were, of those series that the state has; what of it is unknown by now is left out. */
export function resumeSession(state: ViewportsState, session: ViewportsSession): Partial<ViewportsState> {
  const viewports: Record<string, ViewportState> = { ...state.viewports };
  const resumed = session.viewports.filter(
    ({ id, seriesId }) => isViewport(id) && state.series[seriesId] !== undefined,
  );
  for (const { id, layerIds, primaryLayerId, ...shown } of resumed) {
    const slices = sliceCountOf(state.series[shown.seriesId]!, shown.plane);
    const layers = new Set(state.layers[shown.seriesId]?.map((layer) => layer.id));
    const left = layerIds?.filter((layerId) => layers.has(layerId));
    viewports[id] = {
      ...viewports[id]!,
      ...shown,
      frameIndex: Math.min(shown.frameIndex, slices - 1),
      ...(left && left.length > 0 && { layerIds: left }),
      ...(primaryLayerId !== undefined && layers.has(primaryLayerId) && { primaryLayerId }),
    };
  }
  const [first] = resumed;
  if (first === undefined) return {};
  const active = resumed.find(({ id }) => id === session.activeViewportId) ?? first;
  return {
    viewports,
    layout: session.layout,
    layersHidden: session.layersHidden,
    activeViewportId: active.id,
    ...(isTool(session.tool) && { tool: session.tool }),
  };
}

const isViewport = (id: string): boolean =>
  id === annotateViewportId || viewportIds.some((known) => known === id);

const isTool = (word: string): word is Tool => tools.some((tool) => tool === word);
