import type { ModelPair } from "../../core/zoo/pairs";
import { runModels } from "../actions/runs";
import { activeSeriesId } from "../actions/series";
import { layersOf, referenceLayerOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { useWorkbench } from "../state/workbench";

/** Runs both models of a pair on the slice that is shown, and lays them out beside each other in Compare. */
export async function comparePair(pair: ModelPair): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined) return;
  const modelIds = [pair.with.id, pair.without.id];
  useWorkbench.setState({ workplace: "compare", chosenModelIds: modelIds });
  await runModels(modelIds, "slice");
  const state = viewportsStore.getState();
  const layers = layersOf(state, seriesId);
  const own = modelIds.flatMap((id) =>
    layers.filter(({ origin }) => origin.kind === "model" && origin.modelId === id),
  );
  // Where the reader is asked first whether the models suit, there are none yet; the run lays them out then.
  if (own.length < modelIds.length) return;
  const reference = referenceLayerOf(state, seriesId);
  state.compare(
    seriesId,
    [...(reference ? [reference] : []), ...own].map(({ id }) => id),
  );
}
