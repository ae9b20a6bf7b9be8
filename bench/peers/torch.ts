import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Graph } from "../../src/core/onnx/graph";
import { exportGraph } from "./graph-export";
import { PythonPeer, pythonWith } from "./python";

export interface NetworkInput {
  data: Float32Array;
  shape: readonly number[];
}

/** PyTorch, eager, on the CPU, over graphs of ours with the same weights. */
export class TorchPeer {
  private count = 0;

  private constructor(
    private readonly peer: PythonPeer,
    private readonly folder: string,
    /** "PyTorch 2.9.1" */
    readonly name: string,
  ) {}

  /** @returns undefined where no Python here has PyTorch */
  static async start({
    threads,
    folder,
  }: {
    threads: number;
    folder: string;
  }): Promise<TorchPeer | undefined> {
    const python = pythonWith("torch");
    if (python === undefined) return undefined;
    const peer = new PythonPeer(python, "torch_peer.py");
    const { version } = (await peer.call("start", { threads })) as { version: string };
    return new TorchPeer(peer, folder, `PyTorch ${version}, eager`);
  }

  /** Loads a graph with the input that it is to run on. Throws in Python's words where it does not know an operator. */
  async load(graph: Graph, { data, shape }: NetworkInput): Promise<TorchNetwork> {
    const id = String(this.count++);
    const file = (name: string) => join(this.folder, `torch-${id}.${name}`);
    exportGraph(graph, { graph: file("json"), weights: file("weights") });
    await this.peer.call("load", { id, graph_file: file("json"), weights_file: file("weights") });
    writeFileSync(file("input"), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    await this.peer.call("give", { id, file: file("input"), shape });
    return {
      result: async () => {
        await this.peer.call("result", { id, file: file("output") });
        return new Float32Array(Uint8Array.from(readFileSync(file("output"))).buffer);
      },
      run: async (times) => (await this.peer.call("run", { id, times })) as number,
      drop: async () => {
        await this.peer.call("drop", { id });
      },
    };
  }

  close(): void {
    this.peer.close();
  }
}

export interface TorchNetwork {
  /** The output on the input that it was loaded with. */
  result(): Promise<Float32Array>;
  /** Milliseconds that so many runs took, as Python's own clock says. */
  run(times: number): Promise<number>;
  drop(): Promise<void>;
}

/** What one sentence says where the peer is not here. */
export const torchIsMissing =
  "PyTorch is not on this machine, so nothing was compared with it (Debian: python3-torch; or SLICEBENCH_PYTHON).";

/** How far two runtimes may be apart on the same network before their times are not compared. */
const tolerance = 1e-3;

/** Throws where two outputs are not the same network's. Each value may differ by 1e-3, or by that share of the largest. */
export function expectAgreement(name: string, seen: Float32Array, wanted: Float32Array): void {
  let largest = 1;
  let difference = seen.length === wanted.length ? 0 : Infinity;
  wanted.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - seen[index]!));
  });
  if (difference <= tolerance * largest) return;
  throw new Error(`${name} and onnxruntime differ by ${difference}: this is not the same network.`);
}
