import { intAttribute, intsAttribute, stringAttribute, type Dimension, type GraphNode } from "../graph";
import { shapeError } from "./rule";

/** How a convolution or pooling slides, one entry a spatial axis. */
export interface WindowSettings {
  kernel: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
  /** Padding before and after, of `NOTSET`. */
  padsBefore: readonly number[];
  padsAfter: readonly number[];
  autoPad: string;
  roundUp: boolean;
}

export function windowSettings(node: GraphNode, kernel: readonly number[]): WindowSettings {
  const axes = kernel.length;
  const pads = intsAttribute(node, "pads") ?? Array<number>(2 * axes).fill(0);
  const ones = Array<number>(axes).fill(1);
  return {
    kernel,
    strides: intsAttribute(node, "strides") ?? ones,
    dilations: intsAttribute(node, "dilations") ?? ones,
    padsBefore: pads.slice(0, axes),
    padsAfter: pads.slice(axes),
    autoPad: stringAttribute(node, "auto_pad", "NOTSET"),
    roundUp: intAttribute(node, "ceil_mode", 0) === 1,
  };
}

/** Input positions that one output sees along each axis. */
export function windowExtent(settings: WindowSettings): number[] {
  return settings.kernel.map((size, axis) => (size - 1) * settings.dilations[axis]! + 1);
}

/** Sizes of the output along the spatial axes (ONNX operator specification, Conv and MaxPool). */
export function slidSizes(
  node: GraphNode,
  sizes: readonly Dimension[],
  settings: WindowSettings,
): Dimension[] {
  if (sizes.length !== settings.kernel.length) {
    throw shapeError(node, `${settings.kernel.length} kernel sizes for ${sizes.length} spatial axes`);
  }
  const extent = windowExtent(settings);
  return sizes.map((size, axis) => slidSize(node, size, { settings, axis, extent: extent[axis]! }));
}

function slidSize(
  node: GraphNode,
  size: Dimension,
  { settings, axis, extent }: { settings: WindowSettings; axis: number; extent: number },
): Dimension {
  const stride = settings.strides[axis]!;
  if (settings.autoPad.startsWith("SAME")) {
    return typeof size === "number" ? Math.ceil(size / stride) : stride === 1 ? size : undefined;
  }
  const padding = settings.autoPad === "VALID" ? 0 : settings.padsBefore[axis]! + settings.padsAfter[axis]!;
  if (typeof size !== "number") return stride === 1 && padding === extent - 1 ? size : undefined;
  const steps = (size + padding - extent) / stride;
  if (steps < 0) throw shapeError(node, `a window of ${extent} does not fit into ${size + padding}`);
  if (!settings.roundUp) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A window that would start in the padding after the image is left out.
  const before = settings.autoPad === "VALID" ? 0 : settings.padsBefore[axis]!;
  return (count - 1) * stride >= size + before ? count - 1 : count;
}
