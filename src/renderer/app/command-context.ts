import { createContext, useContext } from "react";
import type { CommandId } from "../../core/commands";
import type { ConditionState, KeyOverrides } from "../../core/key-chord";

/** What buttons, palette and menus need of the table of commands: to run one, and whether it may run. */
export interface CommandAccess {
  run: (id: CommandId) => void;
  state: ConditionState;
  /** The user's keys. */
  keys: KeyOverrides;
}

export const CommandContext = createContext<CommandAccess | undefined>(undefined);

export function useCommands(): CommandAccess {
  const access = useContext(CommandContext);
  if (!access) throw new Error("useCommands is called outside of CommandContext.");
  return access;
}
