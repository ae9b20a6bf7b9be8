import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutation, Seed } from "./bytes";
import { type FuzzKindName, fuzzKinds } from "./kinds";
import { Random } from "./random";
import type { FuzzAnswer } from "./worker";

/** What a file may cost. */
const largestPeakBytes = 512 * 2 ** 20;

/** A worker that says nothing for so long hangs; the machine may be busy, so its own time is what is judged. */
const silenceMs = 30_000;

/** A file that broke a rule. */
interface FuzzFailure {
  number: number;
  seed: string;
  mutations: string[];
  what: string;
}

export interface FuzzReport {
  files: number;
  outcomes: Record<string, number>;
  largestPeakBytes: number;
  longestCpuMs: number;
  failures: FuzzFailure[];
}

/**
 * Damages files of a kind in every way there is, and has each read in processes of their own: pictures as by
 * `info --pixels`, archives unpacked, networks looked through, documents parsed. File `number` is always damaged alike.
 * @param files whole files; the kind's own where there are none
 * @param options.folder where the damaged files are written; those that break a rule stay
 */
export async function runFuzz(
  kind: FuzzKindName,
  options: {
    files?: readonly string[];
    first?: number;
    count: number;
    workers: number;
    /** How long a file may take. */
    cpuMs: number;
    folder: string;
    onFile?: (report: FuzzReport) => void;
  },
): Promise<FuzzReport> {
  const { mutations } = fuzzKinds[kind];
  const seeds = await fuzzKinds[kind].seeds(options.files ?? []);
  if (seeds.length === 0) throw new Error("Name some files to damage.");
  const report: FuzzReport = { files: 0, outcomes: {}, largestPeakBytes: 0, longestCpuMs: 0, failures: [] };
  const first = options.first ?? 0;
  let next = first;
  const work = async (index: number) => {
    const looker = new Looker(kind);
    // A folder each: what appears beside a worker's file is then its own doing.
    const folder = join(options.folder, `worker-${index}`);
    mkdirSync(folder, { recursive: true });
    while (next < first + options.count) {
      const made = damage(seeds, mutations, next++);
      const file = join(folder, `file${endingOf(made.seed)}`);
      writeFileSync(file, made.bytes);
      const answer = await looker.look(file);
      const what = judge(answer, options.cpuMs);
      report.files++;
      const outcome = "outcome" in answer ? answer.outcome : answer.ended;
      report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
      if ("outcome" in answer) {
        report.largestPeakBytes = Math.max(report.largestPeakBytes, answer.peakBytes);
        report.longestCpuMs = Math.max(report.longestCpuMs, answer.cpuMs);
      }
      if (what !== undefined) {
        writeFileSync(join(options.folder, `failed-${made.number}${endingOf(made.seed)}`), made.bytes);
        report.failures.push({ number: made.number, seed: made.seed, mutations: made.mutations, what });
      }
      options.onFile?.(report);
    }
    looker.close();
  };
  await Promise.all(Array.from({ length: options.workers }, (_, index) => work(index)));
  return report;
}

/** The damaged file of this number. */
function damage(seeds: readonly Seed[], mutations: Readonly<Record<string, Mutation>>, number: number) {
  const random = new Random(number * 2_654_435_761);
  const seed = random.pick(seeds);
  let bytes = seed.bytes;
  const done: string[] = [];
  // Mostly one fault at a time: with several the first one hides the others.
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0 && bytes.length > 0; count--) {
    const name = random.pick(Object.keys(mutations));
    bytes = mutations[name]!(bytes, seed, random);
    done.push(name);
  }
  return { number, seed: seed.name, bytes, mutations: done };
}

/** What the readers go by: `.card.json` of `x.card.json`. */
const endingOf = (name: string) => /(\.[a-z]+)*$/.exec(name)?.[0] ?? "";

type Answer = FuzzAnswer | { ended: string };

function judge(answer: Answer, cpuMs: number): string | undefined {
  if ("ended" in answer) return answer.ended;
  if (answer.outcome === "INTERNAL") return `an error without a type: ${answer.message ?? ""}`;
  if (answer.cpuMs > cpuMs) return `took ${Math.round(answer.cpuMs)} ms (${answer.outcome})`;
  if (answer.peakBytes > largestPeakBytes) {
    return `took ${Math.round(answer.peakBytes / 2 ** 20)} MB (${answer.outcome})`;
  }
  return undefined;
}

/** A process that looks at files; started again where it does not survive one. */
class Looker {
  #process: ChildProcess | undefined;

  constructor(private readonly kind: FuzzKindName) {}

  look(file: string): Promise<Answer> {
    const looking = (this.#process ??= fork(join(import.meta.dirname, "worker.ts"), [this.kind], {
      execArgv: ["--import", "tsx", "--expose-gc", "--max-old-space-size=512"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    }));
    return new Promise((resolve) => {
      const end = (answer: Answer) => {
        clearTimeout(timer);
        looking.removeAllListeners();
        resolve(answer);
      };
      const timer = setTimeout(() => {
        this.close();
        end({ ended: "hung" });
      }, silenceMs);
      looking.once("message", (answer) => end(answer as FuzzAnswer));
      looking.once("exit", (code, signal) => {
        this.#process = undefined;
        end({ ended: `crashed (${signal ?? code})` });
      });
      looking.send(file);
    });
  }

  close(): void {
    this.#process?.removeAllListeners();
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}
