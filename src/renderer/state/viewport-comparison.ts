import { openingSlice } from "../../core/image/patient-space";
import { fittedCamera } from "../../core/image/view";
import type { LayerView } from "../../host/contract";
import { changeViewports } from "./viewport-linking";
import { viewportIds, type Layout, type ViewportsState, type ViewportState } from "./viewport-model";
import {
  layersOf,
  referenceLayerOf,
  seriesOf,
  sliceCountOf,
  viewportOf,
  visibleViewportIds,
} from "./viewport-queries";

/** A viewport that stands for no layer, and so shows them all. */
export function withoutLayers(viewport: ViewportState): ViewportState {
  const {
    layerIds: _ids,
    primaryLayerId: _primary,
    curtain: _curtain,
    difference: _difference,
    disagreement: _disagreement,
    probability: _probability,
    ...rest
  } = viewport;
  return rest;
}

/**
 * Shows a series in a viewport, at its middle, fitted, in its own window; where another viewport shows the
 * same series already and slices are linked, at that one's slice, camera and window.
 */
export function showSeries(state: ViewportsState, id: string, seriesId: string): ViewportState {
  const empty = withoutLayers(viewportOf(state, id));
  const { shownWindow: _shown, ...rest } = empty;
  const twin = visibleViewportIds(state)
    .map((other) => viewportOf(state, other))
    .find((other) => other.id !== id && other.seriesId === seriesId && other.plane === "native");
  return {
    ...rest,
    seriesId,
    plane: "native",
    frameIndex:
      (state.link.slice ? twin?.frameIndex : undefined) ?? openingSlice(state.series[seriesId]?.frames ?? []),
    camera: (state.link.camera ? twin?.camera : undefined) ?? fittedCamera,
    window: (state.link.window ? twin?.window : undefined) ?? { source: "file", index: 0 },
    invert: state.link.window && twin ? twin.invert : false,
  };
}

/** Makes a viewport stand for one layer, with the reference on top. */
export function showLayer(state: ViewportsState, id: string, layerId: string): ViewportState {
  const viewport = viewportOf(state, id);
  const reference = referenceLayerOf(state, viewport.seriesId);
  return {
    ...withoutLayers(viewport),
    primaryLayerId: layerId,
    layerIds: reference && reference.id !== layerId ? [layerId, reference.id] : [layerId],
  };
}

/** Lays a volume out as acquired and in its three planes, each at its middle, linked. */
export function showPlanes(state: ViewportsState, id: string): Partial<ViewportsState> {
  const series = seriesOf(state, id);
  const lead = viewportOf(state, id);
  if (!series) return {};
  const planes = ["native", "axial", "coronal", "sagittal"] as const;
  const viewports = changeViewports(state, viewportIds.slice(0, planes.length), (viewport) => {
    const plane = planes[viewportIds.findIndex((other) => other === viewport.id)]!;
    const frameIndex = Math.floor(sliceCountOf(series, plane) / 2);
    return { ...lead, id: viewport.id, size: viewport.size, plane, frameIndex, camera: fittedCamera };
  });
  return { viewports, layout: "2x2", maximisedViewportId: undefined, activeViewportId: viewportIds[0] };
}

/** The smallest layout with room for so many viewports. */
function layoutFor(count: number): Layout {
  if (count <= 1) return "1x1";
  if (count === 2) return "1x2";
  return count <= 4 ? "2x2" : "2x3";
}

/**
 * Lays a series out once for each of some layers, the reference dashed on top of each; all linked. At most as many
 * as there are viewports. A reference among the layers gets a viewport of its own, without any other layer; a
 * viewport that is left over shows the last two layers behind a curtain.
 */
