import { useEffect } from "react";
import { findCommand } from "../../core/commands";
import { desktop } from "../api/bridge";
import type { commandHandlers } from "./command-handlers";

/** Runs what the native menu asks for. */
export function useDesktopCommands(handlers: typeof commandHandlers): void {
  useEffect(
    () =>
      desktop?.onCommand((id) => {
        const command = findCommand(id);
        if (command) handlers[command.id]("start");
      }),
    [handlers],
  );
}
