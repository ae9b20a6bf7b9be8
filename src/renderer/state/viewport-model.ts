import { measurementKinds } from "../../core/measure/measurement";
import type { Window } from "../../core/image/frame";
import { fittedCamera, type Camera, type Point, type ViewSize } from "../../core/image/view";
import type { Vector } from "../../core/image/patient-space";
import type { AnatomicalPlane } from "../../core/image/reformat";
import type { LayerView, SeriesDetail } from "../../host/contract";

/** What the viewports show: ids, numbers and choices, never pixels. */
export interface ViewportsState {
  layout: Layout;
  /** Every viewport, shown or not; a layout shows the first few of `viewportIds`. */
  viewports: Readonly<Record<string, ViewportState>>;
  activeViewportId: string;
  maximisedViewportId: string | undefined;
  link: Link;
  tool: Tool;
  /** While Space is down, whatever the tool. */
  panHeld: boolean;
  /** The crosshair is drawn in every viewport at the cursor. */
  crosshairShown: boolean;
  /** Where the pointer is now; without one, `pin` is what the crosshair shows. */
  cursor: SharedCursor | undefined;
  /** Where the crosshair tool was last set down. */
  pin: SharedCursor | undefined;
  cine: { playing: boolean; framesPerSecond: number };
  layersHidden: boolean;
  /** While a key is held: whether the viewport's own layer or the reference has its turn. */
  flicker: "layer" | "reference" | undefined;
  colourBy: "layer" | "segment";
  /** Off, enlarged pixels are squares; on, they are smoothed and the corner text says so. */
  smoothing: boolean;
  /** What the image file itself draws over its picture. */
  overlaysShown: boolean;
  layerStyle: LayerStyle;
  /** What single layers have of their own. */
  layerStyles: Readonly<Record<string, Partial<LayerStyle>>>;
  /** Computed once a series from the first frame shown, so that scrolling does not flicker. */
  autoWindows: Readonly<Record<string, Window>>;
  /** Provided by the application from the host's answers. */
  series: Readonly<Record<string, SeriesDetail>>;
  /** By series, in the order of their letters. */
  layers: Readonly<Record<string, readonly LayerView[]>>;
  /** The layer that others are measured against, by series; without one, the first that is a reference by origin. */
  referenceLayerIds: Readonly<Record<string, string>>;
}

export const layouts = {
  "1x1": { rows: 1, columns: 1 },
  "1x2": { rows: 1, columns: 2 },
  "2x2": { rows: 2, columns: 2 },
  "2x3": { rows: 2, columns: 3 },
} as const;
export type Layout = keyof typeof layouts;

export const tools = ["window", "pan", "zoom", "crosshair", ...measurementKinds] as const;
export type Tool = (typeof tools)[number];

export interface Link {
  camera: boolean;
  slice: boolean;
  window: boolean;
}

export type ViewportPlane = "native" | AnatomicalPlane;

export interface ViewportState {
  id: string;
  /** Absent while the viewport is empty. */
  seriesId?: string;
  plane: ViewportPlane;
  /** Of the series, or of the reformatted stack where the plane is not native. */
  frameIndex: number;
  camera: Camera;
  window: WindowChoice;
  /** What is on the screen now, whatever was chosen; the viewport writes it when it has drawn. */
  shownWindow?: Window;
  invert: boolean;
  /** Layers drawn here; absent, every visible layer of the series is. */
  layerIds?: readonly string[];
  /** The layer that the header names and measures. */
  primaryLayerId?: string;
  curtain?: Curtain;
  difference?: { layerId: string; referenceLayerId: string };
  /** Of these layers, at least two, it is shown where they are divided. */
  disagreement?: { layerIds: readonly string[] };
  probability?: ProbabilityChoice;
  /** Of the canvas, in CSS pixels; the viewport writes it. */
  size: ViewSize;
}

/** Which window is applied; presets and manual ones carry their values, the others depend on the frame. */
export type WindowChoice =
  | { source: "file"; index: number }
  | { source: "auto" }
  | { source: "preset"; name: string; center: number; width: number }
  | { source: "manual"; center: number; width: number };

/** Layer A left of the line, B right of it. */
export interface Curtain {
  layerA: string;
  layerB: string;
  /** Share of the viewport's width, 0 to 1. */
  position: number;
}

/** How probable a model holds one of its segments, and where it is at least so probable as the threshold. */
export interface ProbabilityChoice {
  /** A model's layer. */
  layerId: string;
  /** Its value. */
  segment: number;
  /** 0 to 1; absent, the model's own. */
  threshold?: number;
}

/** A point in a series that every viewport can show. */
export interface SharedCursor {
  viewportId: string;
  seriesId: string;
  plane: ViewportPlane;
  frameIndex: number;
  /** Column and row, continuous: (0.5, 0.5) is the first pixel's centre. */
  point: Point;
  /** In millimetres, where the series says where it lies. */
  patient?: Vector;
}

export interface LayerStyle {
  fillOpacity: number;
  outlineOpacity: number;
}

/** Presets of the tool bar and of keys 3 to 8: width and centre in HU. */
export const windowPresets = [
  { id: "soft-tissue", name: "Soft tissue", width: 400, center: 40 },
  { id: "lung", name: "Lung", width: 1500, center: -600 },
  { id: "liver", name: "Liver", width: 150, center: 90 },
  { id: "bone", name: "Bone", width: 2000, center: 400 },
  { id: "brain", name: "Brain", width: 80, center: 40 },
  { id: "mediastinum", name: "Mediastinum", width: 400, center: 50 },
] as const;

/** As many viewports as the largest layout shows. */
export const viewportIds = ["1", "2", "3", "4", "5", "6"] as const;

/** The one viewport of Annotate: it has its own slice, camera and layers, and is on the screen while it is active. */
export const annotateViewportId = "annotate";

function emptyViewport(id: string): ViewportState {
  return {
    id,
    plane: "native",
    frameIndex: 0,
    camera: fittedCamera,
    window: { source: "file", index: 0 },
    invert: false,
    size: { width: 0, height: 0 },
  };
}

export function initialViewportsState(): ViewportsState {
  return {
    layout: "1x1",
    viewports: Object.fromEntries([...viewportIds, annotateViewportId].map((id) => [id, emptyViewport(id)])),
    activeViewportId: viewportIds[0],
    maximisedViewportId: undefined,
    cursor: undefined,
    pin: undefined,
    flicker: undefined,
    link: { camera: true, slice: true, window: true },
    tool: "window",
    panHeld: false,
    crosshairShown: false,
    cine: { playing: false, framesPerSecond: 12 },
    layersHidden: false,
    colourBy: "layer",
    smoothing: false,
    overlaysShown: true,
    layerStyle: { fillOpacity: 0.16, outlineOpacity: 1 },
    layerStyles: {},
    autoWindows: {},
    series: {},
    layers: {},
    referenceLayerIds: {},
  };
}
