import type { ImageShape, Scene } from "../../core/image/view";
import {
  imageToPatient,
  patientToImage,
  type SliceGeometry,
  type Vector,
} from "../../core/image/patient-space";
import { planeStack, reformattedGeometry, volumeOf, type PlaneStack } from "../../core/image/reformat";
import type { Point } from "../../core/image/view";
import type { LayerView, SeriesDetail } from "../../host/contract";
import {
  annotateViewportId,
  layouts,
  viewportIds,
  type LayerStyle,
  type SharedCursor,
  type ViewportsState,
  type ViewportPlane,
  type ViewportState,
} from "./viewport-model";

/** A viewport by its id. Ids come from the state itself, so a stranger is a defect. */
export function viewportOf(state: ViewportsState, id: string): ViewportState {
  const viewport = state.viewports[id];
  if (!viewport) throw new Error(`There is no viewport ${id}.`);
  return viewport;
}

export function activeViewport(state: ViewportsState): ViewportState {
  return viewportOf(state, state.activeViewportId);
}

/** The viewports on the screen, in reading order. */
export function visibleViewportIds(state: ViewportsState): readonly string[] {
  if (state.activeViewportId === annotateViewportId) return [annotateViewportId];
  if (state.maximisedViewportId !== undefined) return [state.maximisedViewportId];
  const { rows, columns } = layouts[state.layout];
  return viewportIds.slice(0, rows * columns);
}

export function seriesOf(state: ViewportsState, id: string): SeriesDetail | undefined {
  const { seriesId } = viewportOf(state, id);
  return seriesId === undefined ? undefined : state.series[seriesId];
}

const stacks = new WeakMap<SeriesDetail, Map<ViewportPlane, PlaneStack | undefined>>();

/** The reformatted stack of a series; undefined for the native plane and for series that are no volume. */
export function stackOf(series: SeriesDetail, plane: ViewportPlane): PlaneStack | undefined {
  if (plane === "native") return undefined;
  const planes = stacks.get(series) ?? new Map<ViewportPlane, PlaneStack | undefined>();
  stacks.set(series, planes);
  if (!planes.has(plane)) {
    const volume = volumeOf(series.frames, series.sliceSpacingMm);
    planes.set(plane, volume && planeStack(volume, plane));
  }
  return planes.get(plane);
}

/** Why axial, coronal and sagittal planes cannot be shown, in a sentence; undefined where they can. */
export function whyNoPlanes(series: SeriesDetail): string | undefined {
  if (series.colour) return "Planes are made of grey slices; this series is in colour.";
  if (stackOf(series, "axial") !== undefined) return undefined;
  if (series.frames.length < 2) return "One slice has no other planes.";
  const [warning] = series.warnings.slice(-1);
  if (warning !== undefined) return warning;
  return series.frames.some(({ position }) => position === undefined)
    ? "The slices do not say where they lie in the patient."
    : "A cine has several slices at each place: the phases of a movement, not a volume.";
}

export function sliceCountOf(series: SeriesDetail, plane: ViewportPlane): number {
  return stackOf(series, plane)?.slices ?? series.frames.length;
}

/** Slices that the viewport can scroll through; 0 while it is empty. */
export function sliceCount(state: ViewportsState, id: string): number {
  const series = seriesOf(state, id);
  return series ? sliceCountOf(series, viewportOf(state, id).plane) : 0;
}

/** Where one slice of a series lies, in its own plane or a reformatted one. */
export function sliceGeometry(
  series: SeriesDetail,
  plane: ViewportPlane,
  index: number,
): SliceGeometry | undefined {
  const stack = stackOf(series, plane);
  return stack ? reformattedGeometry(stack, index) : series.frames[index];
}

/** What the viewport shows now: its slice's matrix, spacing and place. */
export function shownGeometry(state: ViewportsState, id: string): SliceGeometry | undefined {
  const series = seriesOf(state, id);
  const { plane, frameIndex } = viewportOf(state, id);
  return series && sliceGeometry(series, plane, frameIndex);
}

/** What the camera needs; undefined while the viewport is empty or has no size yet. */
export function sceneOf(state: ViewportsState, id: string): Scene | undefined {
  const image: ImageShape | undefined = shownGeometry(state, id);
  const view = viewportOf(state, id).size;
  return image && view.width > 0 && view.height > 0 ? { image, view } : undefined;
}

