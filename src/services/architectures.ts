import { SlicebenchError } from "../core/errors";
import { describeNodes, type NodeDescription, type ReceptiveField } from "../core/onnx/describe";
import type { Graph } from "../core/onnx/graph";
import { countMultiplyAdds, countParameters, receptiveField } from "../core/onnx/measure";
import type { BuildOptions, ZooEntry } from "../core/zoo/entry";
import { zoo, zooEntry } from "../core/zoo/registry";

/** How an architecture is built, for an image of a known size. */
export type ArchitectureOptions = Omit<BuildOptions, "rows" | "columns" | "seed"> & {
  rows: number;
  columns: number;
};

/** An architecture of the zoo, and what it costs on one image. */
export interface ArchitectureSummary extends Omit<ZooEntry, "build" | "defaults"> {
  options: ArchitectureOptions;
  /** Convolutions and fully connected layers, as papers count their layers. */
  weightedLayers: number;
  parameters: number;
  multiplyAdds: number;
  /** Of the output. */
  receptiveField: ReceptiveField | undefined;
}

export interface ArchitectureDescription extends ArchitectureSummary {
  layers: NodeDescription[];
}

const weightedOperators: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);
/** Of an image for architectures that take any size. */
const defaultSide = 256;

/** Every architecture of the zoo, in its order, as published. */
export function describeArchitectures(): ArchitectureSummary[] {
  return zoo.map(({ id }) => {
    const { layers: _, ...summary } = describeArchitecture(id);
    return summary;
  });
}

/**
 * One architecture with its layers.
 * @param changes to the published form
 * @throws ZOO_UNKNOWN; ZOO_SIZE where the image does not fit the network
 */
export function describeArchitecture(
  id: string,
  changes: Partial<ArchitectureOptions> = {},
): ArchitectureDescription {
  const architecture = zooEntry(id);
  const { build: _build, defaults, ...entry } = architecture;
  const sideOf = (side: BuildOptions["rows"]) => (typeof side === "number" ? side : defaultSide);
  const { seed: _, ...published } = defaults;
  const options = {
    ...published,
    rows: sideOf(defaults.rows),
    columns: sideOf(defaults.columns),
    ...changes,
  };
  const graph = buildFor(architecture, options);
  const layers = describeNodes(graph, options);
  return {
    ...entry,
    options,
    weightedLayers: layers.filter(({ operator }) => weightedOperators.has(operator)).length,
    parameters: countParameters(graph),
    multiplyAdds: countMultiplyAdds(graph, options),
    receptiveField: receptiveField(graph),
    layers,
  };
}

function buildFor(architecture: ZooEntry, options: ArchitectureOptions): Graph {
  try {
    return architecture.build(options);
  } catch (cause) {
    if (!(cause instanceof SlicebenchError && cause.code === "ONNX_SHAPE")) throw cause;
    const { rows, columns } = options;
    throw new SlicebenchError(
      "ZOO_SIZE",
      `"${architecture.id}" does not take an image of ${rows} x ${columns}.`,
      {
        hint: `${cause.message} Multiples of 32 fit all networks that take any size.`,
        cause,
      },
    );
  }
}
