import { CancelledError, toWireError } from "../core/errors";
import type { Frame, FrameReference } from "../core/image/frame";
import { perturbFrame } from "../core/image/perturb";
import type { ModelCard } from "../core/model-card";
import type { SegmentFrameResult } from "./engine";
import { CalibrationShelf } from "./calibration-shelf";
import { FeatureShelf } from "./feature-shelf";
import { GraphCache } from "./graph-cache";
import {
  type CallMessage,
  type EngineProcessOptions,
  fileOf,
  type FromEngine,
  type ToEngine,
} from "./messages";
import { checkAgainstCard } from "./model-folder";
import { ModelShelf } from "./model-shelf";
import { inferNumbers, type LoadedModel, segmentFrame } from "./pipeline";
import { computeThreads } from "./processor";
import { describeOnnxruntime } from "./providers";
import { describeTfjsNode } from "./tfjs-node";

/** The engine process's side of the channel to its parent. */
export interface ParentChannel {
  send(message: FromEngine): void;
  onMessage(listener: (message: ToEngine) => void): void;
}

export interface EngineServer extends EngineProcessOptions {
  /** Reads one frame; where files are opened is put together outside. */
  decode: (reference: FrameReference) => Promise<Frame>;
}

/** The loaded network under another card, which must describe the same network. */
function withCard(model: LoadedModel, card: ModelCard | undefined): LoadedModel {
  if (card === undefined) return model;
  checkAgainstCard(model.session, card);
  return { card, session: model.session };
}

/** Lets messages in: they are delivered between two turns of the event loop only. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Serves calls one at a time, in the order in which they came. */
export function serveEngine(channel: ParentChannel, { decode, ...options }: EngineServer): void {
  const { cacheFolder, threads = computeThreads(), provider = "cpu", loadedModels = 4 } = options;
  const cache = cacheFolder === undefined ? undefined : new GraphCache(cacheFolder);
  const shelf = new ModelShelf(loadedModels, { cache, threads, provider });
  const features = new FeatureShelf({ threads, provider });
  const calibration = new CalibrationShelf(threads);
  const cancelled = new Set<number>();

  async function segment({
    id,
    request,
  }: Extract<CallMessage, { method: "segment" }>): Promise<SegmentFrameResult> {
    const start = performance.now();
    const decoded = await decode(request.frame);
    const frame = request.perturbation ? perturbFrame(decoded, request.perturbation) : decoded;
    const decodeMs = performance.now() - start;
    const { model } = await shelf.take(request.model);
    const result = await segmentFrame(frame, withCard(model, request.card), {
      probabilities: request.probabilities,
      onProgress: (done, total) => total > 1 && channel.send({ kind: "progress", id, done, total }),
      checkpoint: async () => {
        await nextTurn();
        if (cancelled.has(id)) throw new CancelledError();
      },
    });
    // A first frame's loading is no part of the frame's own time.
    const timings = { ...result.timings, decode: decodeMs, total: decodeMs + result.timings.total };
    return { ...result, timings, peakMemoryBytes: process.memoryUsage.rss() };
  }

  async function answer(call: CallMessage): Promise<unknown> {
    switch (call.method) {
      case "segment":
        return segment(call);
      case "featureMaps":
        return features.look(await decode(call.request.frame), call.request);
      case "calibrate":
        return calibration.count(await decode(call.request.frame), call.request);
      case "infer":
        return inferNumbers((await shelf.take(call.request.model)).model, call.request);
      case "load":
        return { loadMs: (await shelf.take(call.request)).loadMs };
      case "describe":
        return [await describeOnnxruntime(provider, threads), describeTfjsNode()];
    }
  }

  async function serve(call: CallMessage): Promise<void> {
    try {
      if (cancelled.has(call.id)) throw new CancelledError();
      channel.send({ kind: "result", id: call.id, result: await answer(call) });
    } catch (thrown) {
      channel.send({ kind: "error", id: call.id, error: toWireError(thrown, fileOf(call)) });
    } finally {
      cancelled.delete(call.id);
    }
  }

  let last = Promise.resolve();
  const waiting = new Set<number>();
  channel.onMessage((message) => {
    if (message.kind === "cancel") {
      // A cancel that crosses its result on the way is about nothing any more.
      if (waiting.has(message.id)) cancelled.add(message.id);
      return;
    }
    waiting.add(message.id);
    last = last.then(() => serve(message)).finally(() => waiting.delete(message.id));
  });
  channel.send({ kind: "ready" });
}
