import Tinypool from "tinypool";
import { toWireError, type WireError } from "../core/errors";
import type { Frame, FrameReference } from "../core/image/frame";
import { type ImageFile, openImage } from "../formats/open";

/** Files kept open in a worker, so that a volume is not read anew for each of its slices. */
const keptFiles = 2;
const keptBytes = 512 * 2 ** 20;
const kept = new Map<string, Promise<ImageFile>>();

async function opened(file: string): Promise<ImageFile> {
  const known = kept.get(file);
  if (known !== undefined) return known;
  const opening = openImage(file, { waiting: true });
  kept.set(file, opening);
  try {
    const image = await opening;
    // One picture a file is asked for once: the cache of frames keeps what it gave.
    if (image.frameCount === 1 || image.heldBytes > keptBytes) kept.delete(file);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFiles) break;
      kept.delete(oldest);
    }
    return image;
  } catch (thrown) {
    kept.delete(file);
    throw thrown;
  }
}

/** What a decoding gave: errors lose their class on the way between threads, so they travel as data. */
export type DecodeAnswer = { frame: Frame } | { error: WireError };

/** Decodes one frame. Runs in a worker thread, so that the host goes on answering meanwhile. */
export default async function decode({ file, frame }: FrameReference): Promise<DecodeAnswer> {
  try {
    const decoded = await (await opened(file)).readFrame(frame);
    // A view of a larger buffer would take the whole file along.
    const pixels = decoded.pixels.slice();
    const answer: DecodeAnswer = { frame: { ...decoded, pixels } };
    // Tinypool finds what to transfer, and the answer itself, by symbols that its types do not show.
    const movable: object = {
      [Tinypool.transferableSymbol]: [pixels.buffer],
      [Tinypool.valueSymbol]: answer,
    };
    return Tinypool.move(movable as Parameters<typeof Tinypool.move>[0]) as unknown as DecodeAnswer;
  } catch (thrown) {
    return { error: toWireError(thrown, file) };
  }
}
