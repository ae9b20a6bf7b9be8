import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconRestore } from "@tabler/icons-react";
import { useMemo, useState, type KeyboardEvent } from "react";
import { commands, findCommand, type Command, type CommandId } from "../../core/commands";
import { chordOf, chordText, chordsOf, keyConflicts, type KeyOverrides } from "../../core/key-chord";
import { attempt } from "../actions/report";
import { KeyCaps } from "../app/controls/key-caps";
import { platform } from "../app/platform";
import { changeSettings, useSettings } from "../state/queries";
import styles from "./dialogs.module.css";

const keep = (keys: Record<string, string>): void =>
  void attempt("The key could not be kept", () => changeSettings({ keys }));

const noKeys: KeyOverrides = {};

/** Every command's key, to be changed by pressing another; what two commands share is said beside both. */
export function KeySettings() {
  const keys = useSettings().data?.keys ?? noKeys;
  const conflicts = useMemo(() => keyConflicts(keys), [keys]);
  const changed = Object.keys(keys).length;
  return (
    <section className={styles.keys}>
      <h3 className={styles.heading}>Keys</h3>
      {changed > 0 && (
        <Button variant="outline" onClick={() => keep({})}>
          Restore all keys
        </Button>
      )}
      <ul>
        {commands.map((command) => (
          <KeyRow key={command.id} command={command} keys={keys} conflicts={conflicts} />
        ))}
      </ul>
    </section>
  );
}

interface KeyRowProps {
  command: Command & { id: CommandId };
  keys: KeyOverrides;
  conflicts: ReadonlyMap<string, readonly CommandId[]>;
}

function KeyRow({ command, keys, conflicts }: KeyRowProps) {
  const [recording, setRecording] = useState(false);
  const chords = chordsOf(command, keys);
  const rivals = chords
    .flatMap((chord) => conflicts.get(chord) ?? [])
    .filter((id) => id !== command.id)
    .map((id) => findCommand(id)?.title ?? id);
  const { [command.id]: _own, ...others } = keys;

  const record = (event: KeyboardEvent) => {
    if (!recording) return;
    // Tab leaves the field as ever; Escape gives up; Backspace takes the key away.
    if (event.key === "Tab") {
      setRecording(false);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      setRecording(false);
      return;
    }
    if (event.key === "Backspace") {
      keep({ ...others, [command.id]: "" });
      setRecording(false);
      return;
    }
    const chord = chordOf(event, platform);
    if (!chord) return;
    keep({ ...others, [command.id]: chordText(chord) });
    setRecording(false);
  };

  return (
    <li className={styles.keyRow}>
      <span>{command.title}</span>
      <button
        type="button"
        className={styles.recorder}
        data-recording={recording || undefined}
        aria-label={`Key of ${command.title}: ${chords.join(" or ") || "none"}. Press to change`}
        onClick={() => setRecording(true)}
        onKeyDown={record}
        onBlur={() => setRecording(false)}
      >
        {recording
          ? "Press a key…"
          : chords.length === 0
            ? "none"
            : chords.map((chord) => <KeyCaps key={chord} chord={chord} />)}
      </button>
      {keys[command.id] !== undefined && (
        <Tooltip label="Restore the default">
          <ActionIcon
            size={24}
            aria-label={`Restore the key of ${command.title}`}
            onClick={() => keep(others)}
          >
            <IconRestore size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {rivals.length > 0 && (
        <span className={styles.conflict}>
          <IconAlertTriangle size={14} />
          also the key of {rivals.join(", ")}; the one that comes first here wins
        </span>
      )}
    </li>
  );
}
