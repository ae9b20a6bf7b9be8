import { annotateCommands } from "./annotate-commands";
import { compareCommands } from "./compare-commands";
import { fileCommands } from "./file-commands";
import { measureCommands } from "./measure-commands";
import { readingCommands } from "./reading-commands";

/**
 * The one table of commands. Menu, command palette, shortcut sheet, tool bar and key bindings are all made
 * from it, so a command has one name, one default key and one condition everywhere.
 */

export const commandGroups = [
  "File",
  "Navigate",
  "Tools",
  "Measure",
  "Annotate",
  "View",
  "Window",
  "Compare",
  "Blind reading",
  "Run",
  "Help",
] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** What must be true for a command to make sense. The page knows, and tells the menu. */
export type CommandCondition =
  | "always"
  /** A study is open. */
  | "study"
  /** A series is shown in the active viewport. */
  | "series"
  /** The series has at least one layer. */
  | "layers"
  /** The series has at least two layers, the reference included. */
  | "two-layers"
  /** The series has a layer that a model made. */
  | "model-layer"
  /** A model is chosen and a series is shown. */
  | "runnable"
  /** A job is waiting or running. */
  | "job"
  /** Compare's viewports are on the screen. */
  | "grid"
  /** A series is shown in Annotate: there these keys come before what they mean elsewhere. */
  | "annotating"
  /** A measurement is chosen. */
  | "measurement"
  /** A blind reading waits for an answer: there these keys come before what they mean elsewhere. */
  | "reading"
  /** A polygon, or another outline, is begun and not closed. */
  | "drawing"
  /** The keyboard focus is in a viewport: elsewhere the key keeps its usual meaning. */
  | "viewport-focus";

export interface Command {
  id: string;
  /** What it does, in the imperative, as menu and palette show it. */
  title: string;
  group: CommandGroup;
  /**
   * Default chords, the first is the one shown: `Mod+Shift+O`, `ArrowDown`, `[`. `Mod` is Ctrl, on macOS Cmd.
   * The last part is a KeyboardEvent's `key`, letters in upper case, the space bar as `Space`.
   */
  keys: readonly string[];
  when: CommandCondition;
  /** Works while the key is down and ends when it is let go. */
  held?: true;
  /** Further words by which the palette finds it. */
  search?: string;
}

