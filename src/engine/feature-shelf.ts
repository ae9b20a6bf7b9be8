import { SlicebenchError } from "../core/errors";
import { chooseFeatureMaps, type FeatureShape } from "../core/image/feature-maps";
import type { Frame } from "../core/image/frame";
import { prepareInput, prepareTile } from "../core/image/prepare";
import type { Placement, TileOrigin } from "../core/image/tiles";
import type { ModelCard } from "../core/model-card";
import { layoutOf } from "../core/onnx/layout";
import { readModel } from "../core/onnx/read";
import { graphUpTo } from "../core/onnx/subgraph";
import { writeModel } from "../core/onnx/write";
import type { FeatureMapsRequest, FeatureMapsResult, ModelSource } from "./engine";
import { inputShape, readModelCard, readWeights } from "./model-folder";
import { loadNetwork, type LoadOptions, type NetworkSession, type OutputTensor } from "./onnxruntime";
import { asInputData } from "./pipeline";

interface Opened {
  card: ModelCard;
  /** Of the value that is looked at. */
  layout: FeatureShape["layout"];
  /** The part of the network up to the value that is looked at. */
  session: NetworkSession;
}

/** One is looked at, and one a comparison sets beside it; a click elsewhere takes the oldest place. */
const capacity = 4;

/** Networks that were cut open at one of their values, the most recently used last. */
export class FeatureShelf {
  private readonly opened = new Map<string, Opened>();

  constructor(private readonly options: Omit<LoadOptions, "cache">) {}

  /**
   * Runs a model over a frame up to one of its values and gives that value's channels as pictures. A frame that
   * is worked through in tiles is shown by the tile in its middle.
   * @throws ONNX_VALUE_UNKNOWN, FEATURES_NO_MAPS
   */
  async look(frame: Frame, { model, value, most }: FeatureMapsRequest): Promise<FeatureMapsResult> {
    const { card, layout, session } = await this.open(model, value);
    const prepared = prepareInput(frame, card.input);
    const { placement } = prepared;
    const tile = middleTile(placement);
    const data = asInputData(prepareTile(prepared, placement.tiles[tile]!, card.input.layout), card.input);
    const { rows, columns } = placement.tile;
    const taken = { name: card.input.name, data, shape: inputShape(card.input, rows, columns) };
    const output = await session.run(taken, value);
    const { values, ...shape } = mapsOf(output, layout);
    return {
      ...chooseFeatureMaps(values, shape, most),
      input: placement.tile,
      tile: { index: tile, count: placement.tiles.length },
    };
  }

  private async open(source: ModelSource, value: string): Promise<Opened> {
    const key = `${source.folder}\n${value}`;
    const opened = this.opened.get(key) ?? (await this.cutOpen(source, value));
    this.opened.delete(key);
    this.opened.set(key, opened);
    return opened;
  }

  private async cutOpen(source: ModelSource, value: string): Promise<Opened> {
    const card = await readModelCard(source);
    const weights = await readWeights(source, card);
    const model = readModel(weights.bytes);
    const graph = graphUpTo(model.graph, value);
    const bytes = writeModel({ ...model, graph });
    for (const [key, { session }] of this.opened) {
      if (this.opened.size < capacity) break;
      this.opened.delete(key);
      await session.release();
    }
    const session = await loadNetwork({ ...weights, bytes }, this.options);
    return { card, layout: layoutOf(graph, value, card.input.layout), session };
  }
}

/** The tile whose centre lies nearest to the picture's. */
function middleTile({ tiles, tile, padded }: Placement): number {
  const distance = ({ row, column }: TileOrigin) =>
    Math.hypot(row + (tile.rows - padded.rows) / 2, column + (tile.columns - padded.columns) / 2);
  return tiles.reduce((best, each, index) => (distance(each) < distance(tiles[best]!) ? index : best), 0);
}

function mapsOf(
  { type, shape, data }: OutputTensor,
  layout: FeatureShape["layout"],
): FeatureShape & { values: Float32Array } {
  const [batch, ...axes] = shape;
  if (data instanceof Float32Array && axes.length === 3 && batch === 1) {
    const [first, second, third] = axes as [number, number, number];
    return layout === "NCHW"
      ? { values: data, layout, channels: first, rows: second, columns: third }
      : { values: data, layout, channels: third, rows: first, columns: second };
  }
  throw new SlicebenchError(
    "FEATURES_NO_MAPS",
    `This layer gives ${type} of shape ${shape.join(" x ")}: no feature maps.`,
    { hint: "Choose a layer with channels, rows and columns." },
  );
}
