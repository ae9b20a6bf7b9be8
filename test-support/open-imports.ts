import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessEngine } from "../src/engine/process-engine";
import { ModelImports } from "../src/services/model-imports";
import { ModelStore } from "../src/services/models";

/** Models' way in with the real engine, and a folder for what comes in. */
export interface TestImports {
  /** A folder that goes when the test ends. */
  folder: string;
  engine: ProcessEngine;
  store: ModelStore;
  imports: ModelImports;
  close(): Promise<void>;
}

export function openImports(): TestImports {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-imports-"));
  const engine = new ProcessEngine({ spare: false, cacheFolder: join(folder, "graphs") });
  const store = new ModelStore({ bundled: join(folder, "bundled"), user: join(folder, "models") });
  const imports = new ModelImports(engine, store);
  return {
    folder,
    engine,
    store,
    imports,
    async close() {
      await imports.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
