import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program";
import { exitCodes } from "../../src/cli/exit-codes";
import { generatedNote } from "./markdown";

/** docs/reference/command-line.md: what `--help` says of each command, word for word. */
export function commandLineReference(): string {
  const program = buildProgram(() => Promise.resolve());
  return [
    "# The command line",
    generatedNote,
    "`node bin/slicebench.mjs COMMAND`, after `npm start` or `npm ci && npm run build`. Every command takes `--json`: one " +
      "JSON object a line on standard output, and nothing else there; progress goes to standard error.",
    `It exits ${exitCodes.done} (all done), ${exitCodes.someFailed} (some items failed, the rest is done), ${exitCodes.wrongUsage} (wrong usage) or ${exitCodes.cancelled} (cancelled).`,
    ...program.commands.flatMap((command) => describeCommand(command, "")),
  ].join("\n\n");
}

function describeCommand(command: Command, parent: string): string[] {
  const name = `${parent}${command.name()}`;
  // Wider than any line of ours, so that the terminal of whoever writes the page is not in it.
  command.configureHelp({ helpWidth: 110 });
  return [
    `## ${name}`,
    `\`\`\`\n${command.helpInformation().trimEnd()}\n\`\`\``,
    ...command.commands.flatMap((each) => describeCommand(each, `${name} `)),
  ];
}
