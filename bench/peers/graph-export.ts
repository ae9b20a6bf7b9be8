import { writeFileSync } from "node:fs";
import type { Attribute, Graph } from "../../src/core/onnx/graph";
import type { Tensor } from "../../src/core/onnx/tensor";

/** Where a tensor lies in the file of weights. */
interface Place {
  type: string;
  dims: readonly number[];
  offset: number;
}

/**
 * Writes a graph for a peer that reads no ONNX: nodes and settings as JSON, all tensors one after the other in a file
 * of little-endian values.
 */
export function exportGraph(graph: Graph, files: { graph: string; weights: string }): void {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const place = ({ elementType, dims, values }: Tensor): Place => {
    if (Array.isArray(values)) throw new Error("The peer knows no texts.");
    const at = { type: elementType, dims, offset };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    // Every tensor starts where the widest element may.
    const padding = -values.byteLength & 7;
    parts.push(new Uint8Array(padding));
    offset += values.byteLength + padding;
    return at;
  };
  const setting = (attribute: Attribute): unknown =>
    attribute.kind === "tensor" ? place(attribute.value) : attribute.value;

  const description = {
    input: graph.inputs[0]!.name,
    output: graph.outputs[0]!.name,
    initializers: Object.fromEntries([...graph.initializers].map(([name, tensor]) => [name, place(tensor)])),
    nodes: graph.nodes.map(({ operator, inputs, outputs, attributes }) => ({
      operator,
      inputs,
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, each]) => [name, setting(each)])),
    })),
  };
  writeFileSync(files.graph, JSON.stringify(description));
  writeFileSync(files.weights, Buffer.concat(parts));
}
