import { SlicebenchError } from "../core/errors";
import type { Graph } from "../core/onnx/graph";
import { measureNetwork, type NetworkMeasures } from "../core/onnx/measure";
import type { BuildOptions, ZooEntry } from "../core/zoo/entry";
import { zoo, zooEntry } from "../core/zoo/registry";

/** How an architecture is built, for an image of a known size. */
export type ArchitectureOptions = Omit<BuildOptions, "rows" | "columns" | "seed"> & {
  rows: number;
  columns: number;
};

/** An architecture of the zoo, its layers, and what it costs on one image. */
export interface ArchitectureDescription extends Omit<ZooEntry, "build" | "defaults">, NetworkMeasures {
  options: ArchitectureOptions;
  /** Convolutions and fully connected layers, as papers count their layers. */
  weightedLayers: number;
}

export type ArchitectureSummary = Omit<ArchitectureDescription, "layers">;

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
  const measures = measureNetwork(buildFor(architecture, options), options);
  return {
    ...entry,
    ...measures,
    options,
    weightedLayers: measures.layers.filter(({ operator }) => weightedOperators.has(operator)).length,
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
