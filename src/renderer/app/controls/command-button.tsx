import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { findCommand, type CommandId } from "../../../core/commands";
import { chordsOf, isAvailable } from "../../../core/key-chord";
import { useCommands } from "../command-context";
import { KeyCaps } from "./key-caps";
import styles from "./controls.module.css";

interface CommandButtonProps {
  command: CommandId;
  icon: ReactNode;
  /** Of a tool: it is the one in the hand. */
  active?: boolean;
  /** Of a switch: it is on. */
  pressed?: boolean;
}

/** An icon that runs a command; name, key and condition come from the table of commands. */
export function CommandButton({ command: id, icon, active, pressed }: CommandButtonProps) {
  const { run, state, keys } = useCommands();
  const command = findCommand(id);
  if (!command) return null;
  const chord = chordsOf(command, keys)[0];
  const on = active ?? pressed;
  return (
    <Tooltip
      label={
        <span className={styles.tip}>
          {command.title}
          {chord !== undefined && <KeyCaps chord={chord} />}
        </span>
      }
    >
      <ActionIcon
        aria-label={command.title}
        {...(on !== undefined && { "aria-pressed": on })}
        className={(active === true ? styles.active : pressed === true ? styles.toggled : undefined) ?? ""}
        disabled={!isAvailable(command, state)}
        onClick={() => run(id)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
