import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Window } from "../../core/image/frame";
import {
  fittedCamera,
  flipLeftRight,
  flipTopBottom,
  panBy,
  rotateClockwise,
  setZoom,
  zoomAt,
  type Camera,
  type Point,
  type Region,
  type Scene,
  type ViewSize,
} from "../../core/image/view";
import type { LayerView, SeriesDetail } from "../../host/contract";
import {
  chooseReference,
  compareLayers,
  forgetMissingLayers,
  setCurtainSide,
  showLayer,
  showPlanes,
  showSeries,
  toggleCurtain,
  toggleDifference,
  toggleDisagreement,
  toggleProbability,
  toggleVote,
  withoutLayers,
} from "./viewport-comparison";
import { changeViewports, setCamera, setFrame, setWindow, showPlace } from "./viewport-linking";
import {
  annotateViewportId,
  initialViewportsState,
  windowPresets,
  type LayerStyle,
  type Layout,
  type Link,
  type ProbabilityChoice,
  type Tool,
  type ViewportPlane,
  type ViewportsState,
  type ViewportState,
  type WindowChoice,
} from "./viewport-model";
import {
  sceneOf,
  seriesOf,
  sharedCursorAt,
  sliceCountOf,
  viewportOf,
  visibleViewportIds,
} from "./viewport-queries";
import { resumeSession, type ViewportsSession } from "./viewport-session";

/** What can be done to viewports. Those that take an id act on that viewport and, where linked, on the others. */
export interface ViewportsActions {
  // What the application provides, from the host's answers.
  provideSeries: (series: SeriesDetail) => void;
  provideLayers: (seriesId: string, layers: readonly LayerView[]) => void;
  chooseReference: (seriesId: string, layerId: string) => void;
  /** Shows what was shown when the program ended. */
  resume: (session: ViewportsSession) => void;

  // Which viewport shows what.
  setLayout: (layout: Layout) => void;
  activate: (id: string) => void;
  activateNext: (step: 1 | -1) => void;
  toggleMaximised: (id: string) => void;
  showSeries: (id: string, seriesId: string) => void;
  clear: (id: string) => void;
  setPlane: (id: string, plane: ViewportPlane) => void;
  compare: (seriesId: string, layerIds: readonly string[]) => void;
  /** The viewport stands for one layer; the reference, where there is one, stays dashed on top. */
  showLayer: (id: string, layerId: string) => void;
  showAllLayers: (id: string) => void;
  /** The viewport shows some layers and stands for none in particular. */
  showLayers: (id: string, layerIds: readonly string[]) => void;
  /** Axial, coronal, sagittal and the series as acquired, two by two. */
  showPlanes: (id: string) => void;

  // Slices.
  setFrame: (id: string, index: number) => void;
  stepFrame: (id: string, step: number) => void;
  setCine: (cine: Partial<ViewportsState["cine"]>) => void;
  toggleCine: () => void;

  // Camera.
  zoomAt: (id: string, factor: number, pointer: Point) => void;
  zoomBy: (id: string, factor: number) => void;
  panBy: (id: string, distance: Point) => void;
  fit: (id: string) => void;
  /** Fills the viewport with a part of the image. */
  fitRegion: (id: string, region: Region) => void;
  /** One image pixel on one pixel of the screen. */
  showActualSize: (id: string, devicePixelRatio: number) => void;
  rotate: (id: string) => void;
  flipHorizontal: (id: string) => void;
  flipVertical: (id: string) => void;
  /** Camera, window and invert as when the series was opened. */
  reset: (id: string) => void;

  // Window.
  setWindow: (id: string, window: WindowChoice) => void;
  /** `presetId` of `windowPresets`, "file" or "auto". */
  applyPreset: (id: string, presetId: string) => void;
  /** Drags the window: centre and width grow by so much. */
  dragWindow: (id: string, change: { center: number; width: number }) => void;
  toggleInvert: (id: string) => void;

