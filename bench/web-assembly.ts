import { join } from "node:path";
import type { ProviderId } from "../src/core/execution-providers";
import { ProcessEngine } from "../src/engine/process-engine";
import { resourceFolder } from "../src/services/installation";
import type { Bench, Benchmark } from "./harness/benchmark";
import { byTurns } from "./harness/by-turns";
import { compared, type Figure } from "./harness/figure";

const modelIds = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet", "cardiac-lv-densenet121-unet"];

/** A network as WebAssembly, beside the native library: what is inside of the session, the rest being the same. */
async function measureModel(id: string, { threads, folder }: Bench): Promise<Figure> {
  const frame = {
    file: join(resourceFolder("samples"), "cardiac-cine", "slice-3-phase-01.dcm"),
    frame: 0,
  };
  const open = (provider: ProviderId) =>
    new ProcessEngine({
      cacheFolder: join(folder, "graphs"),
      threads,
      spare: false,
      choice: { id: provider, unused: {} },
    });
  const engines = { wasm: open("wasm"), native: open("cpu") };
  const inference = async (engine: ProcessEngine) => {
    const { timings } = await engine.segment({
      model: { folder: join(resourceFolder("models"), id) },
      frame,
    });
    return timings.inference;
  };
  try {
    const samples = await byTurns({
      wasm: () => inference(engines.wasm),
      native: () => inference(engines.native),
    });
    return compared(id, [
      { name: "the network as WebAssembly", samples: samples.wasm },
      { name: "native", samples: samples.native },
    ]);
  } finally {
    await Promise.all([engines.wasm.close(), engines.native.close()]);
  }
}

export const webAssembly: Benchmark = {
  id: "web-assembly",
  title: "WebAssembly: the engine of last resort",
  async run(bench) {
    const figures: Figure[] = [];
    for (const id of modelIds) {
      bench.tell(id);
      figures.push(await measureModel(id, bench));
    }
    return { figures, notes: [] };
  },
};
