import { markdownTable } from "markdown-table";
import { commandGroups, commands, type Command } from "../../src/core/commands";
import { cell, generatedNote } from "./markdown";

/** docs/reference/shortcuts.md: the one table of commands, with the keys they have until someone changes them. */
export function shortcutReference(): string {
  const all: readonly Command[] = commands;
  const sections = commandGroups.flatMap((group) => {
    const rows = all
      .filter((command) => command.group === group)
      .map(({ title, keys, id }) => [title, keys.map(keyText).join(" or "), `\`${id}\``]);
    return [`## ${group}`, markdownTable([["command", "keys", "id"], ...rows])];
  });
  return [
    "# Commands and keys",
    generatedNote,
    "F1 shows them in the program, Ctrl+K (Cmd+K on macOS) finds one by its name, and Settings changes its keys. Mod is " +
      "Ctrl, on macOS Cmd.",
    ...sections,
  ].join("\n\n");
}

const keyText = (keys: string): string => `<kbd>${cell(keys)}</kbd>`;
