import type { CommandId } from "../../core/commands";
import type { CommandHandler } from "../app/command-handler";
import type { Tool } from "../state/viewport-model";
import { shownGeometry } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { annotatedLayer, annotation, type AnnotationTool } from "./annotation";
import { stepDiameter } from "./brush-size";
import { redo, undo } from "./history";
import { toolInHand } from "./tool-in-hand";

/** Takes a tool in the hand. */
const take = (tool: AnnotationTool) => (): void => annotation.set({ tool });

/** Takes a viewing tool in the hand, and so puts the annotation's away. */
export function takeViewingTool(tool: Tool): void {
  annotation.set({ tool: undefined });
  viewportsStore.getState().setTool(tool);
}

/** Chooses what is painted by its place in the list. */
const chooseSegment = (place: number) => (): void => {
  const segment = annotatedLayer(viewportsStore.getState(), annotation.get())?.segments[place - 1];
  if (segment) annotation.set({ segment: segment.value });
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
