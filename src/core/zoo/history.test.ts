import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseModelCard, type ModelCard } from "../model-card";
import { humanError, landmarks } from "./history";
import { findModelPair } from "./pairs";
import { zooEntry } from "./registry";

test("the line names architectures of the zoo, by the papers that the zoo cites", () => {
  for (const { architectureId, paper } of landmarks) expect(zooEntry(architectureId).paper).toEqual(paper);
});

test("a network has a figure on ImageNet, or a reason why not and its own paper's figure", () => {
  for (const { id, imagenet, instead } of landmarks) {
    expect([id, imagenet === undefined]).toEqual([id, instead !== undefined]);
  }
});

test("only what was entered into the challenge after 2014 is better than a person", () => {
  const better = landmarks.flatMap(({ id, imagenet }) =>
    [imagenet?.single, imagenet?.entry].flatMap((error) =>
      error !== undefined && error.percent < humanError.percent ? [`${id}, ${error.set}`] : [],
    ),
  );
  expect(better).toEqual(["resnet, test"]);
});

const resources = join(import.meta.dirname, "../../../resources/models");
const bundled = readdirSync(resources, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join(resources, name, "model.json"))
  .map((file) => parseModelCard(readFileSync(file, "utf8"), file));

/** A bundled card as it were of another design. */
function designed(id: string, encoder: string, decoder: string): ModelCard {
  const card = bundled.find((each) => each.id === id)!;
  return {
    ...card,
    id: `${id}-${encoder}-${decoder}`,
    architecture: { ...card.architecture, encoder, decoder },
  };
}

const shortcuts = landmarks.find(({ id }) => id === "resnet")!.pair!;

test("a pair is two models of one task, those that suit the series first", () => {
  const cards = ["nuclei-unet", "cardiac-lv-unet"].flatMap((id) => [
    designed(id, "resnet18", "unet"),
    designed(id, "plain18", "unet"),
  ]);
  const ids = (series: { modality?: string; colour: boolean } | undefined) => {
    const pair = findModelPair(shortcuts, cards, series);
    return [pair?.with.id, pair?.without.id];
  };
  expect(ids({ modality: "MR", colour: false })).toEqual([
    "cardiac-lv-unet-resnet18-unet",
    "cardiac-lv-unet-plain18-unet",
  ]);
  expect(ids(undefined)).toEqual(["nuclei-unet-resnet18-unet", "nuclei-unet-plain18-unet"]);
});

test("without a twin of the same task and budget there is no pair", () => {
  const cards = [designed("nuclei-unet", "resnet18", "unet"), designed("cardiac-lv-unet", "plain18", "unet")];
  expect(findModelPair(shortcuts, cards, undefined)).toBeUndefined();
  const twin = designed("nuclei-unet", "plain18", "unet");
  const longer = { ...twin, training: { ...twin.training!, epochs: twin.training!.epochs + 1 } };
  expect(findModelPair(shortcuts, [...cards, longer], undefined)).toBeUndefined();
  expect(findModelPair(shortcuts, [...cards, twin], undefined)?.without).toBe(twin);
});

test("the bundled models show on the heart what shortcuts buy", () => {
  const pair = findModelPair(shortcuts, bundled, { modality: "MR", colour: false });
  expect([pair?.with.architecture.encoder, pair?.without.architecture.encoder]).toEqual([
    "resnet18",
    "plain18",
  ]);
});
