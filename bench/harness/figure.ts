import { median, quantile } from "./by-turns";

/** What the design allows. */
export type Budget = { atMost: number } | { atLeast: number };

interface Quantity {
  name: string;
  value: number;
}

/** One line of a report: a measurement, and where it has a peer in the same run, how many times the peer it is. */
export interface Figure {
  /** What it was measured on: a model, an image size. */
  subject: string;
  measured: Quantity;
  against?: Quantity;
  unit: "ms" | "MB" | "fps" | "GFLOP/s" | "count";
  /** measured / against: the median over the rounds, and its quartiles where there were rounds. */
  ratio?: { median: number; quartiles?: [number, number] };
  /** Of the ratio where there is one, else of what was measured. */
  budget?: Budget;
}

/** What a benchmark found, and what the reader must know of it. */
export interface Findings {
  figures: Figure[];
  notes: string[];
}

interface Samples {
  name: string;
  samples: readonly number[];
}

/** A figure of two contestants of the same rounds. The ratio is that of each round, so that drift cancels out. */
export function compared(
  subject: string,
  [measured, against]: [Samples, Samples],
  { unit = "ms", budget }: { unit?: Figure["unit"]; budget?: Budget } = {},
): Figure {
  const ratios = measured.samples.map((value, round) => value / against.samples[round]!);
  return {
    subject,
    measured: { name: measured.name, value: median(measured.samples) },
    against: { name: against.name, value: median(against.samples) },
    unit,
    ratio: { median: median(ratios), quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] },
    ...(budget && { budget }),
  };
}

/** Whether a figure keeps its budget; undefined where it has none. */
export function keepsBudget({ measured, ratio, budget }: Figure): boolean | undefined {
  if (budget === undefined) return undefined;
  const value = ratio?.median ?? measured.value;
  return "atMost" in budget ? value <= budget.atMost : value >= budget.atLeast;
}
