/** What a wheel event tells; `deltaMode` as in the DOM: 0 pixels, 1 lines, 2 pages. */
export interface WheelTurn {
  deltaY: number;
  deltaMode: number;
}

/** A mouse's notch is at least so many pixels; a trackpad's events are smaller. */
const notchPixels = 50;
/** So far a finger moves on a trackpad for one slice. */
const trackpadPixelsPerSlice = 30;
const pixelsPerLine = 40;
const pixelsPerPage = 400;

function pixelsOf({ deltaY, deltaMode }: WheelTurn): number {
  return deltaY * (deltaMode === 1 ? pixelsPerLine : deltaMode === 2 ? pixelsPerPage : 1);
}

/**
 * Counts the slices that a wheel turns by. A notch is a slice whatever length the system gives it; small movements of
 * a trackpad add up until they are worth one, and turning round starts anew.
 */
export function createWheelCounter(): (turn: WheelTurn) => number {
  let gathered = 0;
  return (turn) => {
    const pixels = pixelsOf(turn);
    if (Math.abs(pixels) >= notchPixels) {
      gathered = 0;
      return Math.sign(pixels) * Math.max(1, Math.round(Math.abs(pixels) / 120));
    }
    if (gathered * pixels < 0) gathered = 0;
    gathered += pixels;
    const slices = Math.trunc(gathered / trackpadPixelsPerSlice);
    gathered -= slices * trackpadPixelsPerSlice;
    return slices;
  };
}

/** The factor that a wheel zooms by: a quarter a notch; pinching on a trackpad arrives as small turns. */
export function wheelZoomFactor(turn: WheelTurn): number {
  const pixels = pixelsOf(turn);
  const sensitivity = Math.abs(pixels) >= notchPixels ? Math.log(1.25) / 120 : 0.01;
  return Math.exp(-Math.max(-360, Math.min(360, pixels)) * sensitivity);
}