export function compareLayers(
  state: ViewportsState,
  request: { seriesId: string; layerIds: readonly string[] },
): Partial<ViewportsState> {
  const { seriesId } = request;
  const reference = referenceLayerOf(state, seriesId);
  const layerIds = request.layerIds.slice(0, viewportIds.length);
  const twin = Object.values(state.viewports).find((viewport) => viewport.seriesId === seriesId);
  const layout = layoutFor(layerIds.length);
  const ids = visibleViewportIds({ ...state, layout, maximisedViewportId: undefined });
  const [left, right] = layerIds.filter((id) => id !== reference?.id).slice(-2);
  const viewports = changeViewports(state, ids, (viewport) => {
    const own = layerIds[viewportIds.findIndex((id) => id === viewport.id)];
    const layerId = own ?? right;
    if (layerId === undefined) return withoutLayers(viewport);
    const shown = twin
      ? { ...twin, id: viewport.id, size: viewport.size }
      : showSeries(state, viewport.id, seriesId);
    return {
      ...withoutLayers(shown),
      plane: "native",
      primaryLayerId: layerId,
      layerIds: reference && reference.id !== layerId ? [layerId, reference.id] : [layerId],
      ...(own === undefined &&
        left !== undefined && { curtain: { layerA: left, layerB: layerId, position: 0.5 } }),
    };
  });
  return {
    maximisedViewportId: undefined,
    layout,
    viewports,
    activeViewportId: viewportIds[0],
    link: { camera: true, slice: true, window: true },
  };
}

/** Measures the others of a series against another layer; it is dashed wherever the former reference was. */
export function chooseReference(
  state: ViewportsState,
  seriesId: string,
  referenceId: string,
): Partial<ViewportsState> {
  const former = referenceLayerOf(state, seriesId)?.id;
  const own = viewportIds.filter((id) => viewportOf(state, id).seriesId === seriesId);
  return {
    referenceLayerIds: { ...state.referenceLayerIds, [seriesId]: referenceId },
    viewports: changeViewports(state, own, (viewport) => {
      const { difference, layerIds, primaryLayerId } = viewport;
      const { difference: _difference, ...rest } = viewport;
      const others = layerIds?.filter((id) => id !== former || id === primaryLayerId);
      return {
        ...rest,
        ...(others && { layerIds: [...new Set([...others, referenceId])] }),
        ...(difference &&
          difference.layerId !== referenceId && {
            difference: { ...difference, referenceLayerId: referenceId },
          }),
      };
    }),
  };
}

/** Puts another layer on one side of the curtain; where it is on the other side, the two change places. */
export function setCurtainSide(
  viewport: ViewportState,
  side: "layerA" | "layerB",
  layerId: string,
): ViewportState {
  const { curtain } = viewport;
  if (!curtain || curtain[side] === layerId) return viewport;
  const other = side === "layerA" ? "layerB" : "layerA";
  const there = curtain[other] === layerId ? curtain[side] : curtain[other];
  return { ...viewport, curtain: { ...curtain, [side]: layerId, [other]: there } };
}

/** Two layers that a viewport can set against each other: its own and the reference, else the first two shown. */
function pairOf(state: ViewportsState, viewport: ViewportState): [LayerView, LayerView] | undefined {
  const layers = layersOf(state, viewport.seriesId);
  const reference = referenceLayerOf(state, viewport.seriesId);
  const others = layers.filter(({ id }) => id !== reference?.id);
  const own = layers.find(({ id }) => id === viewport.primaryLayerId) ?? others[0];
  const second = others.find(({ id }) => id !== own?.id) ?? reference;
  return own && second && own.id !== second.id ? [own, second] : undefined;
}

/** A viewport shows a curtain, or a map of difference, disagreement or probability, one at a time. */
function withoutMaps(viewport: ViewportState): ViewportState {
  const { layerIds, primaryLayerId } = viewport;
  return {
    ...withoutLayers(viewport),
    ...(layerIds && { layerIds }),
    ...(primaryLayerId !== undefined && { primaryLayerId }),
  };
}

/** Turns the curtain on between another layer, on the left, and the viewport's own, or off. */
export function toggleCurtain(state: ViewportsState, id: string): ViewportState {
  const viewport = viewportOf(state, id);
  if (viewport.curtain) {
    const { curtain: _curtain, ...rest } = viewport;
    return rest;
  }
  const pair = pairOf(state, viewport);
  if (!pair) return viewport;
  return { ...withoutMaps(viewport), curtain: { layerA: pair[1].id, layerB: pair[0].id, position: 0.5 } };
}