  // Tools, links, layers.
  setTool: (tool: Tool) => void;
  setPanHeld: (held: boolean) => void;
  toggleCrosshair: () => void;
  setLink: (link: Partial<Link>) => void;
  /** All links on, or, if they all are, off. */
  toggleLink: () => void;
  toggleLayersHidden: () => void;
  setFlicker: (turn: ViewportsState["flicker"]) => void;
  setColourBy: (colourBy: ViewportsState["colourBy"]) => void;
  setSmoothing: (smoothing: boolean) => void;
  toggleOverlays: () => void;
  /** Without a layer's id, for all that have no style of their own. */
  setLayerStyle: (style: Partial<LayerStyle>, layerId?: string) => void;
  toggleCurtain: (id: string) => void;
  setCurtainPosition: (id: string, position: number) => void;
  /** Puts another layer left or right of the line; the layer that was there goes where the other came from. */
  setCurtainSide: (id: string, side: "layerA" | "layerB", layerId: string) => void;
  toggleDifference: (id: string) => void;
  /** The layer whose difference from the reference is shown. */
  setDifferenceLayer: (id: string, layerId: string) => void;
  toggleDisagreement: (id: string) => void;
  /** Whether a layer takes part in the disagreement map; at least two do. */
  toggleVote: (id: string, layerId: string) => void;
  toggleProbability: (id: string) => void;
  /** Another model's layer, segment or threshold for the probability map. */
  setProbability: (id: string, choice: Partial<ProbabilityChoice>) => void;

  // The pointer.
  moveCursor: (id: string, point: Point | undefined) => void;
  /** Sets the crosshair down; other viewports of the same patient space go to the slice it lies in. */
  pinCursor: (id: string, point: Point) => void;

  // What viewports report.
  reportSize: (id: string, size: ViewSize) => void;
  reportWindow: (id: string, window: Window) => void;
  reportAutoWindow: (seriesId: string, window: Window) => void;
}

export type ViewportsStore = StoreApi<ViewportsState & ViewportsActions>;

