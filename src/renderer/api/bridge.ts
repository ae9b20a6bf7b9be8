/**
 * What the desktop's preload offers to the page, and a browser does not: see src/preload. Undefined in a browser.
 */
export interface DesktopBridge {
  /** Native dialogs; empty where the reader cancelled. */
  openFiles: () => Promise<string[]>;
  openFolder: () => Promise<string[]>;
  /** The path of a dropped file. */
  pathForFile: (file: File) => string;
  /** Shows a file in the system's file manager. */
  revealInFolder: (path: string) => Promise<void>;
  /** Calls back with a command's id when the native menu is used; returns its own unregister function. */
  onCommand: (listener: (commandId: string) => void) => () => void;
}

declare global {
  interface Window {
    slicebench?: DesktopBridge;
  }
}

export const desktop: DesktopBridge | undefined = window.slicebench;