/** Turns the difference map on between the viewport's own layer and the reference (else the next layer), or off. */
export function toggleDifference(state: ViewportsState, id: string): ViewportState {
  const viewport = viewportOf(state, id);
  if (viewport.difference) {
    const { difference: _difference, ...rest } = viewport;
    return rest;
  }
  const reference = referenceLayerOf(state, viewport.seriesId);
  const others = layersOf(state, viewport.seriesId).filter((layer) => layer.id !== reference?.id);
  const own = others.find((layer) => layer.id === viewport.primaryLayerId) ?? others[0];
  const against = reference ?? others.find((layer) => layer.id !== own?.id);
  if (!own || !against) return viewport;
  return { ...withoutMaps(viewport), difference: { layerId: own.id, referenceLayerId: against.id } };
}

/**
 * Turns the disagreement map on between all layers but the reference and consensuses, or off. With a single one beside
 * it the reference takes part, and where there is none a consensus.
 */
export function toggleDisagreement(state: ViewportsState, id: string): ViewportState {
  const viewport = viewportOf(state, id);
  if (viewport.disagreement) return withoutMaps(viewport);
  const layers = layersOf(state, viewport.seriesId);
  const reference = referenceLayerOf(state, viewport.seriesId);
  // A consensus has its readers' opinions, none of its own.
  const readers = layers.filter(({ origin }) => origin.kind !== "consensus");
  const others = readers.filter((layer) => layer.id !== reference?.id);
  const chosen = [others, readers, layers].find(({ length }) => length > 1) ?? [];
  if (chosen.length < 2) return viewport;
  return { ...withoutMaps(viewport), disagreement: { layerIds: chosen.map((layer) => layer.id) } };
}

/** Gives a layer a vote in the disagreement map, or takes it; the last two keep theirs. */
export function toggleVote(viewport: ViewportState, layerId: string): ViewportState {
  if (!viewport.disagreement) return viewport;
  const before = viewport.disagreement.layerIds;
  const layerIds = before.includes(layerId) ? before.filter((id) => id !== layerId) : [...before, layerId];
  return layerIds.length < 2 ? viewport : { ...viewport, disagreement: { layerIds } };
}

/** Turns the probability map of the viewport's own layer on, else of the first that a model made, or off. */
export function toggleProbability(state: ViewportsState, id: string): ViewportState {
  const viewport = viewportOf(state, id);
  if (viewport.probability) return withoutMaps(viewport);
  const layers = layersOf(state, viewport.seriesId).filter(({ origin }) => origin.kind === "model");
  const layer = layers.find((each) => each.id === viewport.primaryLayerId) ?? layers[0];
  const segment = layer?.segments[0]?.value;
  if (!layer || segment === undefined) return viewport;
  return { ...withoutMaps(viewport), probability: { layerId: layer.id, segment } };
}

/** Forgets layers that are gone: a viewport that was laid out for one of them shows all that are left. */
export function forgetMissingLayers(state: ViewportsState, seriesId: string): ViewportsState["viewports"] {
  const left = new Set(layersOf(state, seriesId).map(({ id }) => id));
  const affected = viewportIds.filter((id) => viewportOf(state, id).seriesId === seriesId);
  return changeViewports(state, affected, (viewport) => {
    const { primaryLayerId, layerIds, curtain, difference, disagreement, probability } = viewport;
    const primaryGone = primaryLayerId !== undefined && !left.has(primaryLayerId);
    const curtainGone = curtain && !(left.has(curtain.layerA) && left.has(curtain.layerB));
    const differenceGone =
      difference && !(left.has(difference.layerId) && left.has(difference.referenceLayerId));
    const voters = disagreement?.layerIds.filter((id) => left.has(id));
    const someGone =
      (layerIds?.some((id) => !left.has(id)) ?? false) || voters?.length !== disagreement?.layerIds.length;
    const probabilityGone = probability && !left.has(probability.layerId);
    if (!primaryGone && !curtainGone && !differenceGone && !someGone && !probabilityGone) return viewport;
    if (primaryGone) return withoutLayers(viewport);
    return {
      ...withoutLayers(viewport),
      ...(primaryLayerId !== undefined && { primaryLayerId }),
      ...(layerIds && { layerIds: layerIds.filter((id) => left.has(id)) }),
      ...(curtain && !curtainGone && { curtain }),
      ...(difference && !differenceGone && { difference }),
      ...(voters && voters.length > 1 && { disagreement: { layerIds: voters } }),
      ...(probability && !probabilityGone && { probability }),
    };
  });
}
