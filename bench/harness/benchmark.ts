import type { Findings } from "./figure";

/** What a benchmark is given. */
export interface Bench {
  /** Threads that every contestant's arithmetic gets. */
  threads: number;
  /** A folder of its own, which goes afterwards. */
  folder: string;
  /** Measure less of what takes long. */
  short: boolean;
  /** Says what is being measured now. */
  tell: (what: string) => void;
}

/** One file of bench/: what `npm run bench -- ID` runs. */
export interface Benchmark {
  id: string;
  title: string;
  run: (bench: Bench) => Promise<Findings>;
}
