import type { ViewportsState, ViewportState } from "../state/viewport-model";
import { viewportOf } from "../state/viewport-queries";

/** What must be drawn anew: a window changes the image alone, a stroke the masks, a pan moves everything as it is. */
export type Redraw = "image" | "masks" | "pan" | "all";

/** What a change of the state means for one viewport. */
interface Change {
  redraw: Redraw;
  /** Whether what is read from the stores, and so what is wished for, may differ now. */
  isOfContent: boolean;
}

/** Whether another slice or choice of layers is wanted. */
function isContentChanged(own: ViewportState, before: ViewportState): boolean {
  return (
    own.seriesId !== before.seriesId ||
    own.plane !== before.plane ||
    own.frameIndex !== before.frameIndex ||
    own.layerIds !== before.layerIds ||
    own.primaryLayerId !== before.primaryLayerId ||
    own.difference !== before.difference ||
    own.disagreement !== before.disagreement ||
    own.probability?.layerId !== before.probability?.layerId ||
    own.probability?.segment !== before.probability?.segment ||
    own.curtain?.layerA !== before.curtain?.layerA ||
    own.curtain?.layerB !== before.curtain?.layerB
  );
}

function isPlacementChanged(own: ViewportState, before: ViewportState): boolean {
  return own.camera !== before.camera || own.size !== before.size || own.curtain !== before.curtain;
}

function isOnlyPanned(own: ViewportState, before: ViewportState): boolean {
  const { camera } = own;
  const last = before.camera;
  return (
    own.size === before.size &&
    own.curtain === before.curtain &&
    camera.fitted === last.fitted &&
    camera.region === last.region &&
    camera.zoom === last.zoom &&
    camera.rotation === last.rotation &&
    camera.flipHorizontal === last.flipHorizontal &&
    camera.flipVertical === last.flipVertical
  );
}

function areSourcesChanged(
  state: ViewportsState,
  previous: ViewportsState,
  seriesId: string | undefined,
): boolean {
  if (seriesId === undefined) return false;
  return (
    state.series[seriesId] !== previous.series[seriesId] ||
    state.layers[seriesId] !== previous.layers[seriesId] ||
    state.autoWindows[seriesId] !== previous.autoWindows[seriesId] ||
    state.referenceLayerIds !== previous.referenceLayerIds ||
    state.layersHidden !== previous.layersHidden ||
    state.flicker !== previous.flicker
  );
}

function isStyleChanged(state: ViewportsState, previous: ViewportsState): boolean {
  return (
    state.smoothing !== previous.smoothing ||
    state.overlaysShown !== previous.overlaysShown ||
    state.colourBy !== previous.colourBy ||
    state.layerStyle !== previous.layerStyle ||
    state.layerStyles !== previous.layerStyles
  );
}

/** What a viewport has to do after a change of the state; undefined where nothing of it is concerned. */
export function changeFor(id: string, state: ViewportsState, previous: ViewportsState): Change | undefined {
  const own = viewportOf(state, id);
  const before = viewportOf(previous, id);
  if (isContentChanged(own, before) || areSourcesChanged(state, previous, own.seriesId)) {
    return { redraw: "all", isOfContent: true };
  }
  if (isStyleChanged(state, previous)) return { redraw: "all", isOfContent: false };
  if (isPlacementChanged(own, before)) {
    return { redraw: isOnlyPanned(own, before) ? "pan" : "all", isOfContent: false };
  }
  if (own.probability !== before.probability) return { redraw: "masks", isOfContent: false };
  if (own.window !== before.window || own.invert !== before.invert)
    return { redraw: "image", isOfContent: true };
  return undefined;
}
