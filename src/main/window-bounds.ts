import { readFileSync } from "node:fs";
import { type BrowserWindow, type Rectangle, screen } from "electron";
import { z } from "zod";
import writeFileAtomic from "write-file-atomic";

const placeSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) }),
  isMaximized: z.boolean(),
});
type Place = z.infer<typeof placeSchema>;

/** How much of a window must lie on a screen for its title bar to be within reach, in pixels. */
const reachable = { width: 120, height: 40 };

/**
 * Where the window was when it was closed, or undefined where that is not known, or lies on a screen that is
 * not there any more.
 */
export function rememberedPlace(file: string): Place | undefined {
  try {
    const place = placeSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return screen.getAllDisplays().some(({ workArea }) => canBeReached(place.bounds, workArea))
      ? place
      : undefined;
  } catch {
    // The first start, or a file that something else wrote: the window opens where the system puts it.
    return undefined;
  }
}

function canBeReached(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const topIsOnScreen = window.y >= area.y && window.y + reachable.height <= area.y + area.height;
  return width >= reachable.width && topIsOnScreen;
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