export const commands = [
  ...annotateCommands,
  ...readingCommands,
  ...fileCommands,

  {
    id: "workplace.compare",
    title: "Go to Compare",
    group: "Navigate",
    keys: ["F2"],
    when: "always",
    search: "workplace viewports segment",
  },
  {
    id: "workplace.annotate",
    title: "Go to Annotate",
    group: "Navigate",
    keys: ["F3"],
    when: "always",
    search: "workplace segment paint correct brush",
  },
  {
    id: "workplace.laboratory",
    title: "Go to Laboratory",
    group: "Navigate",
    keys: ["F6"],
    when: "always",
    search: "workplace statistics plots agreement cases report ranking metrics",
  },
  {
    id: "workplace.architectures",
    title: "Go to Architectures",
    group: "Navigate",
    keys: ["F4"],
    when: "always",
    search: "workplace networks graph layers feature maps timeline zoo",
  },
  {
    id: "slice.next",
    title: "Next slice",
    group: "Navigate",
    keys: ["ArrowDown", "ArrowRight"],
    when: "series",
  },
  {
    id: "slice.previous",
    title: "Previous slice",
    group: "Navigate",
    keys: ["ArrowUp", "ArrowLeft"],
    when: "series",
  },
  { id: "slice.first", title: "First slice", group: "Navigate", keys: ["Home"], when: "series" },
  { id: "slice.last", title: "Last slice", group: "Navigate", keys: ["End"], when: "series" },
  { id: "series.next", title: "Next series", group: "Navigate", keys: ["PageDown"], when: "study" },
  { id: "series.previous", title: "Previous series", group: "Navigate", keys: ["PageUp"], when: "study" },
  {
    id: "review.queue",
    title: "Review queue",
    group: "Navigate",
    keys: ["Q"],
    when: "study",
    search: "panel disputed done flagged",
  },
  { id: "review.next", title: "Next in the queue", group: "Navigate", keys: ["Alt+PageDown"], when: "study" },
  {
    id: "review.previous",
    title: "Previous in the queue",
    group: "Navigate",
    keys: ["Alt+PageUp"],
    when: "study",
  },
  { id: "review.slice-done", title: "Slice is done", group: "Navigate", keys: ["Shift+D"], when: "series" },
  { id: "review.slice-flag", title: "Flag slice", group: "Navigate", keys: ["Shift+F"], when: "series" },
  {
    id: "review.series-done",
    title: "Series is done",
    group: "Navigate",
    keys: ["Mod+Shift+D"],
    when: "series",
  },
  {
    id: "slice.play",
    title: "Play or pause slices",
    group: "Navigate",
    keys: ["K"],
    when: "series",
    search: "cine",
  },
  { id: "viewport.next", title: "Next viewport", group: "Navigate", keys: ["Tab"], when: "viewport-focus" },
  {
    id: "viewport.previous",
    title: "Previous viewport",
    group: "Navigate",
    keys: ["Shift+Tab"],
    when: "viewport-focus",
  },

  {
    id: "tool.window",
    title: "Window and level",
    group: "Tools",
    keys: ["W"],
    when: "series",
    search: "brightness contrast",
  },
  { id: "tool.pan", title: "Pan", group: "Tools", keys: ["M"], when: "series", search: "move" },
  { id: "tool.zoom", title: "Zoom", group: "Tools", keys: ["Z"], when: "series", search: "magnify" },
  {
    id: "tool.pan-held",
    title: "Pan while held",
    group: "Tools",
    keys: ["Space"],
    when: "series",
    held: true,
  },
  {
    id: "tool.crosshair",
    title: "Crosshair: go to one place everywhere",
    group: "Tools",
    keys: ["X"],
    when: "series",
    search: "pin cursor",
  },
  ...measureCommands,
  {
    id: "view.cursor",
    title: "Shared cursor",
    group: "View",
    keys: ["Shift+X"],
    when: "series",
    search: "crosshair pointer",
  },

  { id: "view.rotate", title: "Rotate by 90°", group: "View", keys: ["R"], when: "series" },
  {
    id: "view.flip",
    title: "Flip left and right",
    group: "View",
    keys: ["F"],
    when: "series",
    search: "mirror",
  },
  { id: "view.invert", title: "Invert grey values", group: "View", keys: ["I"], when: "series" },
  { id: "view.overlays", title: "Show or hide overlays", group: "View", keys: ["Shift+I"], when: "series" },
  { id: "view.fit", title: "Fit to viewport", group: "View", keys: ["0"], when: "series" },
  {
    id: "view.fit-segments",
    title: "Fit segments to viewport",
    group: "View",
    keys: ["S"],
    when: "layers",
    search: "zoom layers mask",
  },
  { id: "view.actual-size", title: "Actual size, 1:1", group: "View", keys: ["N"], when: "series" },
  {
    id: "view.reset",
    title: "Reset zoom, window and orientation",
    group: "View",
    keys: ["Shift+R"],
    when: "series",
  },
  { id: "view.maximise", title: "Maximise viewport", group: "View", keys: ["Enter"], when: "viewport-focus" },
  { id: "layout.one", title: "Layout: one", group: "View", keys: ["Alt+1"], when: "grid", search: "1 x 1" },
  {
    id: "layout.row",
    title: "Layout: row of two",
    group: "View",
    keys: ["Alt+2"],
    when: "grid",
    search: "1 x 2",
  },
  {
    id: "layout.two-by-two",
    title: "Layout: 2 × 2",
    group: "View",
    keys: ["Alt+3"],
    when: "grid",
    search: "2 x 2",
  },
  {
    id: "layout.two-by-three",
    title: "Layout: 2 × 3",
    group: "View",
    keys: ["Alt+4"],
    when: "grid",
    search: "2 x 3",
  },
  {
    id: "layout.planes",
    title: "Layout: axial, coronal and sagittal",
    group: "View",
    keys: ["Alt+5"],
    when: "grid",
    search: "three planes multiplanar reformat mpr",
  },
  {
    id: "view.studies",
    title: "Show or hide studies",
    group: "View",
    keys: ["Mod+B"],
    when: "always",
    search: "panel",
  },
  {
    id: "view.inspector",
    title: "Show or hide inspector",
    group: "View",
    keys: ["Mod+Shift+B"],
    when: "study",
    search: "panel layers models drawer",
  },
  {
    id: "view.problems",
    title: "Show problems",
    group: "View",
    keys: [],
    when: "always",
    search: "errors failures",
  },
  { id: "theme.dark", title: "Theme: dark", group: "View", keys: [], when: "always" },
  { id: "theme.light", title: "Theme: light", group: "View", keys: [], when: "always" },
  { id: "theme.system", title: "Theme: as the system", group: "View", keys: [], when: "always" },

  { id: "window.file", title: "Window: the file's own", group: "Window", keys: ["1"], when: "series" },
  { id: "window.auto", title: "Window: auto", group: "Window", keys: ["2"], when: "series" },
  { id: "window.soft-tissue", title: "Window: soft tissue", group: "Window", keys: ["3"], when: "series" },
  { id: "window.lung", title: "Window: lung", group: "Window", keys: ["4"], when: "series" },
  { id: "window.liver", title: "Window: liver", group: "Window", keys: ["5"], when: "series" },
  { id: "window.bone", title: "Window: bone", group: "Window", keys: ["6"], when: "series" },
  { id: "window.brain", title: "Window: brain", group: "Window", keys: ["7"], when: "series" },
  { id: "window.mediastinum", title: "Window: mediastinum", group: "Window", keys: ["8"], when: "series" },

  ...compareCommands,

  {
    id: "run.slice",
    title: "Run chosen models on this slice",
    group: "Run",
    keys: ["Mod+Enter"],
    when: "runnable",
  },
  {
    id: "run.series",
    title: "Run chosen models on the whole series",
    group: "Run",
    keys: ["Mod+Shift+Enter"],
    when: "runnable",
  },
  {
    id: "run.cancel",
    title: "Cancel the running job",
    group: "Run",
    keys: ["Escape"],
    when: "job",
    search: "stop",
  },

  {
    id: "app.commands",
    title: "Find a command",
    group: "Help",
    keys: ["Mod+K"],
    when: "always",
    search: "palette",
  },
  {
    id: "app.shortcuts",
    title: "Keyboard shortcuts",
    group: "Help",
    keys: ["F1"],
    when: "always",
    search: "keys help",
  },
] as const satisfies readonly Command[];

export type CommandId = (typeof commands)[number]["id"];

/** Finds a command by its id; undefined where settings or a menu name one that no longer exists. */
export function findCommand(id: string): (Command & { id: CommandId }) | undefined {
  return commands.find((command) => command.id === id);
}
