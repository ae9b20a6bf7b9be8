import { expect, test } from "vitest";
import { CancelledError, SlicebenchError } from "../core/errors";
import type { Engine, SegmentFrameRequest } from "../engine/engine";
import { FrameProbabilities } from "./frame-probabilities";
import { ModelStore } from "./models";

/** Of the engine's answers only their sizes matter here; the route's tests have the real one. */
function probabilitiesOf({ pixels = 4, refusal }: { pixels?: number; refusal?: SlicebenchError } = {}) {
  const runs: SegmentFrameRequest[] = [];
  const engine: Pick<Engine, "segment"> = {
    segment: (request) => {
      runs.push(request);
      if (refusal) return Promise.reject(refusal);
      return Promise.resolve({
        rows: 1,
        columns: pixels,
        labelMap: new Uint8Array(pixels),
        probabilities: [new Float32Array(pixels).fill(0.25)],
        timings: { decode: 0, prepare: 0, inference: 0, finish: 0, total: 0 },
        peakMemoryBytes: 0,
        provider: "cpu",
      });
    },
  };
  const frames = Array.from({ length: 3 }, (_, frame) => ({ file: `${frame}.dcm`, frame: 0, geometry: { rows: 1, columns: pixels } })); // prettier-ignore
  const service = new FrameProbabilities({
    engine,
    models: new ModelStore(),
    findSeries: () => ({ frames }),
  });
  const read = (frame: number, signal?: AbortSignal) =>
    service.read({ modelId: "cardiac-lv-unet", seriesId: "series", frame, segment: 1 }, signal);
  return { runs, read };
}

test("a frame is run once, however often its probabilities are asked for", async () => {
  const { runs, read } = probabilitiesOf();
  const [first, again] = await Promise.all([read(0), read(0)]);
  expect(again).toBe(first);
  expect([...first.values]).toEqual([50, 50, 50, 50]);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ probabilities: true, frame: { file: "0.dcm" } });
});

test("what is given up before its turn is not run", async () => {
  const { runs, read } = probabilitiesOf();
  const controller = new AbortController();
  const [first, second, third] = [read(0), read(1, controller.signal), read(2)];
  controller.abort();
  await expect(second).rejects.toBeInstanceOf(CancelledError);
  await Promise.all([first, third]);
  expect(runs.map(({ frame }) => frame.file)).toEqual(["0.dcm", "2.dcm"]);
});

test("the least recently used frames are forgotten first", async () => {
  // Three of these do not fit into what is kept.
  const { runs, read } = probabilitiesOf({ pixels: 12 * 2 ** 20 });
  for (const frame of [0, 1, 0, 2, 0, 1]) await read(frame);
  expect(runs.map(({ frame }) => frame.file)).toEqual(["0.dcm", "1.dcm", "2.dcm", "1.dcm"]);
});

test("a model without probabilities says so to everyone who asks", async () => {
  const refusal = new SlicebenchError("MODEL_WITHOUT_PROBABILITIES", "It gives labels.");
  const { read } = probabilitiesOf({ refusal });
  await expect(read(0)).rejects.toBe(refusal);
  await expect(read(1)).rejects.toBe(refusal);
});
