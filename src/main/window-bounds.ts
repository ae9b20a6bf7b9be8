import { readFileSync } from "node:fs";
import { type BrowserWindow, type Rectangle, screen } from "electron";
import { z } from "zod";
import writeFileAtomic from "write-file-atomic";

/** The smallest size of the window, in pixels: below it the panels would cover the picture. */
export const smallestSize = { width: 800, height: 560 };

const placeSchema = z.object({
  bounds: z.object({
    x: z.int(),
    y: z.int(),
    width: z.int().min(smallestSize.width),
    height: z.int().min(smallestSize.height),
  }),
  isMaximized: z.boolean(),
});
type Place = z.infer<typeof placeSchema>;

/**
 * Where the window was when it was closed, moved and made smaller as far as its screen wants it now: the screen
 * of that time may be gone. Undefined where nothing is known.
 */
export function rememberedPlace(file: string): Place | undefined {
  try {
    const { bounds, isMaximized } = placeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const { workArea } = screen.getDisplayMatching(bounds);
    return { bounds: clampTo(workArea, bounds), isMaximized };
  } catch {
    // The first start, or a file that something else wrote: the window opens where the system puts it.
    return undefined;
  }
}

function clampTo(area: Rectangle, bounds: Rectangle): Rectangle {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  return {
    x: Math.min(Math.max(bounds.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(bounds.y, area.y), area.y + area.height - height),
    width,
    height,
  };
}

/** Remembers where the window is when it closes. */
export function rememberPlace(window: BrowserWindow, file: string): void {
  window.on("close", () => {
    // As it would be if it were made small again: a maximised window has the bounds of its screen.
    const place: Place = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      writeFileAtomic.sync(file, JSON.stringify(place));
    } catch {
      // A full disk must not keep a window from closing.
    }
  });
}
