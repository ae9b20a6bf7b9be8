import { expect, test } from "vitest";
import type { LayerView } from "../../host/contract";
import { viewportOf } from "./viewport-queries";
import { createViewportsStore } from "./viewports";

const layerOf = (id: string, kind: "annotation" | "reference" | "consensus"): LayerView => ({
  id,
  seriesId: "series",
  name: id,
  origin: kind === "consensus" ? { kind, method: "staple", layers: [] } : { kind },
  colour: "#E69F00",
  segments: [],
  frames: [0],
  revision: 1,
  visible: true,
});

const layers = [layerOf("r", "reference"), ...["a", "b", "c"].map((id) => layerOf(id, "annotation"))];

function storeOf(shown: readonly LayerView[]) {
  const store = createViewportsStore();
  store.getState().showSeries("1", "series");
  store.getState().provideLayers("series", shown);
  return { store, own: () => viewportOf(store.getState(), "1") };
}

test("a disagreement map begins with all layers but the reference, takes the curtain's place and goes again", () => {
  const { store, own } = storeOf(layers);
  store.getState().toggleCurtain("1");
  store.getState().toggleDisagreement("1");
  expect(own().disagreement).toEqual({ layerIds: ["a", "b", "c"] });
  expect(own().curtain).toBeUndefined();
  store.getState().toggleDifference("1");
  expect(own().disagreement).toBeUndefined();
  store.getState().toggleDisagreement("1");
  expect(own().difference).toBeUndefined();
  store.getState().toggleDisagreement("1");
  expect(own().disagreement).toBeUndefined();
});

test("a consensus has no vote of its own where its readers disagree", () => {
  const consensus = layerOf("s", "consensus");
  const votersOf = (shown: readonly LayerView[]) => {
    const { store, own } = storeOf(shown);
    store.getState().toggleDisagreement("1");
    return own().disagreement?.layerIds;
  };
  expect(votersOf([...layers, consensus])).toEqual(["a", "b", "c"]);
  expect(votersOf([layers[0]!, layers[1]!, consensus])).toEqual(["r", "a"]);
  expect(votersOf([layers[1]!, consensus])).toEqual(["a", "s"]);
});

test("one layer is set against the reference, and alone against nothing", () => {
  const { store, own } = storeOf(layers.slice(0, 2));
  store.getState().toggleDisagreement("1");
  expect(own().disagreement).toEqual({ layerIds: ["r", "a"] });
  const single = storeOf(layers.slice(1, 2));
  single.store.getState().toggleDisagreement("1");
  expect(single.own().disagreement).toBeUndefined();
});

test("votes are given and taken, the last two stay, and layers that are gone do not vote", () => {
  const { store, own } = storeOf(layers);
  store.getState().toggleDisagreement("1");
  store.getState().toggleVote("1", "b");
  store.getState().toggleVote("1", "r");
  expect(own().disagreement).toEqual({ layerIds: ["a", "c", "r"] });
  store.getState().provideLayers("series", layers.slice(0, 2));
  expect(own().disagreement).toEqual({ layerIds: ["a", "r"] });
  store.getState().toggleVote("1", "a");
  expect(own().disagreement).toEqual({ layerIds: ["a", "r"] });
  store.getState().provideLayers("series", layers.slice(0, 1));
  expect(own().disagreement).toBeUndefined();
});

const modelLayer = (id: string): LayerView => ({
  ...layerOf(id, "annotation"),
  origin: { kind: "model", modelId: id, runId: `run-${id}` },
  segments: [{ value: 4, label: "Cavity", colour: "#E69F00" }],
});

test("a probability map is of the viewport's own model, else of the first, and of its first segment", () => {
  const { store, own } = storeOf([layerOf("r", "reference"), modelLayer("m"), modelLayer("n")]);
  store.getState().toggleProbability("1");
  expect(own().probability).toEqual({ layerId: "m", segment: 4 });
  store.getState().toggleProbability("1");
  expect(own().probability).toBeUndefined();
  store.getState().showLayer("1", "n");
  store.getState().toggleCurtain("1");
  store.getState().toggleProbability("1");
  expect(own()).toMatchObject({ probability: { layerId: "n", segment: 4 }, primaryLayerId: "n" });
  expect(own().curtain).toBeUndefined();
});

test("a threshold stays with its map, which goes with its layer; what no model made has none", () => {
  const { store, own } = storeOf([layerOf("r", "reference"), modelLayer("m")]);
  store.getState().toggleProbability("1");
  store.getState().setProbability("1", { threshold: 0.3 });
  store.getState().provideLayers("series", [modelLayer("m")]);
  expect(own().probability).toEqual({ layerId: "m", segment: 4, threshold: 0.3 });
  store.getState().provideLayers("series", [layerOf("r", "reference")]);
  expect(own().probability).toBeUndefined();
  store.getState().toggleProbability("1");
  expect(own().probability).toBeUndefined();
});
