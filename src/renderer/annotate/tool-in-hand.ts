import { createStore } from "zustand/vanilla";
import type { Begun } from "./tools/tool";

/** The tool over the viewport, or a measurement that is begun; there is none while a viewing tool rests in the hand. */
export const toolInHand = createStore<{ tool: Begun | undefined }>(() => ({ tool: undefined }));

/** Whether something is begun that Escape gives up. */
export const isDrawing = (): boolean => toolInHand.getState().tool?.isDrawing === true;
