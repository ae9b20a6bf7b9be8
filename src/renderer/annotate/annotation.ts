import { create } from "zustand";
import type { Segment } from "../../core/mask/label-map";
import { overwritable, type OverwriteChoice } from "../../core/mask/paint";
import type { LayerView } from "../../host/contract";
import { activeViewport, layersOf } from "../state/viewport-queries";
import type { ViewportsState } from "../state/viewport-model";

export const annotationTools = [
  "brush",
  "eraser",
  "polygon",
  "lasso",
  "rectangle",
  "ellipse",
  "grow",
  "fill",
  "scissors",
  "accept",
] as const;
export type AnnotationTool = (typeof annotationTools)[number];

/** Which segments give way to what is painted. */
export type OverwriteRule = OverwriteChoice["rule"];

/** What the reader paints with: choices, never pixels. */
export interface AnnotationState {
  /** In the hand; undefined while a viewing tool is. */
  tool: AnnotationTool | undefined;
  /** The annotation that is edited, by series; without one, the last that was made. */
  layerIds: Readonly<Record<string, string>>;
  /** The value that is painted. */
  segment: number;
  overwrite: OverwriteRule;
  /** Outlines and boxes take away what they would add. The modifier key turns it round. */
  subtract: boolean;
  brush: {
    shape: "disc" | "square" | "sphere";
    /** Used where the spacing is known, else `diameterPixels`. */
    diameterMm: number;
    diameterPixels: number;
  };
  /** Paints only where the image's value lies in the range; the range is that of the series in the hand. */
  onlyValues: { on: boolean; low: number; high: number };
  growing: { volume: boolean; tolerance: number };
}

export const useAnnotation = create<AnnotationState>()(() => ({
  tool: undefined,
  layerIds: {},
  segment: 1,
  overwrite: "none",
  subtract: false,
  brush: { shape: "disc", diameterMm: 10, diameterPixels: 20 },
  onlyValues: { on: false, low: 0, high: 0 },
  growing: { volume: false, tolerance: 20 },
}));

export const annotation = {
  get: useAnnotation.getState,
  set: useAnnotation.setState,
  setBrush: (change: Partial<AnnotationState["brush"]>): void =>
    useAnnotation.setState(({ brush }) => ({ brush: { ...brush, ...change } })),
  setOnlyValues: (change: Partial<AnnotationState["onlyValues"]>): void =>
    useAnnotation.setState(({ onlyValues }) => ({ onlyValues: { ...onlyValues, ...change } })),
  setGrowing: (change: Partial<AnnotationState["growing"]>): void =>
    useAnnotation.setState(({ growing }) => ({ growing: { ...growing, ...change } })),
  /** Edits another annotation of a series. */
  editLayer: ({ id, seriesId, segments }: LayerView): void =>
    useAnnotation.setState(({ layerIds, segment }) => ({
      layerIds: { ...layerIds, [seriesId]: id },
      segment: segments.some(({ value }) => value === segment) ? segment : (segments[0]?.value ?? 1),
    })),
};

export function annotationLayersOf(state: ViewportsState, seriesId: string | undefined): LayerView[] {
  return layersOf(state, seriesId).filter(({ origin }) => origin.kind === "annotation");
}

/** The annotation of the active series that is edited; undefined where there is none yet. */
export function annotatedLayer(state: ViewportsState, { layerIds }: AnnotationState): LayerView | undefined {
  const { seriesId } = activeViewport(state);
  const layers = annotationLayersOf(state, seriesId);
  return layers.find(({ id }) => id === layerIds[seriesId ?? ""]) ?? layers.at(-1);
}

/** The segment's value that is painted on a layer: the chosen one, else the layer's first. */
export function paintedSegment({ segments }: LayerView, { segment }: AnnotationState): number {
  return segments.some(({ value }) => value === segment) ? segment : (segments[0]?.value ?? 1);
}

/** The values that give way to the painted segment, by the rule and the segments' locks. */
export function overwritableOn(layer: LayerView, state: AnnotationState): Uint8Array {
  const valuesThat = (test: (segment: Segment) => boolean | undefined) =>
    new Set(layer.segments.filter((segment) => test(segment) === true).map(({ value }) => value));
  return overwritable({
    rule: state.overwrite,
    active: paintedSegment(layer, state),
    hidden: valuesThat(({ hidden }) => hidden),
    locked: valuesThat(({ locked }) => locked),
  });
}
