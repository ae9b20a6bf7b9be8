import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EngineProcessOptions, FromEngine, ToEngine } from "./messages";

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
}

/** A running engine process, whichever runtime started it. */
export interface EngineProcess {
  readonly pid: number | undefined;
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** Called once, also where the process could not be started at all. */
  onEnd(listener: (end: ProcessEnd) => void): void;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): void;
}

/** Starts an engine process. Electron's utilityProcess has one of its own in src/main. */
export type StartEngineProcess = (options: EngineProcessOptions) => EngineProcess;

/** The engine process's program: TypeScript in the source tree, one file of the build elsewhere. */
export function engineProgram(): { file: string; execArgv: string[] } {
  const here = import.meta.dirname;
  const source = join(here, "process.ts");
  if (existsSync(source)) return { file: source, execArgv: ["--import", "tsx"] };
  const built = [here, dirname(here)].map((folder) => join(folder, "engine-process.mjs"));
  return { file: built.find((file) => existsSync(file)) ?? built[0]!, execArgv: [] };
}

/** Starts the engine process as a child of Node. Messages are structured clones, so typed arrays stay such. */
export const forkEngineProcess: StartEngineProcess = (options) => {
  const { file, execArgv } = engineProgram();
  const child = fork(file, [JSON.stringify(options)], {
    execArgv,
    serialization: "advanced",
    // Results leave through the channel; whatever native code prints must not reach our standard output.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return {
    get pid() {
      return child.pid;
    },
    send(message) {
      // A process that has just died reports itself through onEnd; the failed write adds nothing.
      child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on("message", (message) => listener(message as FromEngine)),
    onEnd(listener) {
      let ended = false;
      const end = (how: ProcessEnd) => {
        if (ended) return;
        ended = true;
        listener(how);
      };
      child.on("exit", (code, signal) => end({ code, signal }));
      child.on("error", () => {
        // `error` is also emitted for a failed kill or send; only a process that never was has no pid.
        if (child.pid === undefined) end({ code: null, signal: null });
      });
    },
    kill: () => void child.kill("SIGKILL"),
  };
};
