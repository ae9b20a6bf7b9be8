import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { runFuzz } from "../test-support/fuzz/run-fuzz";
import { filesIn, sharedData } from "../test-support/readers";

/** `npm run fuzz`: damaged DICOM files through `info --pixels`; each must give an image or an error with a code. */
const program = new Command("fuzz")
  .argument("[files...]", "DICOM files to damage; the shared collection where none are named")
  .option("--count <number>", "how many damaged files", Number, 20_000)
  .option("--first <number>", "number of the first one: each number is always damaged alike", Number, 0)
  .option("--workers <number>", "processes at a time", Number, 2)
  .option("--folder <folder>", "where files that break a rule stay")
  .action(fuzz);

/** Large files take long to read and add no way of being wrong. */
const largestSeed = 700_000;

async function fuzz(
  files: string[],
  words: { count: number; first: number; workers: number; folder?: string },
): Promise<void> {
  const collection = sharedData("dicom-dev");
  const given = files.length > 0 || collection === undefined ? files : filesIn(join(collection, "files"), "");
  if (given.length === 0) throw new Error("Name some DICOM files.");
  const seeds = given.filter((file) => statSync(file).size < largestSeed);
  const folder = words.folder ?? mkdtempSync(join(tmpdir(), "slicebench-fuzz-"));
  const report = await runFuzz(seeds, {
    ...words,
    cpuMs: 2_000,
    folder,
    onFile: ({ files: done, failures }) => {
      if (done % 500 === 0) console.error(`${done} files, ${failures.length} failures`);
    },
  });
  for (const failure of report.failures) console.error(JSON.stringify(failure));
  const { failures, ...figures } = report;
  console.log(
    JSON.stringify({ seeds: seeds.length, ...figures, failures: failures.length, folder }, null, 2),
  );
  process.exitCode = failures.length > 0 ? 1 : 0;
}

await program.parseAsync();
