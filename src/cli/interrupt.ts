import { exitCodes } from "./exit-codes";

/**
 * Turns Ctrl-C (and a polite kill) into an abort, so that a command can end with valid results. Asked twice,
 * the program ends at once.
 * @returns the signal, and a function that gives Ctrl-C back
 */
export function listenForInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled);
    controller.abort();
    process.stderr.write("\nStopping; what is finished stays. Ctrl-C again ends at once.\n");
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, interrupt);
    },
  };
}
