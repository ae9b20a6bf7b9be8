import { spreadOver } from "../core/comparison/robustness";
import type { Frame } from "../core/image/frame";
import { prepareInput, prepareTile } from "../core/image/prepare";
import type { Placement, TileOrigin } from "../core/image/tiles";
import type { ModelCard } from "../core/model-card";
import { addValues, emptyHistogram, type ValueHistogram } from "../core/onnx/quantize/histogram";
import { quantizable } from "../core/onnx/quantize/quantizable";
import { readModel } from "../core/onnx/read";
import { writeModel } from "../core/onnx/write";
import type { CalibrationRequest, ModelSource } from "./engine";
import { inputShape, readModelCard, readWeights } from "./model-folder";
import { loadNetwork, type NetworkSession } from "./onnxruntime";
import { asInputData } from "./pipeline";

/** So many tiles of a frame are looked at: a large picture counts for little more than a small one. */
const mostTiles = 4;
/** Larger pictures are looked at in parts, as every value of the network is kept at once. */
const largestSide = 512;

interface Opened {
  folder: string;
  card: ModelCard;
  /** The network with every value that is to be counted among its outputs. */
  session: NetworkSession;
  values: readonly string[];
}

/** The network that is being calibrated; one at a time. */
export class CalibrationShelf {
  private opened: Opened | undefined;

  constructor(private readonly threads: number) {}

  /**
   * Runs a model over a frame and counts how large each of the values became that its 8-bit form would keep.
   * @throws MODEL_NOT_QUANTIZABLE, and what loading the model throws
   */
  async count(frame: Frame, { model }: CalibrationRequest): Promise<Record<string, ValueHistogram>> {
    const { card, session, values } = await this.open(model);
    const prepared = prepareInput(frame, card.input);
    const placement = lookedAt(prepared.placement, card.input.size);
    const { rows, columns } = placement.tile;
    const histograms = new Map(values.map((value) => [value, emptyHistogram()]));
    for (const origin of placement.tiles) {
      const data = prepareTile({ ...prepared, placement }, origin, card.input.layout);
      const input = {
        name: card.input.name,
        data: asInputData(data, card.input),
        shape: inputShape(card.input, rows, columns),
      };
      const outputs = await session.runAll(input);
      for (const [value, histogram] of histograms) {
        const seen = value === card.input.name ? data : outputs.get(value)?.data;
        if (seen instanceof Float32Array) addValues(histogram, seen);
      }
    }
    return Object.fromEntries(histograms);
  }

  private async open(source: ModelSource): Promise<Opened> {
    if (this.opened?.folder === source.folder) return this.opened;
    await this.opened?.session.release();
    this.opened = undefined;
    const card = await readModelCard(source);
    const weights = await readWeights(source, card);
    const model = readModel(weights.bytes);
    const { graph, plan } = quantizable(model);
    const values = [...plan.values];
    const inputs = new Set(graph.inputs.map(({ name }) => name));
    const outputs = values.filter((name) => !inputs.has(name));
    const bytes = writeModel({
      ...model,
      graph: {
        ...graph,
        outputs: outputs.map((name) => ({ name, elementType: "float32", shape: undefined })),
      },
    });
    const session = await loadNetwork({ ...weights, bytes }, { threads: this.threads });
    this.opened = { folder: source.folder, card, session, values };
    return this.opened;
  }
}

/** The tiles of a frame that are looked at, spread over it. */
function lookedAt(placement: Placement, size: ModelCard["input"]["size"]): Placement {
  if (size.kind !== "multiple-of") return { ...placement, tiles: spreadOver(placement.tiles, mostTiles) };
  const { padded } = placement;
  const largest = Math.max(size.multiple, Math.floor(largestSide / size.multiple) * size.multiple);
  const tile = { rows: Math.min(padded.rows, largest), columns: Math.min(padded.columns, largest) };
  const corners = [0, padded.rows - tile.rows].flatMap((row) =>
    [0, padded.columns - tile.columns].map((column): TileOrigin => ({ row, column })),
  );
  const isNew = ({ row, column }: TileOrigin, index: number) =>
    corners.findIndex((other) => other.row === row && other.column === column) === index;
  return { ...placement, tile, tiles: corners.filter(isNew) };
}
