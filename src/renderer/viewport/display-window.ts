import { autoWindow, colourWindow, isColour, type DisplayOptions } from "../../core/image/display";
import type { Frame, Window } from "../../core/image/frame";
import type { WindowChoice } from "../state/viewport-model";

/** A window to draw with, and whether it had to be computed from the frame. */
export interface ResolvedWindow extends Pick<DisplayOptions, "window" | "fromFile"> {
  computed: boolean;
}

/**
 * The window that a choice means for a frame. The file's own varies from frame to frame; a file without one, and the
 * automatic one, use what was computed for the series before, so that scrolling does not flicker.
 */
export function resolveWindow(choice: WindowChoice, frame: Frame, known: Window | undefined): ResolvedWindow {
  const { meaning } = frame;
  if (choice.source === "preset" || choice.source === "manual") {
    const { center, width } = choice;
    return { window: { center, width }, fromFile: false, computed: false };
  }
  if (isColour(frame)) return { window: colourWindow(meaning), fromFile: false, computed: false };
  if (choice.source === "file") {
    const window = meaning.windows[choice.index] ?? meaning.windows[0];
    if (window) return { window, fromFile: true, computed: false };
    if (meaning.voiLut) {
      const { firstValue, entries } = meaning.voiLut;
      const window = { center: firstValue + entries.length / 2, width: entries.length };
      return { window, fromFile: true, computed: false };
    }
  }
  if (known) return { window: known, fromFile: false, computed: false };
  return { window: autoWindow(frame), fromFile: false, computed: true };
}
