import { describe, expect, test } from "vitest";
import type { FrameComparison, LayerView, RunView } from "../../host/contract";
import { dicePlot, linePath, spansOf, tickStep, unfinishedLayers } from "./dice-plot";

const layer = (id: string, frames: number[] = [], runId = "run"): LayerView => ({
  id,
  seriesId: "s",
  name: id,
  origin: { kind: "model", modelId: "m", runId },
  colour: "#56B4E9",
  segments: [],
  frames,
  revision: 0,
  visible: true,
});
const dice = (layerId: string, frame: number, value: number | null) =>
  ({ layerId, frame, dice: { value }, iou: { value }, hd95: { value }, unit: "mm" }) as FrameComparison;

describe("dicePlot", () => {
  test("has a line for each measured layer, null where a slice has no Dice, none for the reference", () => {
    const plot = dicePlot(
      {
        seriesId: "s",
        referenceLayerId: "r",
        frames: [dice("a", 0, 0.9), dice("a", 2, 0.7), dice("b", 1, null)],
        disagreement: [{ frame: 1, value: 0.25 }],
      },
      [layer("a"), layer("b"), layer("r")],
      3,
    );
    expect(plot).toEqual({
      lines: [{ layerId: "a", colour: "#56B4E9", values: [0.9, null, 0.7] }],
      disagreement: [null, 0.25, null],
      low: 0.6,
    });
  });

  test("keeps the axis at 0.8 to 1 while every point fits, and never below 0", () => {
    const low = (value: number) =>
      dicePlot({ seriesId: "s", frames: [dice("a", 0, value)], disagreement: [] }, [layer("a")], 1).low;
    expect([low(0.95), low(0.8), low(0.79), low(0)]).toEqual([0.8, 0.8, 0.6, 0]);
  });
});

test("linePath is interrupted where values are missing, and a lonely point is a dash", () => {
  expect(linePath([1, 0.5, null, 0.5], (value) => 10 * (1 - value))).toBe(
    "M0.5 0.00L1.5 5.00M3.5 5.00m-0.25 0h0.5",
  );
});

describe("unfinishedLayers", () => {
  const run = (more: Partial<RunView>) => ({ id: "run", framesTotal: 4, framesDone: 2, ...more }) as RunView;
  test("a running layer's missing slices are to come, a cancelled one's are stopped", () => {
    const layers = [layer("a", [0, 1])];
    expect(unfinishedLayers(layers, [run({ state: "running" })], 4)).toEqual([
      { layerId: "a", state: "to come", frames: [2, 3] },
    ]);
    expect(unfinishedLayers(layers, [run({ state: "cancelled" })], 4)).toMatchObject([{ state: "stopped" }]);
  });

  test("a finished run and a run of one slice owe nothing", () => {
    expect(unfinishedLayers([layer("a", [0])], [run({ state: "done" })], 4)).toEqual([]);
    expect(unfinishedLayers([layer("a", [])], [run({ state: "running", framesTotal: 1 })], 4)).toEqual([]);
  });
});

test("spansOf joins neighbours", () => {
  expect(spansOf([5, 3, 4, 9, 4])).toEqual([
    { first: 3, last: 5 },
    { first: 9, last: 9 },
  ]);
});

test("tickStep numbers every slice where there is room, else round numbers", () => {
  expect([tickStep(18, 640), tickStep(300, 640), tickStep(20_000, 640)]).toEqual([1, 20, 1_000]);
});
