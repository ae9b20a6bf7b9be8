import type { Value } from "../../onnx/graph-assembly";
import type { Pair, WindowPadding } from "../sliding-window";
import type { Signal } from "./signal";

/** What a convolution slides over, and how. */
export interface Dilated {
  /** With channels first. */
  input: Value;
  dilation: Pair;
  padding: WindowPadding;
}

/**
 * A picture between SpaceToBatchND and BatchToSpaceND, where TensorFlow keeps every n-th pixel as a picture of its
 * own. It does so around a convolution to dilate it: the three become one dilated convolution.
 */
export class Spread {
  constructor(
    readonly source: Signal,
    readonly block: Pair,
    /** Top, bottom, left, right; undefined where they are computed, which Keras does for "same". */
    readonly paddings: readonly number[] | undefined,
    /** The convolution, once it came. */
    readonly convolve?: (dilated: Dilated) => Signal,
  ) {}
}
