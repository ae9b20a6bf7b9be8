import { expect, test } from "vitest";
import { countParameters } from "../core/onnx/measure";
import { zooEntry } from "../core/zoo/registry";
import { comparedArchitectures, recipeFor, trainedModelId } from "./plans";
import { trainingTasks } from "./tasks";

const task = trainingTasks["cardiac-lv"]!;

test.each(comparedArchitectures)(
  "%s is compared at between half a million and two million parameters",
  (id) => {
    const { width } = recipeFor(task, id, "comparison");
    const parameters = countParameters(zooEntry(id).build({ width }));
    expect(parameters).toBeGreaterThan(0.5e6);
    expect(parameters).toBeLessThan(2e6);
  },
);

test("compared networks differ in nothing but their width", () => {
  const plans = comparedArchitectures.map((id) => recipeFor(task, id, "comparison").plan);
  expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(1);
});

test("a short training never takes the place of a long one", () => {
  const idOf = (architecture: string, budget: "full" | "comparison") =>
    trainedModelId(task, architecture, recipeFor(task, architecture, budget));
  expect(idOf("unet", "full")).toBe("cardiac-lv-unet");
  expect(idOf("unet", "comparison")).toBe("cardiac-lv-unet-comparison");
  expect(idOf("vgg16-unet", "full")).toBe("cardiac-lv-vgg16-unet");
});
