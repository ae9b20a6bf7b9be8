import { SlicebenchError } from "../../errors";
import type { GraphBuilder } from "../../onnx/builder";
import type { Value } from "../../onnx/graph-assembly";
import type { Attribute } from "../../onnx/graph";
import { float32Tensor, float32Values, type Tensor } from "../../onnx/tensor";
import type { Layer } from "./topology";
import { type Pair, windowAttributes } from "../sliding-window";
import type { Weight } from "../weights";

/** A layer being converted: its settings, its weights, and what flows into it (NCHW). */
export class LayerCall {
  constructor(
    readonly layer: Layer,
    readonly net: GraphBuilder,
    readonly inputs: readonly Value[],
    private readonly weights: ReadonlyMap<string, Tensor>,
  ) {}

  get input(): Value {
    const [input] = this.inputs;
    if (input === undefined || this.inputs.length > 1) throw this.refusal(`has ${this.inputs.length} inputs`);
    return input;
  }

  get channels(): number {
    const channels = this.input.shape[1];
    if (typeof channels !== "number") throw this.refusal("gets a free number of channels");
    return channels;
  }

  /** A setting that is a number; the fallback is what Keras takes where it is not written. */
  number(key: string, fallback: number): number {
    const value = this.layer.config[key] ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.unusual(key);
    return value;
  }

  text(key: string, fallback: string): string {
    const value = this.layer.config[key] ?? fallback;
    if (typeof value !== "string") throw this.unusual(key);
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    return (this.layer.config[key] ?? fallback) === true;
  }

  /** One number for both axes, or rows and columns: whole and at least 1. */
  pair(key: string, fallback: number | Pair): Pair {
    const value = this.layer.config[key] ?? fallback;
    const axes: unknown[] = Array.isArray(value) ? value : [value, value];
    const [rows, columns, ...more] = axes;
    if (!isCount(rows) || !isCount(columns) || more.length > 0) throw this.unusual(key);
    return [rows, columns];
  }

  /** Top, bottom, left, right, however they are written. */
  borders(key: string): readonly [number, number, number, number] {
    const value = this.layer.config[key] ?? 1;
    const axes: unknown[] = Array.isArray(value) ? value : [value, value];
    const all = axes.flatMap((axis): unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
    const isWhole = all.every((each) => each === 0 || isCount(each));
    if (!isWhole || all.length !== 4) throw this.unusual(key);
    return all as [number, number, number, number];
  }

  /** Refuses a setting of any value but those under which a layer is converted. */
  require(key: string, allowed: readonly unknown[]): void {
    const value = this.layer.config[key];
    const isAllowed = [undefined, null, ...allowed].some(
      (each) => JSON.stringify(each) === JSON.stringify(value),
    );
    if (!isAllowed) throw this.unusual(key);
  }

  /** @throws TFJS_WEIGHTS where it is missing or of another shape */
  weight(variable: string, dims: readonly number[]): Weight {
    const weight = this.weights.get(`${this.layer.name}/${variable}`);
    const isFitting = JSON.stringify(weight?.dims) === JSON.stringify(dims);
    if (weight?.elementType === "float32" && isFitting) return { dims, values: float32Values(weight) };
    const type = weight?.elementType === "float32" ? "" : `${weight?.elementType} `;
    const seen = weight === undefined ? "missing" : `${type}of shape [${weight.dims.join(", ")}]`;
    throw new SlicebenchError(
      "TFJS_WEIGHTS",
      `The ${variable} of the layer "${this.layer.name}" is ${seen}; [${dims.join(", ")}] is expected.`,
      { hint: "Save the model again: model.json and its shards must belong together." },
    );
  }

  constant(name: string, { dims, values }: Weight): Value {
    return this.net.constant(name, float32Tensor(dims, values));
  }

  padding(): "same" | "valid" {
    const padding = this.text("padding", "valid");
    if (padding !== "same" && padding !== "valid") throw this.unusual("padding");
    return padding;
  }

  window(kernel: Pair, strides: Pair, dilation: Pair = [1, 1]): Record<string, Attribute> {
    const size = this.input.shape.slice(2);
    return windowAttributes({ kernel, strides, dilation, padding: this.padding(), size });
  }

  refusal(what: string): SlicebenchError {
    const { name, kind } = this.layer;
    return new SlicebenchError("TFJS_LAYER", `The layer "${name}" (${kind}) ${what}.`, {
      hint: "Such a layer is not converted; export the network to ONNX with tf2onnx instead.",
    });
  }

  unusual(key: string): SlicebenchError {
    return this.refusal(`has ${key} = ${JSON.stringify(this.layer.config[key] ?? null).slice(0, 80)}`);
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
