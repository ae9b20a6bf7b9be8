import { useEffect } from "react";
import { commands, findCommand } from "../../core/commands";
import { isAvailable } from "../../core/key-chord";
import { desktop } from "../api/bridge";
import type { CommandAccess } from "./command-context";

/** Runs what the native menu asks for, and tells it what may be asked for now. */
export function useDesktopCommands({ run, state }: CommandAccess): void {
  useEffect(
    () =>
      desktop?.onCommand((id) => {
        const command = findCommand(id);
        if (command) run(command.id);
      }),
    [run],
  );
  // After the listener: the menu sends what it was asked before there was a page as soon as it hears this.
  useEffect(() => {
    const available = commands.filter((command) => isAvailable(command, state));
    void desktop?.showAvailable(available.map(({ id }) => id));
  }, [state]);
}
