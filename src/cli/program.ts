import { Command, CommanderError } from "commander";
import { toWireError } from "../core/errors";
import { programVersion } from "../services/installation";
import { addArchiveCommand } from "./commands/archive";
import { addBenchCommand } from "./commands/bench";
import { addCompareCommand } from "./commands/compare";
import { addDeidentifyCommand } from "./commands/deidentify";
import { addDoctorCommand } from "./commands/doctor";
import { addEditCostsCommand } from "./commands/edit-costs";
import { addEnginesCommand } from "./commands/engines";
import { addEvaluateCommand } from "./commands/evaluate";
import { addExportCommand } from "./commands/export";
import { addInfoCommand } from "./commands/info";
import { addModelsCommand } from "./commands/models";
import { addSegmentCommand } from "./commands/segment";
import { addServeCommand } from "./commands/serve";
import { addWorkerCommand } from "./commands/worker";
import { addZooCommand } from "./commands/zoo";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes";
import { describeError } from "./output";
import type { RunAction } from "./run-action";

const epilogue = `
Every command takes --json: one JSON object a line on standard output, and nothing else there.
Exit code: 0 all done, 1 some items failed and the rest is done, 2 wrong usage, 130 cancelled.
The bundled models are demonstrations, not for clinical use.`;

/** Runs the command line. @param words what follows the program's name. @returns the exit code */
export async function runProgram(words: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const run: RunAction = async (action) => {
    exitCode = await action();
  };
  try {
    await buildProgram(run).parseAsync([...words], { from: "user" });
  } catch (thrown) {
    // Commander has said already what it throws for.
    if (!(thrown instanceof CommanderError)) process.stderr.write(`${describeError(toWireError(thrown))}\n`);
    return exitCodeOf(thrown);
  }
  return exitCode;
}

/** The commands, whose actions `run` runs. */
export function buildProgram(run: RunAction): Command {
  const program = new Command("slicebench")
    .description("Segments medical images, and compares the architectures that do it.")
    .version(programVersion)
    .addHelpText("after", epilogue)
    .enablePositionalOptions()
    .showHelpAfterError("(add --help for what there is)")
    .exitOverride();
  for (const add of [
    addInfoCommand,
    addModelsCommand,
    addZooCommand,
    addSegmentCommand,
    addCompareCommand,
    addEvaluateCommand,
    addDeidentifyCommand,
    addExportCommand,
    addArchiveCommand,
    addServeCommand,
    addWorkerCommand,
    addEnginesCommand,
    addBenchCommand,
    addDoctorCommand,
    addEditCostsCommand,
  ])
    add(program, run);
  for (const command of program.commands) inheritSettings(command, program);
  return program;
}

/** Commander copies settings to commands made by `.command()` before they were set, not after. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inheritSettings(each, command);
}
