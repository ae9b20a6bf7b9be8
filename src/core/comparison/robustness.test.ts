import { expect, test } from "vitest";
import { perturbationGroups, perturbationSteps, perturbationStrength, spreadOver } from "./robustness";

test("there are three steps of each kind, named as one reads them", () => {
  const steps = perturbationSteps(4);
  expect(perturbationGroups(steps)).toEqual(
    ["noise", "blur", "gamma", "rotation"].map((kind) => ({ kind, count: 3 })),
  );
  expect(steps.map(perturbationStrength)).toEqual([
    "5 %",
    "10 %",
    "20 %",
    "1 px",
    "2 px",
    "4 px",
    "0.6",
    "1.4",
    "2",
    "5°",
    "10°",
    "20°",
  ]);
  expect(steps[0]).toMatchObject({ seed: 4 });
});

test("spreadOver takes the middle one of each equal part, and all of few", () => {
  const items = Array.from({ length: 40 }, (_, at) => at);
  expect(spreadOver(items, 4)).toEqual([5, 15, 25, 35]);
  expect(spreadOver(items.slice(0, 3), 4)).toEqual([0, 1, 2]);
  expect(spreadOver(items, 0)).toEqual([]);
});
