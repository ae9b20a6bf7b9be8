import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CancelledError, SlicebenchError } from "../../core/errors";
import { turboLimits, type TurboMeasurement } from "../../core/turbo";
import { ProcessEngine } from "../../engine/process-engine";
import type { Measured, MeasureRequest } from "../comparison-worker";
import type { InputFrame } from "../inputs";
import { resourceFolder } from "../installation";
import { ModelStore } from "../models";
import { sampleFoldersFor } from "../samples";
import type { QuantizeAnswer, QuantizeRequest } from "../turbo-worker";
import { WorkerPool } from "../worker-pool";
import { makeTurbo, type TurboParts } from "./make-turbo";
import { measureTurbo } from "./measure-turbo";
import { chooseTurboImages, partImages } from "./turbo-images";

let folder: string;
let store: ModelStore;
let parts: TurboParts;
let close: () => Promise<unknown>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-turbo-"));
  store = new ModelStore({ bundled: resourceFolder("models"), user: join(folder, "models") });
  const engine = new ProcessEngine({ spare: false, cacheFolder: join(folder, "graphs"), threads: 1 });
  const quantizing = new WorkerPool<QuantizeRequest, QuantizeAnswer>("turbo-worker", { maxThreads: 1 });
  const comparing = new WorkerPool<MeasureRequest, Measured>("comparison-worker", { maxThreads: 1 });
  parts = { engine, store, quantizing, comparing, threads: 1 };
  close = () => Promise.all([engine.close(), quantizing.close(), comparing.close()]);
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function modelWithSamples(id: string) {
  const [model] = await store.find([id]);
  const images = await chooseTurboImages({ images: await sampleFoldersFor(id, resourceFolder("samples")) });
  return { model: model!, images };
}

/** The real measurement, but for the time: a machine on which int8 is so many times as fast. */
const onMachineWithSpeedUp =
  (speedUp: number): typeof measureTurbo =>
  async (...given) => ({ ...(await measureTurbo(...given)), speedUp });

const staged = () => readdirSync(join(folder, "models", ".turbo"));

test.each(["cardiac-lv-unet", "nuclei-resnet18-unet"])(
  "the int8 form of %s keeps its Dice on the samples, and is a model beside it that says what it was made of",
  async (id) => {
    const { model, images } = await modelWithSamples(id);
    const before = readFileSync(join(model.folder, "model.onnx"));
    const progress: [number, number][] = [];
    const outcome = await makeTurbo(model, images, {
      ...parts,
      measure: onMachineWithSpeedUp(2),
      onProgress: (done, total) => progress.push([done, total]),
    });
    if ("refusal" in outcome) throw new Error(outcome.refusal.message);

    const { dice, worst, agreement, images: count } = outcome.turbo.measured;
    // It is the model's own Dice that stands beside it, and not that of nothing at all.
    expect(dice.float).toBeGreaterThan(0.8);
    expect(dice.float - dice.int8).toBeLessThanOrEqual(turboLimits.mostDiceLost);
    expect(worst.change).toBeLessThanOrEqual(dice.int8 - dice.float + 1e-12);
    expect(agreement).toBeGreaterThan(turboLimits.leastAgreement);
    expect(agreement).toBeLessThan(1);
    expect(count).toBe(images.measured.length);
    expect(outcome.turbo.parent.weightsSha256).toBe(model.card.weights.sha256);
    expect(outcome.turbo.calibration.images).toBe(images.calibration.length);
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);

    const [kept] = await store.find([`${id}-int8`]);
    expect(kept!.bundled).toBe(false);
    expect(kept!.card).toMatchObject({
      turbo: outcome.turbo,
      weights: { storage: "int8" },
      output: model.card.output,
    });
    expect(kept!.card.evaluation).toBeUndefined();
    expect(kept!.card.weights.bytes).toBeLessThan(0.6 * model.card.weights.bytes);
    expect(readFileSync(join(model.folder, "model.onnx")).equals(before)).toBe(true);
    expect(staged()).toEqual([]);

    await expect(makeTurbo(kept!, images, parts)).rejects.toMatchObject({ code: "MODEL_NOT_QUANTIZABLE" });
  },
);

test("an int8 form that is not faster, or loses Dice, is refused in words and leaves nothing behind", async () => {
  const { model, images } = await modelWithSamples("cardiac-lv-lenet-fcn");
  const few = {
    ...images,
    calibration: images.calibration.slice(0, 2),
    measured: images.measured.slice(0, 2),
  };
  const slow = await makeTurbo(model, few, { ...parts, measure: onMachineWithSpeedUp(0.96) });
  expect(slow).toMatchObject({ refusal: { code: "TURBO_NOT_FASTER" } });

  const losing =
    (change: Partial<TurboMeasurement>): typeof measureTurbo =>
    async (...given) => ({ ...(await onMachineWithSpeedUp(2)(...given)), agreement: 1, ...change });
  const lost = losing({ dice: { float: 0.9, int8: 0.9 - turboLimits.mostDiceLost - 0.001 } });
  expect(await makeTurbo(model, few, { ...parts, measure: lost })).toMatchObject({
    refusal: { code: "TURBO_LOSES_DICE" },
  });
  const changed = losing({ dice: { float: 0.9, int8: 0.9 }, agreement: turboLimits.leastAgreement - 0.01 });
  expect(await makeTurbo(model, few, { ...parts, measure: changed })).toMatchObject({
    refusal: { code: "TURBO_CHANGES_MASKS" },
  });
  expect(staged()).toEqual([]);
  await expect(store.find(["cardiac-lv-lenet-fcn-int8"])).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
});

test("a cancel ends it while it calibrates and while it measures, and leaves nothing behind", async () => {
  const { model, images } = await modelWithSamples("cardiac-lv-resnet18-unet");
  for (const at of [2, images.calibration.length + 2]) {
    const controller = new AbortController();
    const made = makeTurbo(model, images, {
      ...parts,
      signal: controller.signal,
      onProgress: (done) => done === at && controller.abort(),
    });
    await expect(made).rejects.toBeInstanceOf(CancelledError);
  }
  expect(staged()).toEqual([]);
});

test("images without masks are refused before anything is computed", async () => {
  const pictures = join(resourceFolder("samples"), "nuclei");
  const chosen = chooseTurboImages({ images: [pictures] });
  await expect(chosen).rejects.toBeInstanceOf(SlicebenchError);
  await expect(chosen).rejects.toMatchObject({ code: "TURBO_NO_MASKS" });
  const masks = join(resourceFolder("samples"), "reference");
  await expect(chooseTurboImages({ images: [pictures], masks: [masks] })).rejects.toMatchObject({
    code: "TURBO_NO_MASKS",
  });
});

test("calibration looks at no image that is measured, unless there are too few", () => {
  const frame = (file: string) => ({ file, frame: 0, frameCount: 1 }) as InputFrame;
  const frames = Array.from({ length: 40 }, (_, i) => frame(`${i}.png`));
  const withMask = (some: InputFrame[]) =>
    some.map((each) => ({ frame: each, reference: { rows: 1, columns: 1, values: Uint8Array.of(1) } }));

  const parted = partImages(frames, withMask(frames));
  expect(parted.heldOut).toBe(true);
  expect(parted.calibration).toHaveLength(20);
  const measured = parted.measured.map((each) => each.frame);
  expect(new Set([...parted.calibration, ...measured]).size).toBe(40);

  const few = partImages(frames.slice(0, 3), withMask(frames.slice(0, 3)));
  expect(few).toMatchObject({ heldOut: false, calibration: frames.slice(0, 3) });
  expect(few.measured).toHaveLength(3);
});
