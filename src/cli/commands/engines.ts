import type { Command } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes";
import { Output } from "../output";
import type { RunAction } from "../run-action";
import { openEngine } from "../../services/open-engine";

/** `engines`: what can execute here, and why what cannot, cannot. */
export function addEnginesCommand(program: Command, run: RunAction): void {
  program
    .command("engines")
    .description("say what can execute models on this machine, and why what cannot, cannot")
    .option("--json", "print one JSON object an engine")
    .action((options: { json?: boolean }) => run(() => listEngines(new Output(options.json === true))));
}

async function listEngines(output: Output): Promise<ExitCode> {
  const engine = openEngine({ spare: false });
  try {
    for (const description of await engine.describe()) {
      output.item(description, ({ id, version, available, reason, providers }) =>
        [
          `${id}${version === undefined ? "" : ` ${version}`}: ${available ? "ready" : (reason ?? "not available")}`,
          ...providers.map(
            (provider) =>
              `  ${provider.id}: ${provider.available ? "ready" : (provider.reason ?? "not available")}`,
          ),
        ].join("\n"),
      );
    }
  } finally {
    await engine.close();
  }
  return exitCodes.done;
}
