import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "../src/core/onnx/weights";

export interface SavedGraph {
  format: string;
  signature: { outputs: Record<string, { name: string }> };
  modelTopology: { node: GraphNode[]; versions: object };
  weightsManifest: { paths: string[]; weights: WeightEntry[] }[];
}
type Attribute = Record<string, unknown>;
interface GraphNode {
  name: string;
  op: string;
  input?: string[] | undefined;
  attr?: Record<string, Attribute>;
}
interface WeightEntry {
  name: string;
  shape: number[];
  dtype: "float32" | "int32";
}

export const int = (value: number): Attribute => ({ i: String(value) });
export const float = (value: number): Attribute => ({ f: value });
export const flag = (value: boolean): Attribute => ({ b: value });
const base64 = (value: string) => Buffer.from(value).toString("base64");
export const text = (value: string): Attribute => ({ s: base64(value) });
export const texts = (...values: string[]): Attribute => ({ list: { s: values.map(base64) } });
export const ints = (...values: number[]): Attribute => ({ list: { i: values.map(String) } });
export const type = (value: string): Attribute => ({ type: value });

/** Writes a graph by hand: its nodes, its constants, and which results are outputs. */
export class GraphByHand {
  readonly nodes: GraphNode[] = [];
  readonly outputs: Record<string, { name: string }> = {};
  readonly weights: WeightEntry[] = [];
  readonly #bytes: Buffer[] = [];
  readonly #random = randomStream("graph");

  add(
    op: string,
    input: string[],
    attr: Record<string, Attribute> = {},
    name = `n${this.nodes.length}`,
  ): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  picture(...sizes: number[]): string {
    const dim = sizes.map((size) => ({ size: String(size) }));
    return this.add("Placeholder", [], { dtype: type("DT_FLOAT"), shape: { shape: { dim } } }, "picture");
  }

  random(...shape: number[]): string {
    const count = shape.reduce((product, dim) => product * dim, 1);
    return this.#constant(
      "float32",
      shape,
      Float32Array.from({ length: count }, () => 2 * this.#random() - 1),
    );
  }

  whole(...values: number[]): string {
    return this.#constant("int32", [values.length], Int32Array.from(values));
  }

  /** Two numbers an axis. */
  pairs(...pairs: [number, number][]): string {
    return this.#constant("int32", [pairs.length, 2], Int32Array.from(pairs.flat()));
  }

  scalar(value: number, dtype: WeightEntry["dtype"] = "int32"): string {
    return this.#constant(dtype, [], dtype === "int32" ? Int32Array.of(value) : Float32Array.of(value));
  }

  #constant(dtype: WeightEntry["dtype"], shape: number[], values: Float32Array | Int32Array): string {
    const name = this.add("Const", []);
    this.weights.push({ name, shape, dtype });
    this.#bytes.push(Buffer.from(values.buffer));
    return name;
  }

  output(...names: string[]): void {
    for (const name of names) this.outputs[`out_${name.replace(":", "_")}`] = { name };
  }

  /** @param folder that is there */
  save(folder: string): string {
    writeFileSync(join(folder, "weights.bin"), Buffer.concat(this.#bytes));
    const saved: SavedGraph = {
      format: "graph-model",
      signature: { outputs: this.outputs },
      modelTopology: { node: this.nodes, versions: { producer: 1 } },
      weightsManifest: [{ paths: ["weights.bin"], weights: this.weights }],
    };
    writeFileSync(join(folder, "model.json"), JSON.stringify(saved));
    return join(folder, "model.json");
  }
}
