import { SlicebenchError } from "../errors";
import {
  type ConvolutionOptions,
  pads,
  type Padding,
  pair,
  poolingAttributes,
  type PoolingOptions,
  samePads,
  type TransposedConvolutionOptions,
} from "./builder-options";
import { float, int, ints, text } from "./graph";
import { type AssemblyState, emptyAssembly, GraphAssembly, type Value } from "./graph-assembly";
import { codeOfElementType } from "./operators/pointwise";
import { type ElementType, float32Tensor, int64Tensor } from "./tensor";
import { initialWeight, type WeightRule } from "./weights";

/**
 * Builds a graph node by node and knows every shape on the way, so that a mistake shows where it is made.
 *
 *     const net = new GraphBuilder("tiny", { seed: 1 });
 *     const image = net.input("input", ["batch", 1, 64, 64]);
 *     const stem = net.scope("stem");
 *     const features = stem.relu(stem.batchNorm("bn", stem.conv("conv", image, { channels: 8, kernel: 3, padding: "same" })));
 *     net.output("logits", net.conv("head", features, { channels: 2, kernel: 1 }));
 *     const graph = net.build();
 *
 * Methods append one node each and throw ONNX_SHAPE where the inputs do not fit.
 */
export class GraphBuilder extends GraphAssembly {
  /** @param options.seed of the initial weights; the same seed gives the same weights everywhere. */
  constructor(
    name: string,
    options: { seed?: number } = {},
    scope?: { state: AssemblyState; prefix: string },
  ) {
    super(scope?.state ?? emptyAssembly(name, options.seed), scope?.prefix);
  }

  /** The same graph, with names that begin with this: the explorer folds by such scopes. */
  scope(name: string): GraphBuilder {
    return new GraphBuilder("", {}, { state: this.state, prefix: `${this.prefix}${name}/` });
  }

  conv(name: string, input: Value, options: ConvolutionOptions): Value {
    const kernel = pair(options.kernel);
    const groups = options.groups ?? 1;
    const channels = knownChannels(name, input);
    const dims = [options.channels, channels / groups, ...kernel];
    const taps = kernel[0] * kernel[1];
    const weight = this.weight(`${name}/weight`, {
      dims,
      rule: options.weights ?? "he",
      fanIn: (channels / groups) * taps,
      fanOut: (options.channels / groups) * taps,
    });
    const inputs = [input.name, weight];
    if (options.bias !== false) inputs.push(this.zeros(`${name}/bias`, options.channels));
    return this.append("Conv", name, inputs, {
      kernel_shape: ints(kernel),
      strides: ints(pair(options.stride ?? 1)),
      pads: ints(
        options.padding === "same" ? samePads(kernel, pair(options.dilation ?? 1)) : pads(options.padding),
      ),
      dilations: ints(pair(options.dilation ?? 1)),
      group: int(groups),
    });
  }

  /** Enlarges by its stride; `stride x kernel` of 2 and 2 is U-Net's up-convolution. */
  convTranspose(name: string, input: Value, options: TransposedConvolutionOptions): Value {
    const kernel = pair(options.kernel);
    const groups = options.groups ?? 1;
    const channels = knownChannels(name, input);
    const taps = kernel[0] * kernel[1];
    const stride = pair(options.stride);
    const weight = this.weight(`${name}/weight`, {
      dims: [channels, options.channels / groups, ...kernel],
      rule: options.weights ?? "he",
      // An output pixel is reached by one input in stride^2.
      fanIn: ((channels / groups) * taps) / (stride[0] * stride[1]),
      fanOut: (options.channels / groups) * taps,
    });
    const inputs = [input.name, weight];
    if (options.bias !== false) inputs.push(this.zeros(`${name}/bias`, options.channels));
    return this.append("ConvTranspose", name, inputs, {
      kernel_shape: ints(kernel),
      strides: ints(stride),
      pads: ints(pads(options.padding)),
      group: int(groups),
    });
  }

  /** Fully connected: input is batch x features. `features` is the number of outputs. */
  gemm(
    name: string,
    input: Value,
    options: { features: number; bias?: boolean; weights?: WeightRule },
  ): Value {
    const features = knownChannels(name, input);
    const weight = this.weight(`${name}/weight`, {
      dims: [options.features, features],
      rule: options.weights ?? "he",
      fanIn: features,
      fanOut: options.features,
    });
    const inputs = [input.name, weight];
    if (options.bias !== false) inputs.push(this.zeros(`${name}/bias`, options.features));
    return this.append("Gemm", name, inputs, { transB: int(1) });
  }

  /** Ioffe & Szegedy 2015, in its inference form: scale, bias and running mean and variance by channel. */
  batchNorm(name: string, input: Value, options: { epsilon?: number; momentum?: number } = {}): Value {
    const channels = knownChannels(name, input);
    const vector = (part: string, value: number) =>
      this.initializer(`${name}/${part}`, float32Tensor([channels], new Float32Array(channels).fill(value)));
    const inputs = [
      input.name,
      vector("weight", 1),
      vector("bias", 0),
      vector("running_mean", 0),
      vector("running_var", 1),
    ];
    return this.append("BatchNormalization", name, inputs, {
      epsilon: float(options.epsilon ?? 1e-5),
      momentum: float(options.momentum ?? 0.9),
    });
  }

