import { useEffect, useLayoutEffect, useRef } from "react";
import type { CommandId } from "../../core/commands";
import { chordOf, commandFor, type KeyChord } from "../../core/key-chord";
import { isDrawing } from "../annotate/tool-in-hand";
import { visibleViewportIds } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import type { CommandAccess } from "./command-context";
import { commandHandlers } from "./command-handlers";
import { platform } from "./platform";

const typing =
  "input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable]";
/** Where arrows, Home, End and PgUp/PgDn already mean something. */
const movedByArrows =
  "[role=slider], [role=separator], [role=tab], [role=listbox], input[type=radio], input[type=range]";
const floats = "[role=dialog], [role=menu], [role=listbox]";
/** A select whose list is open: Escape closes that. */
const opened = "[aria-haspopup][aria-expanded=true]";
const pressedByKey = "button, a[href], summary, input, [role=button], [role=option], [role=menuitem]";

/** Whether the focused element needs this key for itself. */
export function belongsToElement(chord: KeyChord, target: Element): boolean {
  const isFunctionKey = /^F\d+$/.test(chord.key);
  if (chord.key === "Escape" && target.matches(opened)) return true;
  if (target.closest(floats)) return !chord.mod && !isFunctionKey;
  if (target.matches(typing)) return !chord.mod && !isFunctionKey && chord.key !== "Escape";
  if (/^(Arrow|Home|End|Page)/.test(chord.key)) return target.closest(movedByArrows) !== null;
  if (chord.key === "Enter" || chord.key === "Space") return !chord.mod && target.matches(pressedByKey);
  return false;
}

/** Of a group whose other commands do not. */
const repeats: ReadonlySet<CommandId> = new Set([
  "annotate.smaller",
  "annotate.larger",
  "annotate.undo",
  "annotate.redo",
]);

const isInViewport = (target: Element): boolean => target.closest("[data-viewport]") !== null;

function isLastViewport(command: CommandId): boolean {
  const state = viewportsStore.getState();
  const end = { "viewport.next": -1, "viewport.previous": 0 }[command as string];
  return end !== undefined && visibleViewportIds(state).at(end) === state.activeViewportId;
}

/** Binds the whole table of commands to the keyboard, once for the page. */
export function useKeyBindings(access: CommandAccess): void {
  const latest = useRef(access);
  // Before the screen shows that a command may run, its key must know: a late effect would miss an Escape.
  useLayoutEffect(() => {
    latest.current = access;
  }, [access]);

  useEffect(() => {
    /** Held commands that are on, by the key that started them. */
    const held = new Map<string, () => void>();
    const endHeld = () => {
      held.forEach((end) => end());
      held.clear();
    };
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      const chord = chordOf(event, platform);
      if (event.defaultPrevented || chord === undefined || belongsToElement(chord, target)) return;
      const { state, keys } = latest.current;
      const inViewport = state["viewport-focus"] && isInViewport(target);
      const now = { ...state, "viewport-focus": inViewport, drawing: isDrawing() };
      const command = commandFor(chord, now, keys);
      if (!command) return;
      // Past the last viewport Tab leaves the grid, as it leaves everything else: no keyboard trap.
      if (isLastViewport(command.id)) return;
      const handler = commandHandlers[command.id];
      if ("held" in command) {
        event.preventDefault();
        if (!event.repeat) {
          handler("start");
          held.set(event.code, () => handler("end"));
        }
        return;
      }
      event.preventDefault();
      // A key that repeats walks through slices, but does not flip a switch back and forth.
      if (!event.repeat || command.group === "Navigate" || repeats.has(command.id)) handler("start");
    };
    const release = (event: KeyboardEvent) => {
      held.get(event.code)?.();
      held.delete(event.code);
    };
    // A tooltip that happens to be open takes Escape for itself, on the way back up: a cancel comes first.
    const pressEscape = (event: KeyboardEvent) => {
      if (event.key === "Escape") press(event);
    };
    window.addEventListener("keydown", pressEscape, { capture: true });
    window.addEventListener("keydown", press);
    window.addEventListener("keyup", release);
    window.addEventListener("blur", endHeld);
    return () => {
      endHeld();
      window.removeEventListener("keydown", pressEscape, { capture: true });
      window.removeEventListener("keydown", press);
      window.removeEventListener("keyup", release);
      window.removeEventListener("blur", endHeld);
    };
  }, []);
}
