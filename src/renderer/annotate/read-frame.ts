import type { Frame } from "../../core/image/frame";
import { fetchFrame } from "../api/pixels";
import { frameKey, frameStore } from "../viewport/frame-store";

/** A slice's pixels: those that are there, else from the host. Throws HostError, or AbortError. */
export async function readFrame(seriesId: string, index: number, signal?: AbortSignal): Promise<Frame> {
  const key = frameKey(seriesId, index);
  const held = frameStore.read(key);
  if (held.state === "ready") return held.value;
  const frame = await fetchFrame(seriesId, index, signal);
  frameStore.put(key, frame);
  return frame;
}
