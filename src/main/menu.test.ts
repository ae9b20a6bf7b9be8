import { expect, test } from "vitest";
import type { MenuItem } from "../../test-support/stand-in-electron";
import { commands } from "../core/commands";
import { menuTemplate } from "./menu";

const menu = (isMac: boolean) =>
  menuTemplate({
    isMac,
    keys: {},
    recent: [{ path: "/scans/A&E", title: "A&E", openedAt: 0 }],
    available: undefined,
    run: () => undefined,
    open: () => undefined,
    clearRecent: () => undefined,
  }) as MenuItem[];

const allItems = (items: readonly MenuItem[]): MenuItem[] =>
  items.flatMap((item) => [item, ...allItems(item.submenu ?? [])]);

test.each([true, false])("every command is in it exactly once (macOS: %s)", (isMac) => {
  const ids = allItems(menu(isMac)).flatMap(({ id }) => id ?? []);
  expect(ids.filter((id) => id !== "recent-studies").sort()).toEqual(commands.map(({ id }) => id).sort());
});

test("each platform has the menus that its users look for", () => {
  const names = (isMac: boolean) => menu(isMac).map(({ label, role }) => label ?? role);
  const between = [
    "Navigate",
    "Tools",
    "Measure",
    "Annotate",
    "View",
    "Grey Values",
    "Compare",
    "Blind reading",
    "Run",
  ];
  expect(names(false)).toEqual(["File", "editMenu", ...between, "Help"]);
  expect(names(true)).toEqual(["appMenu", "File", "editMenu", ...between, "windowMenu", "Help"]);
});

test("what works while its key is held is shown with its key, and cannot be clicked", () => {
  const held = commands.filter((command) => "held" in command).map(({ id }) => id);
  const grey = allItems(menu(false)).filter(({ enabled }) => enabled === false);
  expect(grey.map(({ id }) => id).sort()).toEqual([...held].sort());
  expect(grey.every(({ accelerator }) => accelerator !== undefined)).toBe(true);
});

test("the page hears its own keys: the menu registers none, and on macOS shows none that types a letter", () => {
  const shown = allItems(menu(false)).filter(({ accelerator }) => accelerator !== undefined);
  expect(shown.length).toBeGreaterThan(40);
  expect(shown.filter(({ registerAccelerator }) => registerAccelerator !== false)).toEqual([]);
  const onMac = allItems(menu(true)).flatMap(({ accelerator }) => accelerator ?? []);
  expect(onMac).toContain("CmdOrCtrl+O");
  expect(onMac.filter((keys) => !keys.startsWith("CmdOrCtrl+"))).toEqual([]);
});

test("an ampersand in a path is no mnemonic", () => {
  const recent = allItems(menu(false)).find(({ id }) => id === "recent-studies");
  expect(recent!.submenu![0]!.label).toBe("/scans/A&&E");
});
