import type { Region } from "../../core/image/view";
import { segmentBounds } from "../../core/mask/label-map";
import { fetchLabelMap } from "../api/pixels";
import { activeViewport, layersOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";

/** So much of the picture is shown around the segments, as a share of their own extent on each side. */
const surroundings = 0.75;

/** Fills the active viewport, and those linked to it, with what the layers mark on its slice. */
export async function fitSegments(): Promise<void> {
  const state = viewportsStore.getState();
  const { id, seriesId, frameIndex, plane } = activeViewport(state);
  if (seriesId === undefined || plane !== "native") return;
  const layers = layersOf(state, seriesId).filter(({ frames }) => frames.includes(frameIndex));
  const labelMaps = await Promise.all(
    layers.map(({ id: layerId, revision }) => fetchLabelMap({ layerId, frame: frameIndex, revision })),
  );
  const bounds = segmentBounds(labelMaps);
  if (bounds) viewportsStore.getState().fitRegion(id, grow(bounds));
}

function grow({ left, top, right, bottom }: Region): Region {
  const margin = Math.max(right - left, bottom - top) * surroundings;
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}
