import { useMediaQuery } from "@mantine/hooks";

/** Below these widths of the window parts give way, in the order of the look. */
const breakpoints = {
  /** The studies panel becomes thumbnails alone, preset names and the probe go. */
  studies: 1360,
  /** The inspector becomes a drawer. */
  inspector: 1120,
  /** 2 x 2 becomes one viewport. */
  viewports: 900,
} as const;

export function useNarrow(part: keyof typeof breakpoints): boolean {
  return useMediaQuery(`(max-width: ${breakpoints[part] - 1}px)`, false, { getInitialValueInEffect: false });
}
