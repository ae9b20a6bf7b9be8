import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPython } from "../readers";
import type { PeerCase } from "./masks";

/** What the libraries found: a row a case, null where they have no answer. */
export interface PeerFigures {
  columns: string[];
  rows: (number | null)[][];
}

/** What a Python needs to measure the cases. */
export const peerModules = ["numpy", "scipy", "skimage", "sklearn", "torch", "monai"];

/** The figures that the libraries gave when `npm run metric-figures` was last run. */
export const figuresFile = join(import.meta.dirname, "figures.json");

export function committedFigures(): PeerFigures {
  return JSON.parse(readFileSync(figuresFile, "utf8")) as PeerFigures;
}

/** Measures the cases with the libraries of a Python. */
export function measureByPeers(python: string, cases: readonly PeerCase[]): PeerFigures {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-metric-peers-"));
  try {
    const file = join(folder, "masks");
    const parts = cases.flatMap(({ predicted, reference, probability }) => [
      predicted,
      reference,
      new Uint8Array(probability.buffer),
    ]);
    writeFileSync(file, Buffer.concat(parts));
    const program = readFileSync(join(import.meta.dirname, "measure.py"), "utf8");
    const given = cases.map(({ shape, spacingMm = null, tolerance }) => ({ shape, spacingMm, tolerance }));
    return runPython(python, program, [file], JSON.stringify(given)) as PeerFigures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
