import { paintHeat } from "./heat";
import { imageToScreen, mapPoint, resolveCamera, type ViewSize } from "../../core/image/view";
import { paintFrame, storedRange } from "../../core/image/display";
import type { Frame } from "../../core/image/frame";
import { halveFrame } from "../../core/image/reduce";
import type { LabelMap } from "../../core/mask/label-map";
import type { PixelRectangle } from "../../core/mask/rectangle";
import type { LayerView } from "../../host/contract";
import {
  colourByOf,
  cursorIn,
  layersOf,
  layerStyleOf,
  referenceLayerOf,
  shownLayers,
} from "../state/viewport-queries";
import { paintTint, probabilityOf } from "./probability";
import { differenceOf, disagreementOf, mostDisagreement } from "./layer-comparison";
import {
  drawCrosshair,
  drawDifference,
  drawOutlines,
  drawRaster,
  isSmoothed,
  type Context,
  paintLabelMap,
  pixelOf,
  type Placement,
  type SegmentColour,
} from "./painting";
import type { PanCache } from "./pan-cache";
import { RasterPool, type Raster } from "./raster-pool";
import type { Picture, ViewportSession } from "./session";

/** The rasters of the whole page. */
export const rasters = new RasterPool();

const referenceColour = "#FFFFFF";
const overlayPixel = pixelOf("#9FE8FF");
/** A viewport whose layer has no label map for the slice keeps its image, dimmed. */
const dimmedAlpha = 0.55;

/** Where the picture of a session lies in its viewport now. */
export function placementOf(session: ViewportSession, picture: Picture): Placement & { view: ViewSize } {
  const { camera, size } = session.viewport;
  const { rows, columns, geometry } = picture.frame;
  const image = { rows, columns, ...geometry };
  return {
    transform: imageToScreen(camera, image, size),
    zoom: resolveCamera(camera, image, size).zoom,
    devicePixelRatio: window.devicePixelRatio,
    view: size,
  };
}

const ranges = new WeakMap<Frame, [number, number]>();

/** Least and most stored value of a frame, found once. */
export function rangeOf(frame: Frame): [number, number] {
  let range = ranges.get(frame);
  if (!range) ranges.set(frame, (range = storedRange(frame.pixels)));
  return range;
}

/** A frame and its halves, each made when it is first needed. */
const reductions = new WeakMap<Frame, Frame>();

/** So many times is a frame halved at most: 4096 pixels become 512. */
const mostHalvings = 3;

/**
 * The frame, or its mean over two, four or eight pixels a side where the screen shows fewer than that: windowing a
 * radiograph then costs what windowing the screen does.
 */
function reducedFrame(frame: Frame, zoom: number): { frame: Frame; reduction: number } {
  let reduced = frame;
  let reduction = 1;
  for (let halving = 0; halving < mostHalvings && zoom * reduction <= 0.5; halving++) {
    const half = reductions.get(reduced) ?? halveFrame(reduced);
    if (!half) break;
    reductions.set(reduced, half);
    reduced = half;
    reduction *= 2;
  }
  return { frame: reduced, reduction };
}

/** The picture in its window, painted again only where frame, window or reduction changed. */
function imageRaster(session: ViewportSession, picture: Picture): { raster: Raster; reduction: number } {
  const { window, fromFile } = picture.window;
  const { zoom, devicePixelRatio } = placementOf(session, picture);
  const { frame, reduction } = reducedFrame(picture.frame, zoom * devicePixelRatio);
  const options = { window, fromFile, invert: session.viewport.invert };
  const raster = rasters.acquire({
    holder: `${session.id}/image`,
    source: frame,
    variant: `${window.center}/${window.width}/${fromFile}/${options.invert}`,
    columns: frame.columns,
    rows: frame.rows,
    paint: (target) => paintFrame(frame, options, { range: rangeOf(frame), target }),
  });
  return { raster, reduction };
}

/** Whether the layer that the viewport stands for has no label map for this slice. */
export function lacksLayer(session: ViewportSession, picture: Picture): boolean {
  const { primaryLayerId, plane, probability } = session.viewport;
  if (probability || primaryLayerId === undefined || plane !== "native") return false;
  const layer = layersOf(session.state, picture.series.id).find(({ id }) => id === primaryLayerId);
  return layer !== undefined && !layer.frames.includes(picture.index);
}

