import type { Frame } from "../../core/image/frame";
import { fetchFrame } from "../api/pixels";
import { DemandStore, type Demand } from "./demand-store";

export interface FrameAddress {
  seriesId: string;
  index: number;
}

export type FrameStore = DemandStore<FrameAddress, Frame>;

export function frameKey(seriesId: string, index: number): string {
  return `${seriesId}/${index}`;
}

export function createFrameStore(
  fetch: (address: FrameAddress, signal: AbortSignal) => Promise<Frame>,
  capacityBytes: number,
): FrameStore {
  return new DemandStore({ fetch, sizeOf: (frame) => frame.pixels.byteLength, capacityBytes });
}

/** How many slices are fetched ahead of the reader, and kept behind. */
const ahead = 8;
const behind = 2;

/**
 * The slices worth having while one is shown: that one, then its neighbours alternately, more of them in the direction
 * of scrolling.
 * @param direction 1 towards higher indices, -1 towards lower, 0 when the reader has not scrolled yet
 */
export function prefetchOrder(index: number, count: number, direction: -1 | 0 | 1): number[] {
  const forward = direction === 0 ? 1 : direction;
  const steps = [0];
  for (let distance = 1; distance <= ahead; distance++) {
    steps.push(distance * forward);
    if (distance <= (direction === 0 ? ahead / 2 : behind)) steps.push(-distance * forward);
  }
  return steps.map((step) => index + step).filter((at) => at >= 0 && at < count);
}

/** Every slice of a volume, from the one in view outwards: reformatted planes need them all. */
export function volumeOrder(index: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => Math.abs(a - index) - Math.abs(b - index) || a - b,
  );
}

export function frameDemands(seriesId: string, indices: readonly number[]): Demand<FrameAddress>[] {
  return indices.map((index) => ({ key: frameKey(seriesId, index), address: { seriesId, index } }));
}

/** A 300-slice CT of 512 x 512 is 157 MB; two of them and a radiograph fit. */
const capacityBytes = 768 * 2 ** 20;

/** The page's frames. */
export const frameStore = createFrameStore(
  ({ seriesId, index }, signal) => fetchFrame(seriesId, index, signal),
  capacityBytes,
);
