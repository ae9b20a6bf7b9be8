import { type Attribute, int, ints } from "./graph";
import type { WeightRule } from "./weights";

/** One number for both axes, or rows and columns. */
export type Pair = number | readonly [rows: number, columns: number];
/** One number all around, or rows and columns, or top, left, bottom, right. */
export type Padding = Pair | readonly [top: number, left: number, bottom: number, right: number];

export interface ConvolutionOptions {
  channels: number;
  kernel: Pair;
  /** Default 1. */
  stride?: Pair;
  /** Default 0; "same" keeps rows and columns at stride 1 (odd kernels). */
  padding?: Padding | "same";
  dilation?: Pair;
  /** Input and output channels fall into this many groups that do not see each other. */
  groups?: number;
  /** Default true; leave it out before a batch normalisation, which has its own. */
  bias?: boolean;
  /** How the weights start; default "he". Biases start at 0. */
  weights?: WeightRule;
}

export interface TransposedConvolutionOptions {
  channels: number;
  kernel: Pair;
  stride: Pair;
  padding?: Padding;
  groups?: number;
  bias?: boolean;
  weights?: WeightRule;
}

export interface PoolingOptions {
  kernel: Pair;
  /** Default: the kernel's size. */
  stride?: Pair;
  padding?: Padding;
  /** Rounds the output's size up instead of down. */
  ceil?: boolean;
}

export function poolingAttributes(options: PoolingOptions): Record<string, Attribute> {
  return {
    kernel_shape: ints(pair(options.kernel)),
    strides: ints(pair(options.stride ?? options.kernel)),
    pads: ints(pads(options.padding)),
    ceil_mode: int(options.ceil === true ? 1 : 0),
  };
}

export function pair(value: Pair): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

export function pads(padding: Padding = 0): readonly [number, number, number, number] {
  if (typeof padding === "number") return [padding, padding, padding, padding];
  return padding.length === 2 ? [padding[0], padding[1], padding[0], padding[1]] : padding;
}

export function samePads(kernel: readonly [number, number], dilation: readonly [number, number]) {
  return pads([((kernel[0] - 1) * dilation[0]) / 2, ((kernel[1] - 1) * dilation[1]) / 2]);
}
