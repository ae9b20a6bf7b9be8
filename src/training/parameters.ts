import type { Tensor as TfTensor } from "@tensorflow/tfjs-core";
import type { Graph } from "../core/onnx/graph";
import { elementCount, float32Tensor, float32Values } from "../core/onnx/tensor";
import type { TensorFlow } from "./tensorflow";

interface Entry {
  name: string;
  dims: readonly number[];
  start: number;
  length: number;
}

/** Some of a graph's initialisers as one flat array, in which optimiser, average and checkpoint work. */
export class ParameterVector {
  readonly values: Float32Array;
  private readonly entries: Entry[] = [];

  constructor(graph: Graph, names: readonly string[]) {
    let start = 0;
    for (const name of names) {
      const { dims } = graph.initializers.get(name)!;
      const length = elementCount(dims);
      this.entries.push({ name, dims, start, length });
      start += length;
    }
    this.values = new Float32Array(start);
    for (const entry of this.entries) {
      this.values.set(float32Values(graph.initializers.get(entry.name)!), entry.start);
    }
  }

  get names(): string[] {
    return this.entries.map(({ name }) => name);
  }

  /** A view of one initialiser within an array laid out like `values`. */
  slice(name: string, values = this.values): Float32Array {
    const entry = this.entries.find((each) => each.name === name);
    if (entry === undefined) throw new RangeError(`No parameter is called "${name}".`);
    return values.subarray(entry.start, entry.start + entry.length);
  }

  /** 1 where weight decay applies: kernels and matrices, not biases and norms. */
  decayMask(): Uint8Array {
    const mask = new Uint8Array(this.values.length);
    for (const { dims, start, length } of this.entries)
      if (dims.length > 1) mask.fill(1, start, start + length);
    return mask;
  }

  /** Tensors in ONNX's layout, in the order of `names`; the caller disposes of them. */
  toTensors(tf: TensorFlow, values = this.values): TfTensor[] {
    // A copy, because tfjs-node may keep the memory that it is given.
    return this.entries.map(({ dims, start, length }) =>
      tf.tensor(values.slice(start, start + length), [...dims], "float32"),
    );
  }

  /** Reads tensors in the order of `names` into an array laid out like `values`. */
  readTensors(tensors: readonly TfTensor[], target: Float32Array): void {
    this.entries.forEach(({ start }, index) => target.set(tensors[index]!.dataSync(), start));
  }

  /** Writes the values (or another array laid out like them) into the graph. */
  writeInto(graph: Graph, values = this.values): void {
    for (const { name, dims, start, length } of this.entries) {
      graph.initializers.set(name, float32Tensor(dims, values.slice(start, start + length)));
    }
  }
}
