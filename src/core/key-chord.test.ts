import { describe, expect, test } from "vitest";
import { commands } from "./commands";
import {
  acceleratorOf,
  chordCaps,
  chordOf,
  chordText,
  commandFor,
  keyConflicts,
  parseChord,
} from "./key-chord";
import type { ConditionState, KeyPress } from "./key-chord";

const everything: ConditionState = {
  study: true,
  series: true,
  layers: true,
  "two-layers": true,
  "model-layer": true,
  runnable: true,
  job: true,
  "viewport-focus": true,
  grid: true,
  annotating: false,
  reading: false,
  drawing: false,
  measurement: false,
};
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe("the table of commands", () => {
  test("has no two commands with one id, and no default key with two meanings", () => {
    expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
    expect(keyConflicts({})).toEqual(new Map());
  });

  test("has only chords that can be read, written in their one spelling", () => {
    for (const keys of commands.flatMap((command) => command.keys)) {
      expect(chordText(parseChord(keys)!), keys).toBe(keys.replace(/^Shift\+Alt/, "Alt+Shift"));
    }
  });
});

describe("parseChord", () => {
  test.each([
    ["Mod+Shift+O", { mod: true, shift: true, alt: false, key: "O" }],
    ["[", { mod: false, shift: false, alt: false, key: "[" }],
    ["Mod++", { mod: true, shift: false, alt: false, key: "+" }],
    ["+", { mod: false, shift: false, alt: false, key: "+" }],
    ["Mod+", undefined],
    ["Hyper+K", undefined],
    ["", undefined],
  ])("reads %j", (text, chord) => {
    expect(parseChord(text)).toEqual(chord);
  });
});

describe("chordOf", () => {
  test("a letter is the same key with and without caps lock", () => {
    expect(chordOf(press("w"), "other")).toEqual(chordOf(press("W"), "other"));
  });

  test("Mod is Ctrl, on macOS Cmd", () => {
    expect(chordText(chordOf(press("k", { ctrlKey: true }), "other")!)).toBe("Mod+K");
    expect(chordText(chordOf(press("k", { metaKey: true }), "mac")!)).toBe("Mod+K");
    expect(chordText(chordOf(press("k", { ctrlKey: true }), "mac")!)).toBe("K");
  });

  test("a digit is found by its place, so Alt+1 works where Alt types another sign", () => {
    expect(chordText(chordOf(press("¡", { altKey: true, code: "Digit1" }), "mac")!)).toBe("Alt+1");
  });

  test("a sign that needs Shift is itself, not Shift and itself", () => {
    expect(chordText(chordOf(press("?", { shiftKey: true }), "other")!)).toBe("?");
  });

  test("a modifier alone is no chord yet", () => {
    expect(chordOf(press("Shift", { shiftKey: true }), "other")).toBeUndefined();
  });
});

describe("commandFor", () => {
  const chord = parseChord("C")!;
  test("finds the command by its default key", () => {
    expect(commandFor(chord, everything, {})?.id).toBe("compare.curtain");
  });

  test("finds nothing while the command makes no sense", () => {
    expect(commandFor(chord, { ...everything, "two-layers": false }, {})).toBeUndefined();
  });

  test("follows the user's keys, and forgets the default that was replaced", () => {
    const overrides = { "compare.curtain": "Mod+J" };
    expect(commandFor(chord, everything, overrides)).toBeUndefined();
    expect(commandFor(parseChord("Mod+J")!, everything, overrides)?.id).toBe("compare.curtain");
  });

  test("an empty override takes the key away", () => {
    expect(commandFor(chord, everything, { "compare.curtain": "" })).toBeUndefined();
  });
});

test("keyConflicts names every command behind a chord", () => {
  expect(keyConflicts({ "compare.difference": "C" })).toEqual(
    new Map([["C", ["compare.curtain", "compare.difference"]]]),
  );
});

test("the default keys conflict nowhere, and those of Annotate and of blind reading come first there", () => {
  const down = parseChord("ArrowDown")!;
  expect(commandFor(down, everything, {})?.id).toBe("slice.next");
  expect(commandFor(down, { ...everything, reading: true }, {})?.id).toBe("reading.tie");
  expect(keyConflicts({})).toEqual(new Map());
  const five = parseChord("5")!;
  expect(commandFor(five, everything, {})?.id).toBe("window.liver");
  expect(commandFor(five, { ...everything, annotating: true }, {})?.id).toBe("annotate.segment-5");
  const escape = parseChord("Escape")!;
  expect(commandFor(escape, { ...everything, annotating: true, drawing: true }, {})?.id).toBe(
    "annotate.cancel",
  );
  expect(commandFor(escape, { ...everything, annotating: true }, {})?.id).toBe("run.cancel");
});

test("chordCaps draws keys as they are printed on the keyboard", () => {
  expect(chordCaps("Mod+Shift+Enter", "other")).toEqual(["Ctrl", "Shift", "Enter"]);
  expect(chordCaps("Mod+Shift+Enter", "mac")).toEqual(["⌘", "⇧", "Enter"]);
  expect(chordCaps("ArrowDown", "other")).toEqual(["↓"]);
});

test("acceleratorOf spells chords as Electron does", () => {
  expect(acceleratorOf("Mod+Shift+O")).toBe("CmdOrCtrl+Shift+O");
  expect(acceleratorOf("ArrowLeft")).toBe("Left");
});