export function drawImage(context: CanvasRenderingContext2D, session: ViewportSession): void {
  const { picture } = session;
  if (!picture) return;
  const placement = placementOf(session, picture);
  const { raster, reduction } = imageRaster(session, picture);
  drawRaster(context, raster, {
    placement,
    reduction,
    alpha: lacksLayer(session, picture) ? dimmedAlpha : 1,
    smooth: isSmoothed(placement, session.state.smoothing),
  });
  drawFileOverlay(context, session, picture.frame);
}

/** What the file itself draws over its picture: a display of its own, no layer. */
function drawFileOverlay(
  context: Context,
  session: ViewportSession,
  { overlay, rows, columns }: Frame,
): void {
  const holder = `${session.id}/file-overlay`;
  if (!overlay || !session.picture || !session.state.overlaysShown) {
    rasters.release(holder);
    return;
  }
  const raster = rasters.acquire({
    ...{ holder, source: overlay, variant: "overlay", rows, columns },
    paint: (pixels) => overlay.forEach((isSet, at) => (pixels[at] = isSet ? overlayPixel : 0)),
  });
  const placement = placementOf(session, session.picture);
  drawRaster(context, raster, { placement, alpha: 1, smooth: isSmoothed(placement, false) });
}

/** How the segments of a layer are coloured; those that are hidden have no colour. */
function colouring(session: ViewportSession, layer: LayerView): SegmentColour {
  const byLayer = colourByOf(session.state, session.id) === "layer";
  const colours = new Map(
    layer.segments.map(({ value, colour, hidden }) => [
      value,
      hidden ? undefined : byLayer ? layer.colour : colour,
    ]),
  );
  return (value) => (colours.has(value) ? colours.get(value) : layer.colour);
}

function coloursKey(session: ViewportSession, layer: LayerView): string {
  const colourOf = colouring(session, layer);
  return `${layer.colour} ${layer.segments.map(({ value }) => `${value}${colourOf(value)}`).join()}`;
}

/** Paints a changed part of a layer's label map again, where it is shown. Its outlines follow when it is renamed. */
export function repaintLayer(
  session: ViewportSession,
  layer: LayerView,
  { labelMap, area }: { labelMap: LabelMap; area: PixelRectangle },
): void {
  const colourOf = colouring(session, layer);
  const rows = [area.row, area.row + area.rows] as const;
  rasters.repaint(labelMap, area, (pixels) => paintLabelMap(labelMap, colourOf, { pixels, rows }));
  session.redrawMasks();
}

function drawLayer(
  context: Context,
  session: ViewportSession,
  { picture, layer, holders }: { picture: Picture; layer: LayerView; holders: Set<string> },
): void {
  const labelMap = session.labelMapOf(layer);
  if (!labelMap) return;
  const placement = placementOf(session, picture);
  const style = layerStyleOf(session.state, layer.id);
  const isReference = layer.id === referenceLayerOf(session.state, layer.seriesId)?.id;
  if (!isReference && style.fillOpacity > 0) {
    const holder = `${session.id}/${layer.id}`;
    holders.add(holder);
    const colourOf = colouring(session, layer);
    const raster = rasters.acquire({
      holder,
      source: labelMap,
      variant: coloursKey(session, layer),
      columns: labelMap.columns,
      rows: labelMap.rows,
      paint: (pixels) => paintLabelMap(labelMap, colourOf, { pixels, rows: [0, labelMap.rows] }),
    });
    drawRaster(context, raster, { placement, alpha: style.fillOpacity, smooth: false });
  }
  if (style.outlineOpacity === 0) return;
  drawOutlines(context, labelMap, {
    placement,
    style: {
      colourOf: isReference ? () => referenceColour : colouring(session, layer),
      dashed: isReference,
      alpha: style.outlineOpacity,
      beneath: imageRaster(session, picture),
    },
  });
}

/** The part of the viewport in which a layer shows while the curtain is drawn; undefined means all of it. */
function curtainClip(session: ViewportSession, layerId: string): [left: number, right: number] | undefined {
  const { curtain, size } = session.viewport;
  if (!curtain) return undefined;
  const line = curtain.position * size.width;
  if (layerId === curtain.layerA) return [0, line];
  return layerId === curtain.layerB ? [line, size.width] : undefined;
}

/** A slice stays readable beneath heat. */
const heatAlpha = 0.8;

function drawDisagreement(context: Context, session: ViewportSession, picture: Picture): string[] {
  const disagreement = disagreementOf(session);
  if (!disagreement) return [];
  const { rows, columns, entropy } = disagreement;
  const most = mostDisagreement(session.state, session.id);
  const holder = `${session.id}/disagreement`;
  const raster = rasters.acquire({
    holder,
    source: disagreement,
    variant: `heat ${most}`,
    columns,
    rows,
    paint: (pixels) => paintHeat(entropy, most, pixels),
  });
  drawRaster(context, raster, {
    placement: placementOf(session, picture),
    alpha: heatAlpha,
    smooth: false,
  });
  return [holder];
}