  /** Krizhevsky et al. 2012, 3.3: each activation is divided by the energy of `size` neighbouring channels. */
  localResponseNorm(
    input: Value,
    options: { size: number; alpha: number; beta: number; bias: number },
  ): Value {
    return this.append("LRN", undefined, [input.name], {
      size: int(options.size),
      alpha: float(options.alpha),
      beta: float(options.beta),
      bias: float(options.bias),
    });
  }

  relu(input: Value): Value {
    return this.append("Relu", undefined, [input.name]);
  }

  sigmoid(input: Value): Value {
    return this.append("Sigmoid", undefined, [input.name]);
  }

  tanh(input: Value): Value {
    return this.append("Tanh", undefined, [input.name]);
  }

  softmax(input: Value, axis = 1): Value {
    return this.append("Softmax", undefined, [input.name], { axis: int(axis) });
  }

  /** Does nothing in inference; training leaves out this share of the activations. */
  dropout(input: Value, ratio = 0.5): Value {
    const name = this.freeName("dropout");
    const share = this.initializerAt(`${name}/ratio`, float32Tensor([], [ratio]));
    return this.appendAt("Dropout", name, [input.name, share]);
  }

  maxPool(input: Value, options: PoolingOptions): Value {
    return this.append("MaxPool", undefined, [input.name], poolingAttributes(options));
  }

  /** The padding counts as zeros unless `countsPadding` is false. */
  averagePool(input: Value, options: PoolingOptions & { countsPadding?: boolean }): Value {
    return this.append("AveragePool", undefined, [input.name], {
      ...poolingAttributes(options),
      count_include_pad: int(options.countsPadding === false ? 0 : 1),
    });
  }

  globalAveragePool(input: Value): Value {
    return this.append("GlobalAveragePool", undefined, [input.name]);
  }

  concat(values: readonly Value[], axis = 1): Value {
    return this.append(
      "Concat",
      undefined,
      values.map((value) => value.name),
      { axis: int(axis) },
    );
  }

  add(a: Value, b: Value): Value {
    return this.append("Add", undefined, [a.name, b.name]);
  }

  mul(a: Value, b: Value): Value {
    return this.append("Mul", undefined, [a.name, b.name]);
  }

  /** Enlarges rows and columns by a whole factor; pixel centres are kept (half_pixel). */
  resize(input: Value, options: { scale: number; mode: "nearest" | "linear" }): Value {
    const name = this.freeName("resize");
    const scales = float32Tensor([4], [1, 1, options.scale, options.scale]);
    const nearest = options.mode === "nearest";
    return this.appendAt("Resize", name, [input.name, "", this.initializerAt(`${name}/scales`, scales)], {
      mode: text(options.mode),
      coordinate_transformation_mode: text(nearest ? "asymmetric" : "half_pixel"),
      ...(nearest ? { nearest_mode: text("floor") } : {}),
    });
  }

  /** Axes from `axis` on become one: batch x features. */
  flatten(input: Value, axis = 1): Value {
    return this.append("Flatten", undefined, [input.name], { axis: int(axis) });
  }

  /** Index of the greatest value along an axis, int64, the axis left out. */
  argMax(input: Value, axis = 1): Value {
    return this.append("ArgMax", undefined, [input.name], { axis: int(axis), keepdims: int(0) });
  }

  cast(input: Value, to: ElementType): Value {
    return this.append("Cast", undefined, [input.name], { to: int(codeOfElementType(to)) });
  }

  /** Zeros around rows and columns. */
  pad(input: Value, padding: Padding): Value {
    const [top, left, bottom, right] = pads(padding);
    const name = this.freeName("pad");
    const amounts = this.initializerAt(`${name}/pads`, int64Tensor([0, 0, top, left, 0, 0, bottom, right]));
    return this.appendAt("Pad", name, [input.name, amounts]);
  }

  /** Cuts out rows x columns; in the middle (rounded up to the left) unless an offset is given. */
  crop(
    input: Value,
    options: { rows: number; columns: number; offset?: readonly [row: number, column: number] },
  ): Value {
    const size = [options.rows, options.columns];
    const offset =
      options.offset ??
      input.shape.slice(2).map((dim, axis) => {
        if (typeof dim === "number") return Math.floor((dim - size[axis]!) / 2);
        throw needsFixedSize("crop", input);
      });
    const name = this.freeName("crop");
    const list = (part: string, values: number[]) =>
      this.initializerAt(`${name}/${part}`, int64Tensor(values));
    const ends = size.map((length, axis) => offset[axis]! + length);
    return this.appendAt("Slice", name, [
      input.name,
      list("starts", [...offset]),
      list("ends", ends),
      list("axes", [2, 3]),
    ]);
  }

  transpose(input: Value, order: readonly number[]): Value {
    return this.append("Transpose", undefined, [input.name], { perm: ints(order) });
  }

  private weight(name: string, request: Parameters<typeof initialWeight>[2]): string {
    const full = `${this.prefix}${name}`;
    return this.initializerAt(full, initialWeight(full, this.state.seed, request));
  }

  private zeros(name: string, length: number): string {
    return this.initializer(name, float32Tensor([length], new Float32Array(length)));
  }
}

function knownChannels(layer: string, input: Value): number {
  const channels = input.shape[1];
  if (typeof channels === "number") return channels;
  throw needsFixedSize(layer, input);
}

function needsFixedSize(layer: string, input: Value): SlicebenchError {
  return new SlicebenchError(
    "ONNX_SIZE_UNKNOWN",
    `"${layer}" needs an input of known size; "${input.name}" is [${input.shape.map(String).join(", ")}].`,
    { hint: "Build the network with fixed rows and columns." },
  );
}
