import type { CommandId } from "../../core/commands";
import { activeSeriesId } from "../actions/series";
import type { CommandHandler } from "../app/command-handler";
import type { Tool } from "../state/viewport-model";
import { shownGeometry } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { annotatedLayer, annotation, type AnnotationTool } from "./annotation";
import { stepDiameter } from "./brush-size";
import { startAnnotation } from "./annotation-layer";
import { redo, undo } from "./history";
import { takeOperation, useOperation } from "./operations/operation";
import { accept, copyToSlice } from "./operations/run-operation";
import { addSegment } from "./segments/segment-actions";
import { toolInHand } from "./tool-in-hand";

/** Takes a tool in the hand. */
const take = (tool: AnnotationTool) => (): void => annotation.set({ tool });

/** Takes a viewing tool in the hand, and so puts the annotation's away. */
export function takeViewingTool(tool: Tool): void {
  annotation.set({ tool: undefined });
  useOperation.setState({ inHand: undefined });
  viewportsStore.getState().setTool(tool);
}

/** Chooses what is painted by its place in the list. */
const chooseSegment = (place: number) => (): void => {
  const segment = annotatedLayer(viewportsStore.getState(), annotation.get())?.segments[place - 1];
  if (segment) annotation.set({ segment: segment.value });
};

const addSegmentToLayer = (): void => {
  const layer = annotatedLayer(viewportsStore.getState(), annotation.get());
  if (layer) void addSegment(layer);
};

const newLayer = (): void => {
  const seriesId = activeSeriesId();
  if (seriesId !== undefined) void startAnnotation(seriesId);
};

const resize = (steps: number) => (): void => {
  const state = viewportsStore.getState();
  stepDiameter(steps, shownGeometry(state, state.activeViewportId)?.spacingMm);
};

type AnnotateCommandId = Extract<CommandId, `annotate.${string}`>;

const held = () => toolInHand.getState().tool;

/** What the commands of Annotate do. */
export const annotateHandlers: Readonly<Record<AnnotateCommandId, CommandHandler>> = {
  "annotate.finish": () => held()?.finish?.(),
  "annotate.take-back-point": () => held()?.takeBack?.(),
  "annotate.cancel": () => held()?.cancel(),
  "annotate.brush": take("brush"),
  "annotate.eraser": take("eraser"),
  "annotate.polygon": take("polygon"),
  "annotate.lasso": take("lasso"),
  "annotate.rectangle": take("rectangle"),
  "annotate.ellipse": take("ellipse"),
  "annotate.grow": take("grow"),
  "annotate.fill": take("fill"),
  "annotate.scissors": take("scissors"),
  "annotate.accept": take("accept"),
  "annotate.accept-slice": () => void accept("slice"),
  "annotate.accept-series": () => void accept("each-slice"),
  "annotate.smooth": () => takeOperation("smooth"),
  "annotate.resize": () => takeOperation("resize"),
  "annotate.islands": () => takeOperation("islands"),
  "annotate.combine": () => takeOperation("combine"),
  "annotate.between": () => takeOperation("between"),
  "annotate.copy-next": () => void copyToSlice(1),
  "annotate.copy-previous": () => void copyToSlice(-1),
  "annotate.add-segment": addSegmentToLayer,
  "annotate.new-layer": newLayer,
  "annotate.smaller": resize(-1),
  "annotate.larger": resize(1),
  "annotate.undo": () => void undo(),
  "annotate.redo": () => void redo(),
  "annotate.segment-1": chooseSegment(1),
  "annotate.segment-2": chooseSegment(2),
  "annotate.segment-3": chooseSegment(3),
  "annotate.segment-4": chooseSegment(4),
  "annotate.segment-5": chooseSegment(5),
  "annotate.segment-6": chooseSegment(6),
  "annotate.segment-7": chooseSegment(7),
  "annotate.segment-8": chooseSegment(8),
  "annotate.segment-9": chooseSegment(9),
};
