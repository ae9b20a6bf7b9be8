import { freemem } from "node:os";
import { computeThreads } from "./processor";

/** How the frames of a batch are shared: so many engine processes, each with so many threads of arithmetic. */
export interface CoreShare {
  processes: number;
  threads: number;
}

/** What an engine process takes beside its models, in bytes. */
const processBytes = 250 * 2 ** 20;
/** In single precision, once as in the file and once packed for the kernels, and as much again for what is computed. */
const bytesPerParameter = 12;

/**
 * Small networks gain little from more threads than this. Fewer a process cost more than they bring: on two cores, two
 * processes of one thread took 1.1 to 1.2 times as long as one of two.
 */
const coresPerProcess = 4;

/**
 * Shares this machine between engine processes.
 * @param options.processes how many the reader wants; without it, as many as cores and memory allow
 * @param options.parameters of all models of the batch: each process loads them all
 */
export function shareCores(
  { processes, parameters }: { processes?: number | undefined; parameters: number },
  { cores = computeThreads(), freeBytes = freemem() }: { cores?: number; freeBytes?: number } = {},
): CoreShare {
  const affordable = Math.floor(freeBytes / 2 / (processBytes + bytesPerParameter * parameters));
  const chosen = processes ?? Math.max(1, Math.min(Math.floor(cores / coresPerProcess), affordable));
  return { processes: chosen, threads: Math.max(1, Math.floor(cores / chosen)) };
}
