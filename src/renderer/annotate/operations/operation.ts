import { create } from "zustand";
import { annotation, useAnnotation } from "../annotation";

/** What is done to a whole segment, by its options and a press of Apply. */
export const operationNames = ["smooth", "resize", "islands", "combine", "between"] as const;
export type OperationName = (typeof operationNames)[number];

export interface OperationState {
  /** Its options are shown; undefined while a tool is in the hand. */
  inHand: OperationName | undefined;
  scope: "slice" | "each-slice" | "volume";
  /** Used where the spacing is known, else `distancePixels`. */
  distanceMm: number;
  distancePixels: number;
  method: "median" | "opening" | "closing";
  direction: "grow" | "shrink";
  islands: "remove-islands" | "keep-largest" | "fill-holes";
  /** Components of fewer pixels are islands. */
  smallest: number;
  how: "union" | "intersection" | "subtract";
  /** The other segment, `layer id/value`; the first that there is unless chosen. */
  other: string | undefined;
  /** The layer whose masks are accepted; the first that there is unless chosen. */
  source: string | undefined;
}

export const useOperation = create<OperationState>()(() => ({
  inHand: undefined,
  scope: "slice",
  distanceMm: 2,
  distancePixels: 2,
  method: "median",
  direction: "grow",
  islands: "remove-islands",
  smallest: 50,
  how: "union",
  other: undefined,
  source: undefined,
}));

/** Shows an operation's options; the annotation's tools are put away. */
export function takeOperation(inHand: OperationName): void {
  annotation.set({ tool: undefined });
  useOperation.setState({ inHand });
}

// One thing is in the hand at a time.
useAnnotation.subscribe(({ tool }) => {
  if (tool !== undefined && useOperation.getState().inHand !== undefined)
    useOperation.setState({ inHand: undefined });
});
