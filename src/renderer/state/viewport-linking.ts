import { areParallel, nearestSlice, sliceCentre, type Vector } from "../../core/image/patient-space";
import { transferCamera, type Camera } from "../../core/image/view";
import type { SeriesDetail } from "../../host/contract";
import type { ViewportsState, ViewportState, WindowChoice } from "./viewport-model";
import {
  seriesOf,
  sharePatientSpace,
  shownGeometry,
  sliceCountOf,
  sliceGeometry,
  viewportOf,
  visibleViewportIds,
} from "./viewport-queries";

type Viewports = ViewportsState["viewports"];

/** Changes some viewports; those that `change` leaves as they are keep their identity. */
export function changeViewports(
  state: ViewportsState,
  ids: readonly string[],
  change: (viewport: ViewportState) => ViewportState,
): Viewports {
  const changed: Record<string, ViewportState> = { ...state.viewports };
  for (const id of ids) changed[id] = change(viewportOf(state, id));
  return changed;
}

function clampIndex(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.round(index)));
}

/**
 * Shows a slice, and in linked viewports the slice that goes with it: the one nearest in the patient where both
 * series share a frame of reference and lie parallel, else the one with the same index. Planes that cross
 * stay where they are, for any slice of theirs goes with any of the other's.
 */
export function setFrame(state: ViewportsState, id: string, index: number): Viewports {
  const series = seriesOf(state, id);
  if (!series) return state.viewports;
  const { plane } = viewportOf(state, id);
  const frameIndex = clampIndex(index, sliceCountOf(series, plane));
  const moved = changeViewports(state, [id], (viewport) =>
    viewport.frameIndex === frameIndex ? viewport : { ...viewport, frameIndex },
  );
  if (!state.link.slice) return moved;
  const others = visibleViewportIds(state).filter((other) => other !== id);
  return changeViewports({ ...state, viewports: moved }, others, (viewport) => {
    const linked = linkedFrame(state, { series, plane, frameIndex }, viewport);
    return linked === viewport.frameIndex ? viewport : { ...viewport, frameIndex: linked };
  });
}

interface ShownSlice {
  series: SeriesDetail;
  plane: ViewportState["plane"];
  frameIndex: number;
}

function linkedFrame(state: ViewportsState, lead: ShownSlice, follower: ViewportState): number {
  const series = seriesOf(state, follower.id);
  if (!series) return follower.frameIndex;
  const count = sliceCountOf(series, follower.plane);
  if (series.id === lead.series.id && follower.plane === lead.plane) return lead.frameIndex;
  const from = sliceGeometry(lead.series, lead.plane, lead.frameIndex);
  const own = sliceGeometry(series, follower.plane, follower.frameIndex);
  const place = from && sliceCentre(from);
  if (place && own && sharePatientSpace(lead.series, series)) {
    if (!areParallel(from, own)) return follower.frameIndex;
    return sliceNearest(series, follower.plane, place) ?? follower.frameIndex;
  }
  const comparable = lead.plane === "native" && follower.plane === "native";
  return comparable ? clampIndex(lead.frameIndex, count) : follower.frameIndex;
}

/** The slice of a series that lies nearest to a place in the patient. */
function sliceNearest(
  series: SeriesDetail,
  plane: ViewportState["plane"],
  place: Vector,
): number | undefined {
  const slices = Array.from({ length: sliceCountOf(series, plane) }, (_, index) =>
    sliceGeometry(series, plane, index),
  );
  return nearestSlice(
    slices.filter((slice) => slice !== undefined),
    place,
  );
}

/** Brings every visible viewport of the same patient space to the slice that a place lies in. */
export function showPlace(state: ViewportsState, fromId: string, place: Vector): Viewports {
  const origin = seriesOf(state, fromId);
  if (!origin) return state.viewports;
  const others = visibleViewportIds(state).filter((id) => id !== fromId);
  return changeViewports(state, others, (viewport) => {
    const series = seriesOf(state, viewport.id);
    if (!series || !sharePatientSpace(origin, series)) return viewport;
    const frameIndex = sliceNearest(series, viewport.plane, place) ?? viewport.frameIndex;
    return frameIndex === viewport.frameIndex ? viewport : { ...viewport, frameIndex };
  });
}

/** Sets a camera, and in linked viewports of the same plane the camera that shows theirs alike. */
export function setCamera(state: ViewportsState, id: string, camera: Camera): Viewports {
  const lead = viewportOf(state, id);
  const from = shownGeometry(state, id);
  const moved = changeViewports(state, [id], (viewport) => ({ ...viewport, camera }));
  if (!state.link.camera || !from) return moved;
  const others = visibleViewportIds(state).filter((other) => other !== id);
  return changeViewports({ ...state, viewports: moved }, others, (viewport) => {
    const to = shownGeometry(state, viewport.id);
    if (!to || viewport.plane !== lead.plane) return viewport;
    return { ...viewport, camera: transferCamera(camera, from, to) };
  });
}

/** Changes a window, and in linked viewports of the same modality and kind of pixels theirs. */
export function setWindow(
  state: ViewportsState,
  id: string,
  change: { window?: WindowChoice; invert?: boolean },
): Viewports {
  const lead = seriesOf(state, id);
  const linked = visibleViewportIds(state).filter((other) => {
    const series = seriesOf(state, other);
    if (other === id) return true;
    return (
      state.link.window &&
      lead !== undefined &&
      series?.modality === lead.modality &&
      series?.colour === lead.colour &&
      series.bitsStored === lead.bitsStored
    );
  });
  return changeViewports(state, linked, (viewport) => ({ ...viewport, ...change }));
}
