import { intAttribute, intsAttribute, type Dimension } from "../graph";
import {
  agree,
  countForOne,
  sameType,
  shapeError,
  shapeOf,
  type OperatorCall,
  type OperatorRules,
} from "./rule";
import { slidSizes, windowExtent, windowSettings } from "./windows";

/** Weights are out x in/groups x kernel; bias is out. */
function inferConv(call: OperatorCall) {
  const [input, weight] = [shapeOf(call, 0), shapeOf(call, 1)];
  if (input === undefined || weight === undefined) return sameType(call, undefined);
  const group = intAttribute(call.node, "group", 1);
  const [outChannels, inChannels] = weight;
  if (!agree(input[1], typeof inChannels === "number" ? inChannels * group : undefined)) {
    throw shapeError(
      call.node,
      `${String(input[1])} channels come in, the weights take ${String(inChannels)} in each of ${group} groups`,
    );
  }
  const kernel = kernelOf(call, weight);
  const sizes =
    kernel === undefined
      ? input.slice(2).map(() => undefined)
      : slidSizes(call.node, input.slice(2), windowSettings(call.node, kernel));
  return sameType(call, [input[0], outChannels, ...sizes]);
}

/** Weights are in x out/groups x kernel. */
function inferConvTranspose(call: OperatorCall) {
  const { node } = call;
  const [input, weight] = [shapeOf(call, 0), shapeOf(call, 1)];
  if (input === undefined || weight === undefined) return sameType(call, undefined);
  if (!agree(input[1], weight[0])) {
    throw shapeError(node, `${String(input[1])} channels come in, the weights take ${String(weight[0])}`);
  }
  const group = intAttribute(node, "group", 1);
  const channels = typeof weight[1] === "number" ? weight[1] * group : undefined;
  const kernel = kernelOf(call, weight);
  if (kernel === undefined)
    return sameType(call, [input[0], channels, ...input.slice(2).map(() => undefined)]);
  const settings = windowSettings(node, kernel);
  const extent = windowExtent(settings);
  const outputPadding = intsAttribute(node, "output_padding");
  const fixed = intsAttribute(node, "output_shape")?.slice(-kernel.length);
  const sizes = input.slice(2).map((size, axis): Dimension => {
    if (fixed !== undefined) return fixed[axis];
    if (typeof size !== "number") return undefined;
    const stride = settings.strides[axis]!;
    if (settings.autoPad.startsWith("SAME")) return size * stride;
    const pads = settings.autoPad === "VALID" ? 0 : settings.padsBefore[axis]! + settings.padsAfter[axis]!;
    return (size - 1) * stride + (outputPadding?.[axis] ?? 0) + extent[axis]! - pads;
  });
  return sameType(call, [input[0], channels, ...sizes]);
}

function kernelOf(call: OperatorCall, weight: readonly Dimension[] | undefined): number[] | undefined {
  const given = intsAttribute(call.node, "kernel_shape");
  if (given !== undefined) return [...given];
  const kernel = weight?.slice(2);
  return kernel?.every((size) => typeof size === "number") === true ? kernel : undefined;
}

export const convolutionRules: OperatorRules = {
  Conv: {
    infer: inferConv,
    multiplyAdds(call, output) {
      const [outputs, taps] = [countForOne(output.shape), countForOne(shapeOf(call, 1)?.slice(1))];
      return outputs === undefined || taps === undefined ? undefined : outputs * taps;
    },
    window(call) {
      const kernel = kernelOf(call, shapeOf(call, 1));
      if (kernel === undefined) return undefined;
      const settings = windowSettings(call.node, kernel);
      return { extent: windowExtent(settings), stride: settings.strides };
    },
  },
  ConvTranspose: {
    infer: inferConvTranspose,
    multiplyAdds(call) {
      const [inputs, taps] = [countForOne(shapeOf(call, 0)), countForOne(shapeOf(call, 1)?.slice(1))];
      return inputs === undefined || taps === undefined ? undefined : inputs * taps;
    },
    window(call) {
      const kernel = kernelOf(call, shapeOf(call, 1));
      if (kernel === undefined) return undefined;
      const settings = windowSettings(call.node, kernel);
      return {
        // One output lies under at most this many of the inputs' stamps.
        extent: windowExtent(settings).map((size, axis) => Math.ceil(size / settings.strides[axis]!)),
        stride: settings.strides.map((stride) => 1 / stride),
      };
    },
  },
};
