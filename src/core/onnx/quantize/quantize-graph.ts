import { type Graph, type GraphNode, int, intAttribute, ints } from "../graph";
import { float32Tensor, float32Values, int64Tensor, type Tensor } from "../tensor";
import type { ValueRange } from "./histogram";
import { type Quantization, quantizationOf, quantizeWeights } from "./numbers";
import type { QuantizationPlan } from "./plan";

/**
 * A graph whose convolutions, and what lies between them, compute with 8-bit numbers: every value of the plan goes
 * through QuantizeLinear and DequantizeLinear, which the engine fuses with the operators on both sides into integer ones.
 * @param graph  as `prepareForQuantization` gives it; left as it is
 * @param ranges of all values of the plan
 */
export function quantizeGraph(
  graph: Graph,
  plan: QuantizationPlan,
  ranges: ReadonlyMap<string, ValueRange>,
): Graph {
  return new Quantizer(graph, plan, ranges).run();
}

const quantized = (name: string) => `${name}/uint8`;
const dequantized = (name: string) => `${name}/float32`;

class Quantizer {
  readonly #initializers: Map<string, Tensor>;
  readonly #nodes: GraphNode[] = [];
  readonly #quantizations = new Map<string, Quantization>();

  constructor(
    private readonly graph: Graph,
    private readonly plan: QuantizationPlan,
    private readonly ranges: ReadonlyMap<string, ValueRange>,
  ) {
    this.#initializers = new Map(graph.initializers);
  }

  run(): Graph {
    for (const { name } of this.graph.inputs) this.#quantizeIfPlanned(name);
    for (const node of this.graph.nodes) this.#add(node);
    const used = new Set(this.#nodes.flatMap(({ inputs }) => inputs));
    const initializers = new Map([...this.#initializers].filter(([name]) => used.has(name)));
    return { ...this.graph, nodes: this.#nodes, initializers };
  }

  #add(node: GraphNode): void {
    const { nodes, values } = this.plan;
    const output = node.outputs[0]!;
    const source = node.inputs[0]!;
    if (node.operator === "DepthToSpace" && nodes.has(node)) {
      this.#quantizations.set(output, this.#quantizations.get(source)!);
      this.#nodes.push(...this.#depthToSpace(node, quantized(source), quantized(output)));
      this.#dequantize(output);
      return;
    }
    const inputs = node.inputs.map((name) => (values.has(name) ? dequantized(name) : name));
    const isConvolution = node.operator === "Conv" && nodes.has(node);
    this.#nodes.push({ ...node, inputs: isConvolution ? this.#withParameters(node, inputs) : inputs });
    for (const name of node.outputs) this.#quantizeIfPlanned(name);
  }

  #quantizeIfPlanned(name: string): void {
    if (!this.plan.values.has(name)) return;
    const source = this.plan.sameAs.get(name);
    if (source === undefined) {
      const quantization = quantizationOf(this.ranges.get(name)!);
      this.#quantizations.set(name, quantization);
      this.#initializers.set(`${name}/scale`, float32Tensor([], [quantization.scale]));
      const zero = Uint8Array.of(quantization.zeroPoint);
      this.#initializers.set(`${name}/zero`, { elementType: "uint8", dims: [], values: zero });
    } else {
      this.#quantizations.set(name, this.#quantizations.get(source)!);
    }
    const [scale, zero] = this.#parametersOf(name);
    this.#nodes.push(operation("QuantizeLinear", [name, scale, zero], quantized(name)));
    this.#dequantize(name);
  }

  #dequantize(name: string): void {
    const inputs = [quantized(name), ...this.#parametersOf(name)];
    this.#nodes.push(operation("DequantizeLinear", inputs, dequantized(name)));
  }

  /** Names of scale and zero point: those of the value from which this one is passed on. */
  #parametersOf(name: string): [scale: string, zero: string] {
    let origin = name;
    for (let next = this.plan.sameAs.get(origin); next !== undefined; next = this.plan.sameAs.get(origin)) {
      origin = next;
    }
    return [`${origin}/scale`, `${origin}/zero`];
  }

  /**
   * DepthToSpace (DCR) on bytes as they are, with the channels last as the engine's integer convolutions have them: it then
   * transposes nothing on the way. It has no kernel of its own for that.
   */
  #depthToSpace(node: GraphNode, input: string, output: string): GraphNode[] {
    const block = intAttribute(node, "blocksize", 1);
    const part = (name: string) => `${output}/${name}`;
    const constant = (name: string, values: readonly number[]): string => {
      this.#initializers.set(part(name), int64Tensor(values));
      return part(name);
    };
    const step = (operator: string, inputs: string[], name: string, attributes?: GraphNode["attributes"]) =>
      operation(operator, inputs, part(name), attributes);
    // 0 keeps an axis; the last one is what is left: columns within the block x channels.
    const blocks = constant("blocks", [0, 0, 0, block, -1]);
    const enlarged = constant("enlarged", [1, block, block, 1]);
    const parted = constant("parted", [1, 1, 1, block * block]);
    return [
      step("Transpose", [input], "last", { perm: ints([0, 2, 3, 1]) }),
      step("Reshape", [part("last"), blocks], "apart"),
      step("Transpose", [part("apart")], "rows", { perm: ints([0, 1, 3, 2, 4]) }),
      step("Shape", [part("last")], "shape"),
      step("Mul", [part("shape"), enlarged], "larger"),
      step("Div", [part("larger"), parted], "size"),
      step("Reshape", [part("rows"), part("size")], "joined"),
      operation("Transpose", [part("joined")], output, { perm: ints([0, 3, 1, 2]) }),
    ];
  }

