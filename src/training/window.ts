import { type GraphNode, intsAttribute, stringAttribute } from "../core/onnx/graph";

/** How far a sliding window reaches beyond the image, in pixels. */
export interface Padding {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** The window of a convolution or pooling node. */
export interface Window {
  rows: number;
  columns: number;
  strides: [number, number];
  dilations: [number, number];
  padding: Padding;
}

/**
 * Reads a node's window.
 * @param kernel rows and columns, where the node itself does not say (of a convolution: the weight's)
 * @throws RangeError on `auto_pad`, which the zoo does not use
 */
export function windowOf(node: GraphNode, kernel?: readonly [number, number]): Window {
  if (stringAttribute(node, "auto_pad", "NOTSET") !== "NOTSET") {
    throw new RangeError(`${node.operator} with auto_pad cannot be trained; write its pads.`);
  }
  const [rows = 1, columns = 1] = intsAttribute(node, "kernel_shape") ?? kernel ?? [];
  const [rowStride = 1, columnStride = 1] = intsAttribute(node, "strides") ?? [];
  const [rowDilation = 1, columnDilation = 1] = intsAttribute(node, "dilations") ?? [];
  const [top = 0, left = 0, bottom = 0, right = 0] = intsAttribute(node, "pads") ?? [];
  return {
    rows,
    columns,
    strides: [rowStride, columnStride],
    dilations: [rowDilation, columnDilation],
    padding: { top, left, bottom, right },
  };
}

export function isUnpadded({ top, left, bottom, right }: Padding): boolean {
  return top === 0 && left === 0 && bottom === 0 && right === 0;
}

/** Padding per axis of a channels-last image, as tfjs takes it. */
export function paddingPerAxis({ top, left, bottom, right }: Padding): [number, number][] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