/** A store of its own, for tests; the page uses `viewportsStore`. */
export function createViewportsStore(): ViewportsStore {
  return createStore<ViewportsState & ViewportsActions>()((set, get) => {
    const change = (id: string, change: (viewport: ViewportState) => ViewportState): void =>
      set((state) => ({ viewports: changeViewports(state, [id], change) }));
    const moveCamera = (id: string, move: (camera: Camera, scene: Scene) => Camera): void =>
      set((state) => {
        const scene = sceneOf(state, id);
        return scene ? { viewports: setCamera(state, id, move(viewportOf(state, id).camera, scene)) } : {};
      });
    /** What needs no scene may be chosen before the viewport has a size. */
    const turnCamera = (id: string, turn: (camera: Camera) => Camera): void =>
      set((state) => ({ viewports: setCamera(state, id, turn(viewportOf(state, id).camera)) }));
    const chooseWindow = (id: string, window: WindowChoice): void =>
      set((state) => ({ viewports: setWindow(state, id, { window }) }));

    return {
      ...initialViewportsState(),

      provideSeries: (series) => set((state) => ({ series: { ...state.series, [series.id]: series } })),
      provideLayers: (seriesId, layers) =>
        set((state) => {
          const provided = { ...state, layers: { ...state.layers, [seriesId]: layers } };
          return { layers: provided.layers, viewports: forgetMissingLayers(provided, seriesId) };
        }),
      chooseReference: (seriesId, layerId) => set((state) => chooseReference(state, seriesId, layerId)),

      resume: (session) => set((state) => resumeSession(state, session)),

      setLayout: (layout) =>
        set((state) => {
          const visible = visibleViewportIds({ ...state, layout, maximisedViewportId: undefined });
          const kept = visible.includes(state.activeViewportId);
          return { layout, maximisedViewportId: undefined, ...(!kept && { activeViewportId: visible[0]! }) };
        }),
      activate: (activeViewportId) => set({ activeViewportId }),
      activateNext: (step) =>
        set((state) => {
          const visible = visibleViewportIds(state);
          const at = visible.indexOf(state.activeViewportId);
          return { activeViewportId: visible[(at + step + visible.length) % visible.length]! };
        }),
      toggleMaximised: (id) =>
        id !== annotateViewportId &&
        set((state) => ({
          activeViewportId: id,
          maximisedViewportId: state.maximisedViewportId === id ? undefined : id,
        })),
      showSeries: (id, seriesId) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => showSeries(state, id, seriesId)) })),
      clear: (id) => change(id, ({ size }) => ({ ...initialViewportsState().viewports[id]!, size })),
      setPlane: (id, plane) =>
        set((state) => {
          const series = seriesOf(state, id);
          if (!series) return {};
          const frameIndex = Math.floor(sliceCountOf(series, plane) / 2);
          const turned = (viewport: ViewportState): ViewportState =>
            viewport.plane === plane ? viewport : { ...viewport, plane, frameIndex, camera: fittedCamera };
          return { viewports: changeViewports(state, [id], turned) };
        }),
      compare: (seriesId, layerIds) =>
        layerIds.length > 0 && set((state) => compareLayers(state, { seriesId, layerIds })),
      showLayer: (id, layerId) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => showLayer(state, id, layerId)) })),
      showAllLayers: (id) => change(id, withoutLayers),
      showLayers: (id, layerIds) => change(id, (viewport) => ({ ...withoutLayers(viewport), layerIds })),
      showPlanes: (id) => set((state) => showPlanes(state, id)),

      setFrame: (id, index) => set((state) => ({ viewports: setFrame(state, id, index) })),
      stepFrame: (id, step) =>
        set((state) => ({ viewports: setFrame(state, id, viewportOf(state, id).frameIndex + step) })),
      setCine: (cine) => set((state) => ({ cine: { ...state.cine, ...cine } })),
      toggleCine: () => set(({ cine }) => ({ cine: { ...cine, playing: !cine.playing } })),

      zoomAt: (id, factor, pointer) =>
        moveCamera(id, (camera, scene) => zoomAt(camera, scene, { factor, pointer })),
      zoomBy: (id, factor) =>
        moveCamera(id, (camera, scene) =>
          zoomAt(camera, scene, { factor, pointer: { x: scene.view.width / 2, y: scene.view.height / 2 } }),
        ),
      panBy: (id, distance) => moveCamera(id, (camera, scene) => panBy(camera, scene, distance)),
      fit: (id) => turnCamera(id, ({ region: _region, ...camera }) => ({ ...camera, fitted: true })),
      fitRegion: (id, region) => turnCamera(id, (camera) => ({ ...camera, fitted: true, region })),
      showActualSize: (id, devicePixelRatio) =>
        moveCamera(id, (camera, scene) => setZoom(camera, scene, 1 / devicePixelRatio)),
      rotate: (id) => turnCamera(id, rotateClockwise),
      flipHorizontal: (id) => turnCamera(id, flipLeftRight),
      flipVertical: (id) => turnCamera(id, flipTopBottom),
      reset: (id) => {
        turnCamera(id, () => fittedCamera);
        set((state) => ({
          viewports: setWindow(state, id, { window: { source: "file", index: 0 }, invert: false }),
        }));
      },

      setWindow: chooseWindow,
      applyPreset: (id, presetId) => {
        chooseWindow(id, presetWindow(presetId));
      },
      dragWindow: (id, by) => {
        const { shownWindow } = viewportOf(get(), id);
        if (!shownWindow) return;
        const width = Math.max(minimumWindowWidth(seriesOf(get(), id)), shownWindow.width + by.width);
        chooseWindow(id, { source: "manual", center: shownWindow.center + by.center, width });
      },
      toggleInvert: (id) =>
        set((state) => ({ viewports: setWindow(state, id, { invert: !viewportOf(state, id).invert }) })),

      setTool: (tool) => set({ tool }),
      setPanHeld: (panHeld) => set({ panHeld }),
      toggleCrosshair: () => set((state) => ({ crosshairShown: !state.crosshairShown })),
      setLink: (link) => set((state) => ({ link: { ...state.link, ...link } })),
      toggleLink: () =>
        set(({ link }) => {
          const on = !(link.camera && link.slice && link.window);
          return { link: { camera: on, slice: on, window: on } };
        }),
      toggleLayersHidden: () => set((state) => ({ layersHidden: !state.layersHidden })),
      setFlicker: (flicker) => set({ flicker }),
      setColourBy: (colourBy) => set({ colourBy }),
      setSmoothing: (smoothing) => set({ smoothing }),
      toggleOverlays: () => set((state) => ({ overlaysShown: !state.overlaysShown })),
      setLayerStyle: (style, layerId) =>
        set((state) =>
          layerId === undefined
            ? { layerStyle: { ...state.layerStyle, ...style } }
            : {
                layerStyles: {
                  ...state.layerStyles,
                  [layerId]: { ...state.layerStyles[layerId], ...style },
                },
              },
        ),
      toggleCurtain: (id) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => toggleCurtain(state, id)) })),
      setCurtainPosition: (id, position) =>
        change(id, (viewport) =>
          viewport.curtain
            ? { ...viewport, curtain: { ...viewport.curtain, position: Math.min(1, Math.max(0, position)) } }
            : viewport,
        ),
      setCurtainSide: (id, side, layerId) =>
        set((state) => ({
          viewports: changeViewports(state, [id], (viewport) => setCurtainSide(viewport, side, layerId)),
        })),
      toggleDifference: (id) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => toggleDifference(state, id)) })),
      setDifferenceLayer: (id, layerId) =>
        change(id, (viewport) =>
          viewport.difference && layerId !== viewport.difference.referenceLayerId
            ? { ...viewport, difference: { ...viewport.difference, layerId } }
            : viewport,
        ),
      toggleDisagreement: (id) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => toggleDisagreement(state, id)) })),
      toggleVote: (id, layerId) => change(id, (viewport) => toggleVote(viewport, layerId)),
      toggleProbability: (id) =>
        set((state) => ({ viewports: changeViewports(state, [id], () => toggleProbability(state, id)) })),
      setProbability: (id, choice) =>
        change(id, (viewport) =>
          viewport.probability
            ? { ...viewport, probability: { ...viewport.probability, ...choice } }
            : viewport,
        ),

      moveCursor: (id, point) => set((state) => ({ cursor: point && sharedCursorAt(state, id, point) })),
      pinCursor: (id, point) =>
        set((state) => {
          const pin = sharedCursorAt(state, id, point);
          if (!pin) return {};
          return { pin, ...(pin.patient && { viewports: showPlace(state, id, pin.patient) }) };
        }),

      reportSize: (id, size) => change(id, (viewport) => ({ ...viewport, size })),
      reportWindow: (id, { center, width }) =>
        change(id, (viewport) =>
          viewport.shownWindow?.center === center && viewport.shownWindow.width === width
            ? viewport
            : { ...viewport, shownWindow: { center, width } },
        ),
      reportAutoWindow: (seriesId, window) =>
        set((state) => ({ autoWindows: { ...state.autoWindows, [seriesId]: window } })),
    };
  });
}

function presetWindow(presetId: string): WindowChoice {
  if (presetId === "file") return { source: "file", index: 0 };
  if (presetId === "auto") return { source: "auto" };
  const preset = windowPresets.find((candidate) => candidate.id === presetId);
  if (!preset) throw new Error(`There is no window preset ${presetId}.`);
  const { name, center, width } = preset;
  return { source: "preset", name, center, width };
}

/** Integers need at least one step of grey; normalised floating-point data may need far less. */
function minimumWindowWidth(series: SeriesDetail | undefined): number {
  return series && series.bitsStored > 16 ? 1e-3 : 1;
}

/** The page's one store; canvases read it outside React, components through `useViewports`. */
export const viewportsStore = createViewportsStore();

/** Selects narrowly: `useViewports((state) => state.layout)`. Wrap selectors that build arrays in `useShallow`. */
export function useViewports<Selected>(
  select: (state: ViewportsState & ViewportsActions) => Selected,
): Selected {
  return useStore(viewportsStore, select);
}
