import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { architectures } from "./architectures";
import { batch } from "./batch";
import { decode } from "./decode";
import { engine } from "./engine";
import type { Benchmark } from "./harness/benchmark";
import { type Findings, keepsBudget } from "./harness/figure";
import { describeThisMachine } from "./harness/machine";
import { describeFindings, describeMachine } from "./harness/report";
import { host } from "./host";
import { metrics } from "./metrics";
import { models } from "./models";
import { strokes } from "./strokes";
import { webAssembly } from "./web-assembly";
import { window } from "./window";

/** `npm run bench -- [ID...]`: measures this machine, prints ratios against peers of the same run. */
const benchmarks: readonly Benchmark[] = [
  models,
  architectures,
  engine,
  webAssembly,
  batch,
  host,
  metrics,
  decode,
  window,
  strokes,
];

interface Words {
  json?: boolean;
  markdown?: string;
  short?: boolean;
}

function chosen(ids: readonly string[]): readonly Benchmark[] {
  const unknown = ids.find((id) => !benchmarks.some((each) => each.id === id));
  if (unknown !== undefined) {
    throw new Error(
      `There is no benchmark "${unknown}". Known: ${benchmarks.map(({ id }) => id).join(", ")}.`,
    );
  }
  return ids.length === 0 ? benchmarks : benchmarks.filter(({ id }) => ids.includes(id));
}

async function measure(benchmark: Benchmark, given: { threads: number; short: boolean }): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), `slicebench-bench-${benchmark.id}-`));
  const tell = (what: string) => console.error(`${benchmark.id}: ${what}`);
  try {
    return await benchmark.run({ ...given, folder, tell });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(ids: string[], words: Words): Promise<void> {
  const machine = await describeThisMachine();
  const texts = ["# Benchmarks", `Written by \`npm run bench\`. ${describeMachine(machine)}`];
  if (words.json !== true) console.log(texts.join("\n\n"));
  for (const benchmark of chosen(ids)) {
    const findings = await measure(benchmark, { threads: machine.threads, short: words.short === true });
    const text = describeFindings(benchmark.title, findings);
    texts.push(text);
    if (words.json !== true) console.log(`\n${text}`);
    else {
      for (const figure of findings.figures) {
        const kept = keepsBudget(figure);
        console.log(
          JSON.stringify({ benchmark: benchmark.id, ...figure, ...(kept !== undefined && { kept }) }),
        );
      }
    }
  }
  if (words.markdown !== undefined) writeFileSync(resolve(words.markdown), `${texts.join("\n\n")}\n`);
}

await new Command("npm run bench --")
  .description(
    "Measures this machine: speed as ratios against peers of the same run, with the design's budgets.",
  )
  .argument("[id...]", `which benchmarks: ${benchmarks.map(({ id }) => id).join(", ")}; all without it`)
  .option("--json", "print one JSON object a figure")
  .option("--short", "measure less of what takes long: 500 strokes in place of 10,000")
  .option("--markdown <file>", "write the report to a file as well")
  .action(run)
  .parseAsync();
