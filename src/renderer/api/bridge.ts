import type { DesktopBridge } from "../../preload/bridge";

declare global {
  interface Window {
    slicebench?: DesktopBridge;
  }
}

/** What the desktop's preload offers to the page; undefined in a browser. */
export const desktop: DesktopBridge | undefined = window.slicebench;
