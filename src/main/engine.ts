import { utilityProcess } from "electron";
import type { FromEngine } from "../engine/messages";
import { engineProgram, type StartEngineProcess } from "../engine/process-port";

/** Starts the engine process as Electron's utility process: the same program as Node's fork, on another channel. */
export const forkUtilityProcess: StartEngineProcess = (options) => {
  const { file, execArgv } = engineProgram();
  const child = utilityProcess.fork(file, [JSON.stringify(options)], {
    execArgv,
    serviceName: "Slicebench engine",
    // Whatever native code prints must not reach our standard output.
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on("message", (message: FromEngine) => listener(message)),
    onEnd: (listener) => void child.once("exit", (code) => listener({ code, signal: null })),
    kill() {
      // `child.kill()` is polite, and a process in the middle of native arithmetic does not hear it.
      if (child.pid === undefined) child.kill();
      else killAtOnce(child.pid);
    },
  };
};

function killAtOnce(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already: its end reports itself.
  }
}
