import { commands, type Command, type CommandCondition, type CommandId } from "./commands";

/** What a chord is made of; `key` is spelt as in `Command.keys`. */
export interface KeyChord {
  mod: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

/** The part of a KeyboardEvent that a chord is read from. */
export interface KeyPress {
  key: string;
  /** The key's place on the keyboard: digits are taken from it, so that Alt and other layouts do not hide them. */
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Chords that differ from the defaults, by command id; "" takes a command's key away. */
export type KeyOverrides = Readonly<Record<string, string>>;

const modifierNames = new Set(["Mod", "Shift", "Alt"]);

/** Reads `Mod+Shift+O`; undefined where the text is no chord (no key, or an unknown modifier). */
export function parseChord(text: string): KeyChord | undefined {
  // The plus key itself: "+" or "Mod++".
  const plusIsKey = text === "+" || text.endsWith("++");
  const parts = plusIsKey ? [...text.slice(0, -1).split("+").filter(Boolean), "+"] : text.split("+");
  const key = parts.pop();
  if (key === undefined || key === "" || modifierNames.has(key)) return undefined;
  if (!parts.every((part) => modifierNames.has(part))) return undefined;
  return { mod: parts.includes("Mod"), shift: parts.includes("Shift"), alt: parts.includes("Alt"), key };
}

/** Writes a chord as `Command.keys` has it: Mod, Alt, Shift, key. */
export function chordText(chord: KeyChord): string {
  return [chord.mod && "Mod", chord.alt && "Alt", chord.shift && "Shift", chord.key]
    .filter(Boolean)
    .join("+");
}

function keyName(press: KeyPress): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code ?? "")?.[1];
  if (digit !== undefined) return digit;
  if (press.key === " ") return "Space";
  return press.key.length === 1 ? press.key.toUpperCase() : press.key;
}

/** The chord that was pressed; undefined while only modifiers are down. */
export function chordOf(press: KeyPress, platform: "mac" | "other"): KeyChord | undefined {
  if (["Control", "Meta", "Shift", "Alt", "AltGraph", "Dead", "Unidentified"].includes(press.key)) {
    return undefined;
  }
  const key = keyName(press);
  // "{" or "?" are typed with Shift already: the sign itself says so. Letters and named keys keep their Shift.
  const shiftIsInTheSign = key.length === 1 && !/[A-Z0-9]/.test(key);
  return {
    mod: platform === "mac" ? press.metaKey : press.ctrlKey,
    shift: press.shiftKey && !shiftIsInTheSign,
    alt: press.altKey,
    key,
  };
}

/** A command's chords, with the user's changes applied. */
export function chordsOf(command: Command, overrides: KeyOverrides): readonly string[] {
  const override = overrides[command.id];
  if (override === undefined) return command.keys;
  return override === "" ? [] : [override];
}

/** Which commands may run now. `always` is always true. */
export type ConditionState = Readonly<Record<Exclude<CommandCondition, "always">, boolean>>;

export function isAvailable(command: Command, state: ConditionState): boolean {
  return command.when === "always" || state[command.when];
}

/** The first command, in the table's order, that this press means in this state. */
export function commandFor(
  chord: KeyChord,
  state: ConditionState,
  overrides: KeyOverrides,
): (Command & { id: CommandId }) | undefined {
  const text = chordText(chord);
  return commands.find(
    (command) =>
      isAvailable(command, state) &&
      chordsOf(command, overrides).some((keys) => {
        const parsed = parseChord(keys);
        return parsed !== undefined && chordText(parsed) === text;
      }),
  );
}

/**
 * Where keys mean first what they mean there, so that the same key elsewhere is no conflict: while something is drawn, in
 * Annotate, and in a blind reading.
 */
const ownScopes: readonly CommandCondition[] = ["drawing", "annotating", "reading"];

function keyScope({ when }: Command): CommandCondition {
  return ownScopes.includes(when) ? when : "always";
}

/** Every chord that more than one command answers to in the same place, with the commands' ids. */
export function keyConflicts(overrides: KeyOverrides): Map<string, CommandId[]> {
  const byChord = new Map<string, CommandId[]>();
  for (const scope of [...ownScopes, "always"] as const) {
    for (const [chord, ids] of chordsIn(scope, overrides))
      if (ids.length > 1) byChord.set(chord, [...(byChord.get(chord) ?? []), ...ids]);
  }
  return byChord;
}

function chordsIn(scope: CommandCondition, overrides: KeyOverrides): Map<string, CommandId[]> {
  const byChord = new Map<string, CommandId[]>();
  for (const command of commands) {
    if (keyScope(command) !== scope) continue;
    for (const keys of chordsOf(command, overrides)) {
      const parsed = parseChord(keys);
      if (parsed === undefined) continue;
      const text = chordText(parsed);
      byChord.set(text, [...(byChord.get(text) ?? []), command.id]);
    }
  }
  return byChord;
}

const shownNames: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Escape: "Esc",
};

/** The caps to draw for a chord: `["Ctrl", "K"]`, on macOS `["⌘", "K"]`. */
export function chordCaps(keys: string, platform: "mac" | "other"): string[] {
  const chord = parseChord(keys);
  if (chord === undefined) return [];
  const mac = platform === "mac";
  const modifiers = [
    chord.mod && (mac ? "⌘" : "Ctrl"),
    chord.alt && (mac ? "⌥" : "Alt"),
    chord.shift && (mac ? "⇧" : "Shift"),
  ].filter((part) => part !== false);
  return [...modifiers, shownNames[chord.key] ?? chord.key];
}

/** A chord as Electron's menus spell it (`CmdOrCtrl+Shift+O`); undefined where a menu cannot show it. */
export function acceleratorOf(keys: string): string | undefined {
  const chord = parseChord(keys);
  if (chord === undefined) return undefined;
  const key = { ArrowUp: "Up", ArrowDown: "Down", ArrowLeft: "Left", ArrowRight: "Right", "+": "Plus" }[
    chord.key
  ];
  return [chord.mod && "CmdOrCtrl", chord.alt && "Alt", chord.shift && "Shift", key ?? chord.key]
    .filter(Boolean)
    .join("+");
}
