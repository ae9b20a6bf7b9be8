import { statSync } from "node:fs";
import type { Frame, FrameReference } from "../core/image/frame";
import { type ImageFile, openImage } from "../formats/open";
import type { EngineProcessOptions, FromEngine, ToEngine } from "./messages";
import { type ParentChannel, serveEngine } from "./serve";

/**
 * The engine process: the place where reading files and running models are put together. Started by Node's
 * `fork` or by Electron's `utilityProcess`; it lives no longer than its parent's channel.
 */

/** What Electron gives a utility process in place of `process.send`. */
interface ElectronParentPort {
  on(event: "message", listener: (event: { data: ToEngine }) => void): void;
  postMessage(message: FromEngine): void;
}

function parentChannel(): ParentChannel {
  // Electron's types say that it is always there; under Node it is not.
  const { parentPort } = process as unknown as { parentPort?: ElectronParentPort };
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on("message", ({ data }) => listener(data)),
    };
  }
  process.on("disconnect", () => process.exit(0));
  return {
    // A parent that is gone is told by "disconnect"; what could not be sent to it matters to nobody.
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on("message", (message) => listener(message as ToEngine)),
  };
}

/**
 * The file that was opened last, kept for its next frame: series of frames in one file (and several models on
 * one frame) come one after the other. A file that was changed since is opened again.
 */
let lastOpened: { file: string; changedAt: number; image: ImageFile } | undefined;

async function decode({ file, frame }: FrameReference): Promise<Frame> {
  const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (lastOpened?.file !== file || lastOpened.changedAt !== changedAt) {
    lastOpened = undefined;
    lastOpened = { file, changedAt, image: await openImage(file, { waiting: true }) };
  }
  return lastOpened.image.readFrame(frame);
}

const options = JSON.parse(process.argv[2] ?? "{}") as EngineProcessOptions;
// Ctrl-C in a terminal reaches every process of its group; when to end is the parent's decision.
process.on("SIGINT", () => undefined);
serveEngine(parentChannel(), { ...options, decode });
