import { createStore } from "zustand/vanilla";
import type { Tool } from "./tools/tool";

/** The tool over the viewport; there is none while a viewing tool is in the hand. */
export const toolInHand = createStore<{ tool: Tool | undefined }>(() => ({ tool: undefined }));

/** Whether something is begun that Escape gives up. */
export const isDrawing = (): boolean => toolInHand.getState().tool?.isDrawing === true;
