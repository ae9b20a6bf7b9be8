import { createHash, randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError, fromWireError, type WireError } from "../../core/errors";
import type { ModelCard } from "../../core/model-card";
import { addHistogram, type ValueHistogram } from "../../core/onnx/quantize/histogram";
import { refusalOf, type Turbo } from "../../core/turbo";
import type { Engine } from "../../engine/engine";
import { writeFileAtomically } from "../atomic-file";
import { hashFile, type ModelStore, type StoredModel } from "../models";
import type { QuantizeAnswer, QuantizeRequest } from "../turbo-worker";
import type { WorkerPool } from "../worker-pool";
import { measureTurbo, type TurboMeasureOptions, measuringRuns } from "./measure-turbo";
import type { TurboImages } from "./turbo-images";

export interface TurboParts extends TurboMeasureOptions {
  engine: Pick<Engine, "segment" | "calibrate">;
  store: Pick<ModelStore, "userFolder" | "freeId" | "adopt">;
  /** Of `turbo-worker`. */
  quantizing: Pick<WorkerPool<QuantizeRequest, QuantizeAnswer>, "run">;
  /** Measures the two forms; `measureTurbo` unless a test stands in for a machine on which int8 is slow. */
  measure?: typeof measureTurbo;
}

/** An 8-bit form that became a model, or what was measured of one that is not offered and why. */
export type TurboOutcome = { turbo: Turbo; model: StoredModel } | { turbo: Turbo; refusal: WireError };

/**
 * Makes the 8-bit form of a model, measures it against the model, and keeps it as a model of its own where it is
 * worth it. The model itself stays as it is.
 * @throws MODEL_NOT_QUANTIZABLE, CancelledError, and what the engine throws
 */
export async function makeTurbo(
  parent: StoredModel,
  images: TurboImages,
  parts: TurboParts,
): Promise<TurboOutcome> {
  const { engine, store, quantizing, measure = measureTurbo, signal, onProgress } = parts;
  const total = images.calibration.length + measuringRuns(images.measured.length);
  const histograms = await calibrate(parent, images.calibration, {
    engine,
    signal,
    onProgress: (done) => onProgress?.(done, total),
  });
  const folder = join(store.userFolder, ".turbo", randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const weights = join(parent.folder, parent.card.weights.file);
    const written = await quantizing.run({ weights, histograms, out: join(folder, "model.onnx") }, signal);
    if ("error" in written) throw fromWireError(written.error);
    const id = await store.freeId(`${parent.card.id}-int8`);
    // To be run it needs a card; what was measured is on it only once it was.
    const card = turboCard(parent.card, id, written);
    await writeCard(folder, card);
    const measured = await measure({ card: parent.card, float: parent.folder, int8: folder }, images, {
      ...parts,
      onProgress: (done) => onProgress?.(images.calibration.length + done, total),
    });
    const turbo: Turbo = {
      parent: { id: parent.card.id, name: parent.card.name, weightsSha256: parent.card.weights.sha256 },
      calibration: { images: images.calibration.length, sha256: await hashImages(images.calibration) },
      measured,
    };
    const refusal = refusalOf(measured);
    if (refusal !== undefined) return { turbo, refusal };
    await writeCard(folder, { ...card, turbo });
    return { turbo, model: await store.adopt(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function calibrate(
  { folder }: StoredModel,
  frames: TurboImages["calibration"],
  {
    engine,
    signal,
    onProgress,
  }: Pick<TurboParts, "engine" | "signal"> & { onProgress: (done: number) => void },
): Promise<Record<string, ValueHistogram>> {
  let sum: Record<string, ValueHistogram> = {};
  for (const [index, { file, frame }] of frames.entries()) {
    if (signal?.aborted === true) throw new CancelledError();
    const request = { model: { folder }, frame: { file, frame } };
    const counted = await engine.calibrate(request, signal && { signal });
    if (index === 0) sum = counted;
    else for (const [name, histogram] of Object.entries(counted)) addHistogram(sum[name]!, histogram);
    onProgress(index + 1);
  }
  return sum;
}

/** The parent's card for other weights. Figures of the parent are not this model's, so they are left out. */
function turboCard(
  { evaluation: _, ...parent }: ModelCard,
  id: string,
  { sha256, bytes }: { sha256: string; bytes: number },
): ModelCard {
  return {
    ...parent,
    id,
    name: `${parent.name} · int8`,
    limits: [
      `Computes with 8-bit numbers: its masks can differ from those of ${parent.name}. Figures among the limits are that model's.`,
      ...parent.limits,
    ],
    weights: { file: "model.onnx", sha256, bytes, storage: "int8" },
  };
}

async function writeCard(folder: string, card: ModelCard): Promise<void> {
  await writeFileAtomically(join(folder, "model.json"), `${JSON.stringify(card, undefined, 2)}\n`);
}

/** Over the images' own hashes, each file once. */
async function hashImages(frames: TurboImages["calibration"]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of new Set(frames.map((frame) => frame.file))) hash.update(await hashFile(file));
  return hash.digest("hex");
}
