import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { type FuzzKindName, fuzzKindNames } from "../test-support/fuzz/kinds";
import { runFuzz } from "../test-support/fuzz/run-fuzz";

/** `npm run fuzz`: damaged files through what reads them; each must give what it is or an error with a code. */
const program = new Command("fuzz")
  .argument("[files...]", "files to damage; the kind's own where none are named")
  .addOption(new Option("--kind <kind>", "what they are").choices(fuzzKindNames).default("dicom"))
  .option("--count <number>", "how many damaged files", Number, 10_000)
  .option("--first <number>", "number of the first one: each number is always damaged alike", Number, 0)
  .option("--workers <number>", "processes at a time", Number, 2)
  .option("--folder <folder>", "where files that break a rule stay")
  .action(fuzz);

async function fuzz(
  files: string[],
  words: { kind: FuzzKindName; count: number; first: number; workers: number; folder?: string },
): Promise<void> {
  const folder = words.folder ?? mkdtempSync(join(tmpdir(), "slicebench-fuzz-"));
  const report = await runFuzz(words.kind, {
    ...words,
    files,
    cpuMs: 2_000,
    folder,
    onFile: ({ files: done, failures }) => {
      if (done % 500 === 0) console.error(`${words.first + done} files, ${failures.length} failures`);
    },
  });
  for (const failure of report.failures) console.error(JSON.stringify(failure));
  const { failures, ...figures } = report;
  console.log(JSON.stringify({ kind: words.kind, ...figures, failures: failures.length, folder }, null, 2));
  process.exitCode = failures.length > 0 ? 1 : 0;
}

await program.parseAsync();
