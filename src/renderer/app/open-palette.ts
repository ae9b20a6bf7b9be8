import { spotlight } from "@mantine/spotlight";
import { flushSync } from "react-dom";

/** Marks the palette's field for openPalette. */
export const paletteField = "command-palette-field";

/** Opens the command palette with its field ready: whoever types on at once types there, and not into shortcuts. */
export function openPalette(): void {
  flushSync(() => spotlight.open());
  document.getElementById(paletteField)?.focus();
}
