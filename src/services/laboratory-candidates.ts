import type { ComparedModel } from "../core/comparison/record";
import type { Segment } from "../core/mask/label-map";
import type { StoredLayer } from "../workspace/layers";
import { describeModel } from "./comparison/compare";
import type { StoredModel } from "./models";
import type { OpenSeries } from "./studies";

/** One candidate's layer in one series. */
export interface CandidateLayer {
  model: string;
  layer: StoredLayer;
}

/** What is compared of one series. */
export interface SeriesCandidates {
  series: OpenSeries;
  layers: CandidateLayer[];
  reference: StoredLayer | undefined;
}

export interface Candidates {
  models: ComparedModel[];
  segments: Segment[];
  series: SeriesCandidates[];
  /** Names of layers that mark something else than the first one. */
  leftOut: string[];
}

/** A model has one layer in each series; of others each layer stands for itself. */
const candidateId = ({ id, origin }: StoredLayer): string => (origin.kind === "model" ? origin.modelId : id);

const meaning = ({ segments }: StoredLayer): string =>
  JSON.stringify(segments.map(({ value, label }) => [value, label]));

/**
 * Chooses what can be compared: the layers with label maps that mark the same segments as the first model's.
 * @param layersOf each series' layers and the one that is its reference
 */
export function chooseCandidates(
  all: readonly OpenSeries[],
  layersOf: (series: OpenSeries) => { layers: StoredLayer[]; reference: StoredLayer | undefined },
  installed: readonly StoredModel[],
): Candidates {
  const found = all.map((series) => {
    const { layers, reference } = layersOf(series);
    return {
      series,
      reference,
      layers: layers.filter(
        ({ id, frames, origin }) =>
          id !== reference?.id &&
          frames.length > 0 &&
          // Beside its own readers, with no reference, a consensus would only agree with itself.
          (reference !== undefined || origin.kind !== "consensus"),
      ),
    };
  });
  const layers = found.flatMap((each) => each.layers);
  const first = layers.find(({ origin }) => origin.kind === "model") ?? layers[0];
  const fits = (layer: StoredLayer): boolean => first !== undefined && meaning(layer) === meaning(first);
  const models = new Map<string, ComparedModel>();
  for (const layer of layers.filter(fits)) {
    const id = candidateId(layer);
    if (!models.has(id)) models.set(id, describeCandidate(layer, installed));
  }
  return {
    models: [...models.values()],
    segments: first?.segments ?? [],
    series: found.map(({ layers: own, ...rest }) => ({
      ...rest,
      layers: own.filter(fits).map((layer) => ({ model: candidateId(layer), layer })),
    })),
    leftOut: [...new Set(layers.filter((layer) => !fits(layer)).map(({ name }) => name))],
  };
}

/** What is known of the model is said only where it is still the one that made the layer. */
function describeCandidate(layer: StoredLayer, installed: readonly StoredModel[]): ComparedModel {
  const { origin, name } = layer;
  const id = candidateId(layer);
  if (origin.kind === "dicom-object") return { id, name, origin: "dicom-object" };
  if (origin.kind !== "model") return { id, name, origin: "annotation" };
  const model = installed.find(
    ({ card }) => card.id === origin.modelId && card.weights.sha256 === origin.weightsSha256,
  );
  return model === undefined ? { id, name, origin: "model" } : describeModel(model);
}
