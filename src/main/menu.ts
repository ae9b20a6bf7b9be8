import type { MenuItemConstructorOptions } from "electron";
import { type Command, type CommandGroup, type CommandId, commandGroups, commands } from "../core/commands";
import { acceleratorOf, chordsOf, type KeyOverrides, parseChord } from "../core/key-chord";
import type { RecentPath } from "../workspace/recent";

interface MenuContents {
  isMac: boolean;
  keys: KeyOverrides;
  recent: readonly RecentPath[];
  /** The commands that may run now; all where the page has not said yet. */
  available: ReadonlySet<string> | undefined;
  run: (id: CommandId) => void;
  open: (path: string) => void;
  clearRecent: () => void;
}

const separator: MenuItemConstructorOptions = { type: "separator" };

/** The native menu: every command of the one table, under its group, and what the system expects beside them. */
export function menuTemplate(contents: MenuContents): MenuItemConstructorOptions[] {
  const groups = commandGroups.map((group) => ({
    // "Window" is what macOS calls the list of windows.
    label: group === "Window" ? "Grey Values" : group,
    submenu: [
      ...systemItemsBefore(group),
      ...commandItems(group, contents),
      ...systemItemsAfter(group, contents),
    ],
  }));
  const file = groups.shift()!;
  const help = groups.pop()!;
  const onMac = (role: "appMenu" | "windowMenu"): MenuItemConstructorOptions[] =>
    contents.isMac ? [{ role }] : [];
  // Cut, copy and paste must be in a menu for their keys to work in text fields on macOS.
  const edit: MenuItemConstructorOptions = { role: "editMenu" };
  return [...onMac("appMenu"), file, edit, ...groups, ...onMac("windowMenu"), { ...help, role: "help" }];
}

function systemItemsBefore(group: CommandGroup): MenuItemConstructorOptions[] {
  return group === "View" ? [{ role: "togglefullscreen" }, separator] : [];
}

function systemItemsAfter(group: CommandGroup, contents: MenuContents): MenuItemConstructorOptions[] {
  // On macOS it is in the program's own menu.
  if (group === "Help" && !contents.isMac) return [separator, { role: "about" }];
  if (group !== "File") return [];
  return [separator, recentItem(contents), separator, { role: contents.isMac ? "close" : "quit" }];
}

function commandItems(group: CommandGroup, { available, run, keys, isMac }: MenuContents) {
  return commands
    .filter((command) => command.group === group)
    .map((command: Command & { id: CommandId }): MenuItemConstructorOptions => {
      const shown = shownAccelerator(chordsOf(command, keys)[0], isMac);
      return {
        id: command.id,
        label: command.title,
        // What works while its key is held cannot be held from here: the menu shows the key.
        enabled: command.held !== true && (available?.has(command.id) ?? true),
        click: () => run(command.id),
        // The page hears its own keys, also those that a text field wants: the menu only shows them.
        ...(shown !== undefined && { accelerator: shown, registerAccelerator: false }),
      };
    });
}

/**
 * A chord as Electron writes it; undefined where there is none. macOS takes every accelerator for itself,
 * so there the keys that a reader types without Cmd are left to the page.
 */
function shownAccelerator(chord: string | undefined, isMac: boolean): string | undefined {
  if (chord === undefined || (isMac && parseChord(chord)?.mod !== true)) return undefined;
  return acceleratorOf(chord);
}

function recentItem({ recent, open, clearRecent }: MenuContents): MenuItemConstructorOptions {
  const items = recent.map(({ path }): MenuItemConstructorOptions => ({
    label: path.replaceAll("&", "&&"),
    click: () => open(path),
  }));
  return {
    id: "recent-studies",
    label: "Recent studies",
    enabled: items.length > 0,
    submenu: [...items, separator, { label: "Clear recent studies", click: clearRecent }],
  };
}
