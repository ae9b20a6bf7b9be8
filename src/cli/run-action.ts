import type { ExitCode } from "./exit-codes";

/** Runs a command's work; its exit code becomes that of the program. */
export type RunAction = (action: () => Promise<ExitCode>) => Promise<void>;
