import { SlicebenchError } from "../errors";
import {
  checkedLabels,
  checkedScores,
  labelsFromProbabilities,
  labelsFromScores,
  type NetworkOutput,
  outputGrid,
} from "../mask/network-output";
import type { ModelCard } from "../model-card";
import { type PreparedInput, prepareTile } from "./prepare";
import { ProbabilityMaps } from "./probability-maps";
import { type GridSize, resampleLabels } from "./resample";
import { settledLabels, settlesByScores } from "./settled-labels";
import { cropContent, isDirect, type Placement, type TileOrigin, tileWeights } from "./tiles";

/** What executes the network on one tile. */
export interface Network {
  /**
   * @param tensor one image in the card's layout
   * @param wanted "labels" where the decision inside the graph would do; "scores" is always a right answer
   */
  run(tensor: Float32Array, wanted: NetworkOutput["kind"]): Promise<NetworkOutput>;
  /** Called before each tile with the tiles done so far; throws to stop. */
  beforeTile?(done: number, total: number): void | Promise<void>;
}

export interface SegmentedFrame extends GridSize {
  /** The segment's value at each pixel of the frame's own grid. */
  labelMap: Uint8Array;
  /** One map of 0..1 a segment on the frame's own grid; only when asked for. */
  probabilities?: Float32Array[];
}

/** Keeps at each pixel the label of the tile that knows it best: labels cannot be averaged. */
class TileMosaic {
  readonly labels: Uint8Array;
  private readonly bestWeight: Float32Array;
  private readonly rowWeights: Float32Array;
  private readonly columnWeights: Float32Array;

  constructor(private readonly placement: Placement) {
    const size = placement.padded.rows * placement.padded.columns;
    this.rowWeights = tileWeights(placement.tile.rows);
    this.columnWeights = tileWeights(placement.tile.columns);
    this.labels = new Uint8Array(size);
    this.bestWeight = new Float32Array(size);
  }

  add(tileLabels: Uint8Array, origin: TileOrigin): void {
    const { tile, padded } = this.placement;
    for (let row = 0; row < tile.rows; row++) {
      const start = (origin.row + row) * padded.columns + origin.column;
      for (let column = 0; column < tile.columns; column++) {
        const weight = this.rowWeights[row]! * this.columnWeights[column]!;
        if (weight <= this.bestWeight[start + column]!) continue;
        this.bestWeight[start + column] = weight;
        this.labels[start + column] = tileLabels[row * tile.columns + column]!;
      }
    }
  }
}

async function eachTile(
  prepared: PreparedInput,
  { card, network, wanted }: { card: ModelCard; network: Network; wanted: NetworkOutput["kind"] },
  take: (output: NetworkOutput, origin: TileOrigin) => void,
): Promise<void> {
  const { tiles } = prepared.placement;
  for (const [done, origin] of tiles.entries()) {
    await network.beforeTile?.(done, tiles.length);
    take(await network.run(prepareTile(prepared, origin, card.input.layout), wanted), origin);
  }
  await network.beforeTile?.(tiles.length, tiles.length);
}

/** For networks whose own output is a label map (activation "none"). */
async function segmentByLabels(
  prepared: PreparedInput,
  card: ModelCard,
  network: Network,
): Promise<SegmentedFrame> {
  const { placement } = prepared;
  const mosaic = new TileMosaic(placement);
  const grid = outputGrid(placement.tile, card.output);
  await eachTile(prepared, { card, network, wanted: "labels" }, ({ data }, origin) => {
    const labels = checkedLabels(data, grid, card.output);
    mosaic.add(resampleLabels(labels, grid, placement.tile), origin);
  });
  const content = cropContent(mosaic.labels, placement, (length) => new Uint8Array(length));
  return { ...placement.frame, labelMap: resampleLabels(content, placement.content, placement.frame) };
}

/** Where the network's grid is the frame's own the decision can be made on scores, or inside the graph. */
async function segmentDirectly(
  prepared: PreparedInput,
  card: ModelCard,
  network: Network,
): Promise<SegmentedFrame> {
  const { frame } = prepared.placement;
  let labelMap: Uint8Array = new Uint8Array(0);
  await eachTile(prepared, { card, network, wanted: "labels" }, (output) => {
    labelMap =
      output.kind === "labels"
        ? checkedLabels(output.data, frame, card.output)
        : labelsFromScores(output.data, frame, card.output);
  });
  return { ...frame, labelMap };
}

async function segmentByProbabilities(
  prepared: PreparedInput,
  card: ModelCard,
  network: Network,
): Promise<Required<SegmentedFrame>> {
  const maps = new ProbabilityMaps(prepared.placement, card.output);
  await eachTile(prepared, { card, network, wanted: "scores" }, (output, origin) => {
    maps.add(scoresOf(output), origin);
  });
  const probabilities = maps.onFrame();
  const labelMap = labelsFromProbabilities(probabilities, card.output);
  return { ...prepared.placement.frame, labelMap, probabilities };
}

/** The same label map without the probabilities, which are worked out only where they decide. */
async function segmentByScores(
  prepared: PreparedInput,
  card: ModelCard,
  network: Network,
): Promise<SegmentedFrame> {
  const { placement } = prepared;
  const scores: Float32Array[] = [];
  await eachTile(prepared, { card, network, wanted: "scores" }, (output) => {
    scores.push(checkedScores(scoresOf(output), placement.tile, card.output));
  });
  const settled = settledLabels(scores, placement, card.output);
  if (settled !== undefined) return { ...placement.frame, labelMap: settled };
  const maps = new ProbabilityMaps(placement, card.output);
  placement.tiles.forEach((origin, index) => maps.add(scores[index]!, origin));
  return { ...placement.frame, labelMap: labelsFromProbabilities(maps.onFrame(), card.output) };
}

function scoresOf(output: NetworkOutput): Float32Array {
  if (output.kind === "scores") return output.data;
  throw new TypeError("Scores were wanted, labels were given.");
}

/**
 * Runs a network over a prepared frame, tile by tile, and brings its answer back to the frame's own grid:
 * overlapping tiles are averaged with a weight that falls towards their borders, padding is cut off,
 * probabilities are resampled linearly and only then decided upon.
 * Training measures its models with this same function.
 * @throws MODEL_OUTPUT_MISMATCH where the network does not give what its card promises; whatever `network` throws
 */
export async function segmentPrepared(
  prepared: PreparedInput,
  card: ModelCard,
  network: Network,
  options: { probabilities?: boolean } = {},
): Promise<SegmentedFrame> {
  if (card.output.activation === "none") {
    if (options.probabilities !== true) return segmentByLabels(prepared, card, network);
    throw new SlicebenchError(
      "MODEL_WITHOUT_PROBABILITIES",
      `${card.name} decides inside the network and gives labels, no probabilities.`,
      { hint: "Run it without probability maps." },
    );
  }
  if (options.probabilities === true) return segmentByProbabilities(prepared, card, network);
  if (isDirect(prepared.placement) && (card.output.reduction ?? 1) === 1)
    return segmentDirectly(prepared, card, network);
  if (settlesByScores(prepared.placement, card.output)) return segmentByScores(prepared, card, network);
  const { labelMap, rows, columns } = await segmentByProbabilities(prepared, card, network);
  return { rows, columns, labelMap };
}
