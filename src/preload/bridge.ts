/** The channels between the page and the main process, and all there are. */
export const channels = {
  openFiles: "dialog:open-files",
  openFolder: "dialog:open-folder",
  savePdf: "page:save-pdf",
  revealInFolder: "shell:reveal-in-folder",
  showAvailable: "menu:show-available",
  command: "menu:command",
} as const;

/** What a web page cannot do by itself: the page knows it as `window.slicebench`. */
export interface DesktopBridge {
  /** Native dialogs; empty where the reader cancelled. */
  openFiles: () => Promise<string[]>;
  openFolder: () => Promise<string[]>;
  /** Prints the report of a comparison into a file that the reader names; its path, "" where they cancelled. */
  savePdf: (reportQuery: string) => Promise<string>;
  /** The path of a dropped file; "" where it has none. */
  pathForFile: (file: File) => string;
  /** Shows a file in the system's file manager. */
  revealInFolder: (path: string) => Promise<void>;
  /** Tells the native menu which commands may run now. */
  showAvailable: (commandIds: string[]) => Promise<void>;
  /** Calls back with a command's id when the native menu is used; returns its own unregister function. */
  onCommand: (listener: (commandId: string) => void) => () => void;
}