/** The tint, the outline at the threshold, and the reference where it is shown. */
function drawProbability(context: Context, session: ViewportSession, picture: Picture): Set<string> {
  const holders = new Set<string>();
  const shown = session.state.layersHidden ? undefined : probabilityOf(session);
  if (shown) {
    const { layer, segment, map, mask } = shown;
    const { rows, columns } = map;
    const colour = colouring(session, layer)(segment) ?? layer.colour;
    const holder = `${session.id}/probability`;
    holders.add(holder);
    const placement = placementOf(session, picture);
    const paint = (pixels: Uint32Array) => paintTint(map, colour, pixels);
    const raster = rasters.acquire({ holder, source: map, variant: colour, columns, rows, paint });
    drawRaster(context, raster, { placement, alpha: 1, smooth: false });
    const beneath = imageRaster(session, picture);
    const style = { colourOf: () => colour, dashed: false, alpha: 1, beneath };
    drawOutlines(context, mask, { placement, style });
  }
  const reference = referenceLayerOf(session.state, picture.series.id);
  for (const layer of shownLayers(session.state, session.id))
    if (layer.id === reference?.id) drawLayer(context, session, { picture, layer, holders });
  return holders;
}

export function drawLayers(context: Context, session: ViewportSession, held: Set<string>): Set<string> {
  let holders = new Set<string>();
  const { picture } = session;
  if (picture && session.viewport.difference) {
    const difference = differenceOf(session);
    if (difference) drawDifference(context, difference, placementOf(session, picture));
  } else if (picture && session.viewport.disagreement) {
    for (const holder of drawDisagreement(context, session, picture)) holders.add(holder);
  } else if (picture && session.viewport.probability) {
    holders = drawProbability(context, session, picture);
  } else if (picture) {
    for (const layer of shownLayers(session.state, session.id)) {
      const clip = curtainClip(session, layer.id);
      context.save();
      if (clip) {
        context.beginPath();
        context.rect(clip[0], 0, clip[1] - clip[0], session.viewport.size.height);
        context.clip();
      }
      drawLayer(context, session, { picture, layer, holders });
      context.restore();
    }
  }
  for (const holder of held) if (!holders.has(holder)) rasters.release(holder);
  return holders;
}

/**
 * Draws the layers while the viewport is only panned: moves what was drawn before. Under a curtain, whose line does
 * not move with the image, they are drawn anew.
 */
export function panLayers(
  context: CanvasRenderingContext2D,
  session: ViewportSession,
  { cache, held }: { cache: PanCache; held: Set<string> },
): Set<string> {
  const { picture } = session;
  if (!picture || session.viewport.curtain) return drawLayers(context, session, held);
  const { view, devicePixelRatio, transform } = placementOf(session, picture);
  const { rows, columns } = picture.frame;
  const centre = mapPoint(transform, { x: columns / 2, y: rows / 2 });
  let holders = held;
  cache.draw(context, { view, centre, devicePixelRatio }, (wide) => {
    holders = drawLayers(wide, session, held);
  });
  return holders;
}

/** Whether there is anything to draw over the picture but the crosshair. */
export function hasLayers({ state, id, picture, viewport }: ViewportSession): boolean {
  if (!picture) return false;
  if (viewport.difference !== undefined || viewport.disagreement !== undefined) return true;
  if (viewport.probability !== undefined) return true;
  return shownLayers(state, id).length > 0;
}

/** Whether the shared crosshair is on; it may still lie outside of this viewport's image. */
export function hasCursor({ state, picture }: ViewportSession): boolean {
  return picture !== undefined && (state.crosshairShown || state.tool === "crosshair");
}

/** Draws the shared crosshair, if it is on and falls into this viewport's image. */
export function drawCursor(context: CanvasRenderingContext2D, session: ViewportSession): void {
  const { state, picture } = session;
  if (!picture || !hasCursor(session)) return;
  const point = cursorIn(state, session.id);
  if (!point) return;
  const { transform, view } = placementOf(session, picture);
  drawCrosshair(context, mapPoint(transform, point), view);
}

/** Whether the picture is drawn smoothed, which the corner text must say. */
export function isPictureSmoothed(session: ViewportSession): boolean {
  const { picture } = session;
  if (!picture) return false;
  return isSmoothed(placementOf(session, picture), session.state.smoothing);
}
