import { useSyncExternalStore } from "react";
import { modalityValue } from "../../core/image/display";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { frameKey, frameStore } from "../viewport/frame-store";
import { rangeOf } from "../viewport/scene";

/** Least and greatest value of the slice in view, as a person reads them; undefined until it is there. */
export function useValueRange(): [number, number] | undefined {
  const key = useViewports((state) => {
    const { seriesId, frameIndex } = activeViewport(state);
    return seriesId === undefined ? undefined : frameKey(seriesId, frameIndex);
  });
  const frame = useSyncExternalStore(
    (onChange) => frameStore.subscribe(onChange),
    () => {
      const held = key === undefined ? undefined : frameStore.read(key);
      return held?.state === "ready" ? held.value : undefined;
    },
  );
  if (!frame) return undefined;
  // Colour is compared by its luma, and that of a byte is a byte.
  if (frame.samplesPerPixel === 3 || frame.meaning.palette)
    return [0, frame.samplesPerPixel === 3 ? 2 ** frame.meaning.bitsStored - 1 : 255];
  const ends = rangeOf(frame).map((stored) => modalityValue(frame.meaning, stored)) as [number, number];
  return [Math.min(...ends), Math.max(...ends)];
}
