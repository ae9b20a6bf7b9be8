import { describe, expect, test } from "vitest";
import type { FrameComparison, LayerView, RunView } from "../../host/contract";
import { bestLayers, figureRows, totalArea } from "./reference-figures";

const layer = (id: string, origin: LayerView["origin"]): LayerView => ({
  id,
  seriesId: "s",
  name: id,
  origin,
  colour: "#E69F00",
  segments: [],
  frames: [0, 1],
  revision: 1,
  visible: true,
});
const reference = layer("r", { kind: "reference" });
const a = layer("a", { kind: "model", modelId: "m", runId: "run-a" });
const b = layer("b", { kind: "model", modelId: "n", runId: "run-b" });
const compared = (layerId: string, frame: number, dice: number | null): FrameComparison => ({
  layerId,
  frame,
  dice: dice === null ? { value: null, reason: "both are empty" } : { value: dice },
  iou: { value: dice },
  hd95: { value: dice === null ? null : 10 * (1 - dice) },
  unit: "mm",
});
const run = (id: string, msPerFrame: number) => ({ id, msPerFrame }) as RunView;
const input = {
  layers: [a, reference, b],
  reference,
  comparison: {
    seriesId: "s",
    frames: [compared("a", 0, 0.9), compared("a", 1, 0.7), compared("b", 0, 0.8), compared("b", 1, null)],
    disagreement: [],
  },
  runs: [run("run-a", 71), run("run-b", 24)],
  measures: new Map(),
};

describe("figureRows", () => {
  test("of a slice are that slice's figures, the reference first", () => {
    const rows = figureRows({ ...input, frame: 0 });
    expect(rows.map(({ layer: { id }, dice, iou, milliseconds }) => [id, dice, iou, milliseconds])).toEqual([
      ["r", 1, 1, null],
      ["a", 0.9, 0.9, 71],
      ["b", 0.8, 0.8, 24],
    ]);
  });

  test("of a series are means over the slices that have a value", () => {
    const rows = figureRows({ ...input, frame: undefined });
    expect(rows.map(({ dice }) => dice)).toEqual([1, expect.closeTo(0.8), 0.8]);
  });

  test("what is undefined stays null, it is not 0", () => {
    expect(figureRows({ ...input, frame: 1 }).find(({ layer: { id } }) => id === "b")).toMatchObject({
      dice: null,
      hd95: null,
    });
  });
});

describe("bestLayers", () => {
  const rows = figureRows({ ...input, frame: 0 });
  test("the highest Dice, the shortest distance and time; the reference does not take part", () => {
    expect([...bestLayers(rows, "dice")]).toEqual(["a"]);
    expect([...bestLayers(rows, "hd95")]).toEqual(["a"]);
    expect([...bestLayers(rows, "milliseconds")]).toEqual(["b"]);
  });

  test("nobody is best in a tie, or alone", () => {
    const tied = rows.map((row) => ({ ...row, dice: 0.9 }));
    expect([...bestLayers(tied, "dice")]).toEqual([]);
    expect([...bestLayers(rows.slice(0, 2), "dice")]).toEqual([]);
  });
});

test("totalArea sums the segments, in mm² only where all are known", () => {
  const mm = (pixels: number) => ({ value: 1, pixels, areaMm2: pixels * 2 });
  expect(totalArea([{ value: 0, pixels: 900 }, mm(10), mm(5)])).toEqual({ pixels: 15, areaMm2: 30 });
  expect(totalArea([mm(10), { value: 2, pixels: 5 }])).toEqual({ pixels: 15 });
  expect(totalArea(undefined)).toBeUndefined();
});