  /** A convolution's weights as int8 and its bias as int32, each behind its DequantizeLinear. */
  #withParameters(node: GraphNode, [input]: readonly string[]): string[] {
    const [source, weightName, biasName = ""] = node.inputs as [string, string, string?];
    const weights = this.graph.initializers.get(weightName)!;
    const channels = weights.dims[0]!;
    const bias = biasName === "" ? undefined : float32Values(this.graph.initializers.get(biasName)!);
    const step = this.#quantizations.get(source)!.scale;
    // A channel with next to no weights must not take its bias out of the 32 bits.
    const leastScale = (channel: number) => Math.abs(bias?.[channel] ?? 0) / step / 2 ** 30;
    const { values, scales } = quantizeWeights(float32Values(weights), channels, leastScale);
    // Names are the node's: two convolutions that share weights take different steps.
    const name = node.outputs[0]!;
    const axis = { axis: int(0) };
    this.#initializers.set(`${name}/weight/int8`, { elementType: "int8", dims: weights.dims, values });
    this.#initializers.set(`${name}/weight/scale`, float32Tensor([channels], scales));
    this.#initializers.set(`${name}/weight/zero`, {
      elementType: "int8",
      dims: [channels],
      values: new Int8Array(channels),
    });
    this.#nodes.push(
      operation(
        "DequantizeLinear",
        [`${name}/weight/int8`, `${name}/weight/scale`, `${name}/weight/zero`],
        `${name}/weight/float32`,
        axis,
      ),
    );
    if (bias === undefined) return [input!, `${name}/weight/float32`];
    const biasScales = scales.map((scale) => scale * step);
    const whole = Int32Array.from(bias, (value, channel) => Math.round(value / biasScales[channel]!));
    this.#initializers.set(`${name}/bias/int32`, { elementType: "int32", dims: [channels], values: whole });
    this.#initializers.set(`${name}/bias/scale`, float32Tensor([channels], biasScales));
    this.#nodes.push(
      operation(
        "DequantizeLinear",
        [`${name}/bias/int32`, `${name}/bias/scale`],
        `${name}/bias/float32`,
        axis,
      ),
    );
    return [input!, `${name}/weight/float32`, `${name}/bias/float32`];
  }
}

function operation(
  operator: string,
  inputs: string[],
  output: string,
  attributes: GraphNode["attributes"] = {},
): GraphNode {
  return { name: output, operator, domain: "", inputs, outputs: [output], attributes };
}
