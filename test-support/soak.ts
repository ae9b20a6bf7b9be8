import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toWireError } from "../src/core/errors";
import { SeededRandom } from "../src/core/random";
import { ProcessEngine } from "../src/engine/process-engine";

/** Memory of a process after its warm-up and at the end, in MB. */
export interface Growth {
  warm: number;
  end: number;
}

/** Resident memory of a process in MB; undefined where the system has no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The tenth after the first fifth beside the last tenth: collections of garbage come and go in between. */
export function growthOf(samples: readonly number[]): Growth {
  const share = (from: number, to: number) =>
    median(samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length)));
  return { warm: share(0.2, 0.3), end: share(0.9, 1) };
}

const resources = join(import.meta.dirname, "../resources");
const model = { folder: join(resources, "models/cardiac-lv-unet") };
const cine = join(resources, "samples/cardiac-cine");
const slices = readdirSync(cine)
  .filter((name) => name.endsWith(".dcm"))
  .sort()
  .map((name) => ({ file: join(cine, name), frame: 0 }));

async function withEngine<Result>(
  spare: boolean,
  use: (engine: ProcessEngine, cacheFolder: string) => Promise<Result>,
): Promise<Result> {
  const cacheFolder = mkdtempSync(join(tmpdir(), "slicebench-soak-"));
  const engine = new ProcessEngine({ cacheFolder, spare });
  try {
    return await use(engine, cacheFolder);
  } finally {
    await engine.close();
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

/** Memory of the engine's process and of this one, over runs of one model on slices by turns. */
export function soakEngine(runs: number): Promise<{ engine: Growth; caller: Growth }> {
  return withEngine(false, async (engine) => {
    const [inEngine, inCaller]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      await engine.segment({ model, frame: slices[run % slices.length]! });
      inEngine.push(residentMegabytes(engine.processIds()[0]!) ?? NaN);
      inCaller.push(process.memoryUsage().rss / 2 ** 20);
    }
    return { engine: growthOf(inEngine), caller: growthOf(inCaller) };
  });
}

export interface EngineKillFigures {
  kills: number;
  /** Runs that a kill cost; the others were over before it came. */
  lost: number;
  /** Results after a kill that are, value for value, those of before. */
  sameAfterwards: number;
  longestNextMs: number;
  /** More than before the first kill: child processes, files of the graph cache, handles of this process. */
  left: { processes: number; files: number; handles: number };
}

/** Kills the engine's process at moments drawn at random within a run, and asks for the next result. */
export async function killEngine(kills: number, seed = 1): Promise<EngineKillFigures> {
  const random = new SeededRandom(seed);
  const codeOf = (thrown: unknown) => toWireError(thrown).code;
  const processesBefore = childProcesses();
  const handlesBefore = process.getActiveResourcesInfo().length;
  const figures = await withEngine(true, async (engine, cacheFolder) => {
    const frame = slices[0]!;
    const first = await engine.segment({ model, frame });
    const files = readdirSync(cacheFolder).length;
    const runMs = 40;
    let [lost, sameAfterwards, longestNextMs] = [0, 0, 0];
    for (let kill = 0; kill < kills; kill++) {
      const running = engine
        .segment({ model, frame: slices[kill % slices.length]! })
        .then(() => undefined, codeOf);
      await sleep(random.between(0, runMs));
      process.kill(engine.processIds()[0]!, "SIGKILL");
      const code = await running;
      if (code !== undefined && code !== "ENGINE_CRASHED") throw new Error(`A kill gave ${code}.`);
      if (code !== undefined) lost++;
      const start = performance.now();
      const next = await engine.segment({ model, frame }).catch(() => undefined);
      // A process that was killed when its run was over is found dead by the next one.
      const result = next ?? (await engine.segment({ model, frame }));
      longestNextMs = Math.max(longestNextMs, performance.now() - start);
      if (next === undefined) lost++;
      if (Buffer.compare(result.labelMap, first.labelMap) === 0) sameAfterwards++;
    }
    return { kills, lost, sameAfterwards, longestNextMs, files: readdirSync(cacheFolder).length - files };
  });
  await sleep(200);
  const { files, ...rest } = figures;
  const left = {
    processes: childProcesses() - processesBefore,
    files,
    handles: process.getActiveResourcesInfo().length - handlesBefore,
  };
  return { ...rest, left };
}

/** How many processes this one has started that are still there; 0 where the system has no /proc. */
function childProcesses(): number {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
    return children.split(" ").filter((word) => word !== "").length;
  } catch {
    return 0;
  }
}
