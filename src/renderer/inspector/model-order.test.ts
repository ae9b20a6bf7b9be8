import { expect, test } from "vitest";
import type { ModelView } from "../../host/contract";
import { orderModels } from "./model-order";

/** Only what the order reads. */
function model(id: string, dice: number | undefined, modalities: string[]): ModelView {
  const evaluation = dice === undefined ? undefined : { segments: { Cell: { dice } } };
  return {
    card: { id, evaluation, input: { suits: { modalities, colour: "either" } } },
  } as unknown as ModelView;
}

const models = [
  model("heart-short", 0.7, ["MR"]),
  model("nuclei", 0.9, []),
  model("heart", 0.88, ["MR"]),
  model("lung", 0.95, ["CT"]),
  model("imported", undefined, []),
];
const order = (modality?: string) =>
  orderModels(models, { colour: false, ...(modality !== undefined && { modality }) }).map(
    ({ card }) => card.id,
  );

test("models made for the series come first, the most accurate of them on top", () => {
  expect(order("MR")).toEqual(["heart", "heart-short", "nuclei", "imported", "lung"]);
  expect(order()).toEqual(["nuclei", "imported", "lung", "heart", "heart-short"]);
});
