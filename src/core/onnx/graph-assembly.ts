import { SlicebenchError } from "../errors";
import type { Attribute, Dimension, Graph, GraphNode, ValueType } from "./graph";
import { operatorRule } from "./operators/index";
import type { ElementType, Tensor } from "./tensor";

/** A value of the network being built; its shape is known as far as the input's size is. */
export interface Value {
  readonly name: string;
  readonly elementType: ElementType;
  /** Images are batch x channels x rows x columns. */
  readonly shape: readonly Dimension[];
}

/** What is shared by all scopes of a network being built. */
export interface AssemblyState {
  graph: Graph;
  /** Of the initial weights. */
  seed: number;
  types: Map<string, ValueType>;
  takenNames: Set<string>;
}

export function emptyAssembly(name: string, seed = 0): AssemblyState {
  const graph: Graph = { name, inputs: [], outputs: [], nodes: [], initializers: new Map() };
  return { graph, seed, types: new Map(), takenNames: new Set() };
}

/** Puts a graph together node by node, and knows the shape of every value on the way. */
export class GraphAssembly {
  protected constructor(
    protected readonly state: AssemblyState,
    protected readonly prefix = "",
  ) {}

  /** An input of the graph. */
  input(name: string, shape: readonly Dimension[], elementType: ElementType = "float32"): Value {
    this.state.graph.inputs.push({ name, elementType, shape });
    this.state.types.set(name, { elementType, shape });
    return { name, elementType, shape };
  }

  /** Makes a value an output of the graph and gives it this name; use what is returned from then on. */
  output(name: string, value: Value): Value {
    const { graph, types } = this.state;
    for (const node of graph.nodes) {
      node.inputs = node.inputs.map((each) => (each === value.name ? name : each));
      node.outputs = node.outputs.map((each) => (each === value.name ? name : each));
    }
    const type = { elementType: value.elementType, shape: value.shape };
    types.delete(value.name);
    types.set(name, type);
    graph.outputs.push({ name, ...type });
    return { name, ...type };
  }

  /** The finished graph; the builder goes on building the same one if it is used further. */
  build(): Graph {
    return this.state.graph;
  }

  /**
   * Any standard operator that has no method of its own here.
   * @param inputs undefined where an optional one is left out
   */
  operator(
    operator: string,
    name: string,
    inputs: readonly (Value | undefined)[],
    attributes: Record<string, Attribute> = {},
  ): Value {
    const names = inputs.map((input) => input?.name ?? "");
    return this.append(operator, name, names, attributes);
  }

  /** A constant of the graph, to be used as an input of the next nodes. */
  constant(name: string, tensor: Tensor): Value {
    const full = this.initializer(name, tensor);
    return { name: full, elementType: tensor.elementType, shape: tensor.dims };
  }

  /** The same value, of which more is known than its operator tells. */
  withShape({ name, elementType }: Value, shape: readonly Dimension[]): Value {
    this.state.types.set(name, { elementType, shape });
    return { name, elementType, shape };
  }

  protected initializer(name: string, tensor: Tensor): string {
    return this.initializerAt(`${this.prefix}${name}`, tensor);
  }

  protected initializerAt(name: string, tensor: Tensor): string {
    if (this.state.graph.initializers.has(name)) throw nameTaken("constant", name);
    this.state.graph.initializers.set(name, tensor);
    this.state.types.set(name, { elementType: tensor.elementType, shape: tensor.dims });
    return name;
  }

  /** Unnamed nodes are called by their operator and counted within the scope: `relu`, `relu_1`. */
  protected freeName(stem: string): string {
    for (let i = 0; ; i++) {
      const name = `${this.prefix}${stem}${i === 0 ? "" : `_${i}`}`;
      if (!this.state.takenNames.has(name)) return name;
    }
  }

  protected append(
    operator: string,
    name: string | undefined,
    inputs: string[],
    attributes?: Record<string, Attribute>,
  ): Value {
    const full = name === undefined ? this.freeName(operator.toLowerCase()) : `${this.prefix}${name}`;
    return this.appendAt(operator, full, inputs, attributes);
  }

  protected appendAt(
    operator: string,
    name: string,
    inputs: string[],
    attributes: Record<string, Attribute> = {},
  ): Value {
    const { graph, types, takenNames } = this.state;
    if (takenNames.has(name)) throw nameTaken("layer", name);
    takenNames.add(name);
    const unknown = inputs.find((input) => input !== "" && !types.has(input));
    if (unknown !== undefined) {
      throw new SlicebenchError(
        "ONNX_VALUE_UNKNOWN",
        `"${name}" takes "${unknown}", which the network lacks.`,
      );
    }
    const node: GraphNode = { name, operator, domain: "", inputs, outputs: [name], attributes };
    const rule = operatorRule(node)!;
    const call = {
      node,
      inputs: inputs.map((input) => types.get(input)),
      constant: (index: number) => graph.initializers.get(inputs[index] ?? ""),
    };
    const type = rule.infer(call)[0]!;
    graph.nodes.push(node);
    types.set(name, type);
    return { name, elementType: type.elementType, shape: type.shape ?? [] };
  }
}

function nameTaken(what: string, name: string): SlicebenchError {
  return new SlicebenchError("ONNX_NAME_TAKEN", `The network already has a ${what} called "${name}".`, {
    hint: "Give the block a scope of its own.",
  });
}
