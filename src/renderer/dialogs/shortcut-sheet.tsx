import { Modal } from "@mantine/core";
import { commandGroups, commands } from "../../core/commands";
import { chordsOf } from "../../core/key-chord";
import { useCommands } from "../app/command-context";
import { KeyCaps } from "../app/controls/key-caps";
import { useWorkbench } from "../state/workbench";
import styles from "./dialogs.module.css";

/** Everything that has a key, from the table of commands; and what the mouse does. */
export function ShortcutSheet() {
  const opened = useWorkbench((state) => state.dialog === "shortcuts");
  return (
    <Modal
      opened={opened}
      onClose={() => useWorkbench.setState({ dialog: undefined })}
      title="Keyboard and mouse"
      size={1160}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={styles.columns}>
        {commandGroups.map((group) => (
          <Group key={group} group={group} />
        ))}
        <GestureGroup {...mouse} />
        <GestureGroup {...annotateMouse} />
      </div>
    </Modal>
  );
}

function Group({ group }: { group: (typeof commandGroups)[number] }) {
  const { keys } = useCommands();
  const rows = commands
    .filter((command) => command.group === group)
    .map((command) => ({ title: command.title, id: command.id, chords: chordsOf(command, keys) }))
    .filter(({ chords }) => chords.length > 0);
  if (rows.length === 0) return null;
  return (
    <section className={styles.group}>
      <h3>{group}</h3>
      <ul>
        {rows.map(({ id, title, chords }) => (
          <li key={id} className={styles.row}>
            <span>{title}</span>
            <span>
              {chords.map((chord) => (
                <KeyCaps key={chord} chord={chord} />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Gestures {
  title: string;
  gestures: readonly (readonly [gesture: string, meaning: string])[];
}

const mouse: Gestures = {
  title: "Mouse",
  gestures: [
    ["Left drag", "the active tool"],
    ["Middle drag", "pan"],
    ["Right drag", "zoom"],
    ["Wheel", "slices"],
    ["Ctrl + wheel", "zoom"],
    ["Double-click", "maximise a viewport"],
  ],
};

const annotateMouse: Gestures = {
  title: "Mouse and pen in Annotate",
  gestures: [
    ["Ctrl or Alt + drag", "subtract in place of add"],
    ["Shift + wheel", "brush size"],
    ["Shift + drag", "square or circle, of rectangle and ellipse"],
    ["Double-click, Enter", "close an outline"],
    ["Backspace", "take an outline's last corner back"],
    ["Pen pressure", "brush size while drawing"],
  ],
};

function GestureGroup({ title, gestures }: Gestures) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <ul>
        {gestures.map(([gesture, meaning]) => (
          <li key={gesture} className={styles.row}>
            <span>{gesture}</span>
            <span>{meaning}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