/** Whether places in one series mean places in the other. */
export function sharePatientSpace(a: SeriesDetail, b: SeriesDetail): boolean {
  return (
    a.id === b.id || (a.frameOfReferenceUid !== undefined && a.frameOfReferenceUid === b.frameOfReferenceUid)
  );
}

/** A point of the slice that a viewport shows, as every viewport can understand it. */
export function sharedCursorAt(
  state: ViewportsState,
  viewportId: string,
  point: Point,
): SharedCursor | undefined {
  const { seriesId, plane, frameIndex } = viewportOf(state, viewportId);
  const geometry = shownGeometry(state, viewportId);
  if (seriesId === undefined || !geometry) return undefined;
  const patient = imageToPatient(geometry, point);
  return { viewportId, seriesId, plane, frameIndex, point, ...(patient && { patient }) };
}

/** Where the shared cursor (the pointer's, else the pinned one) falls in a viewport, in its image's coordinates. */
export function cursorIn(state: ViewportsState, viewportId: string): Point | undefined {
  const cursor = state.cursor ?? state.pin;
  const series = seriesOf(state, viewportId);
  const origin = cursor && state.series[cursor.seriesId];
  const geometry = shownGeometry(state, viewportId);
  if (!cursor || !series || !origin || !geometry) return undefined;
  const sameStack = cursor.seriesId === series.id && cursor.plane === viewportOf(state, viewportId).plane;
  if (sameStack) return cursor.point;
  if (cursor.patient && sharePatientSpace(origin, series)) return projectCursor(geometry, cursor.patient);
  const sameMatrix = origin.rows === geometry.rows && origin.columns === geometry.columns;
  return cursor.plane === "native" && sameMatrix ? cursor.point : undefined;
}

function projectCursor(geometry: SliceGeometry, patient: Vector): Point | undefined {
  const found = patientToImage(geometry, patient);
  return found && { x: found.x, y: found.y };
}

const noLayers: readonly LayerView[] = [];

export function layersOf(state: ViewportsState, seriesId: string | undefined): readonly LayerView[] {
  return (seriesId === undefined ? undefined : state.layers[seriesId]) ?? noLayers;
}

/** The layer that others of its series are measured against. */
export function referenceLayerOf(state: ViewportsState, seriesId: string | undefined): LayerView | undefined {
  const layers = layersOf(state, seriesId);
  const chosen = seriesId === undefined ? undefined : state.referenceLayerIds[seriesId];
  return layers.find(({ id }) => id === chosen) ?? layers.find(({ origin }) => origin.kind === "reference");
}

/** The letter that goes wherever a layer's colour goes: R for the reference, A, B, C... for the others in order. */
export function layerLetter(state: ViewportsState, layer: LayerView): string {
  const reference = referenceLayerOf(state, layer.seriesId);
  if (layer.id === reference?.id) return "R";
  const others = layersOf(state, layer.seriesId).filter(({ id }) => id !== reference?.id);
  return String.fromCharCode(
    65 +
      (Math.max(
        0,
        others.findIndex(({ id }) => id === layer.id),
      ) %
        26),
  );
}

/** Annotate tells segments apart; elsewhere the reader chooses. */
export function colourByOf(state: ViewportsState, id: string): ViewportsState["colourBy"] {
  return id === annotateViewportId ? "segment" : state.colourBy;
}

export function layerStyleOf(state: ViewportsState, layerId: string): LayerStyle {
  return { ...state.layerStyle, ...state.layerStyles[layerId] };
}

/** The layers to draw in a viewport, bottom first, the reference last so that its dashes lie on top. */
export function shownLayers(state: ViewportsState, id: string): readonly LayerView[] {
  const viewport = viewportOf(state, id);
  const layers = layersOf(state, viewport.seriesId);
  if (state.layersHidden || layers.length === 0) return noLayers;
  const reference = referenceLayerOf(state, viewport.seriesId);
  const wanted = new Set(viewport.layerIds ?? layers.map((layer) => layer.id));
  if (viewport.curtain)
    [viewport.curtain.layerA, viewport.curtain.layerB].forEach((layer) => wanted.add(layer));
  const chosen = layers.filter((layer) => layer.visible && wanted.has(layer.id));
  const own = chosen.filter((layer) => layer.id !== reference?.id);
  const dashed = reference?.visible && wanted.has(reference.id) ? [reference] : [];
  if (state.flicker === "layer") return own.length > 0 ? own : dashed;
  if (state.flicker === "reference") return own.length > 0 ? dashed : noLayers;
  return [...own, ...dashed];
}
