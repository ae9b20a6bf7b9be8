import type { StartEngineProcess } from "../engine/process-port";
import { FileImageReader } from "./file-image-reader";
import { openEngine } from "./open-engine";
import { defaultWorkspaceFile, Workstation } from "./workstation";

/** What differs between the doors through which the workstation is reached. */
interface LocalWorkstationOptions {
  /** `:memory:` for none; the user's own where it is left out. */
  workspaceFile?: string | undefined;
  /** How engine processes are started, where it is not Node's way. */
  startEngine?: StartEngineProcess;
}

/**
 * The workstation of this machine: models run in a process of their own with a warm spare, images are decoded in
 * worker threads. Throws what the workspace throws.
 */
export function openLocalWorkstation({ workspaceFile, startEngine }: LocalWorkstationOptions): Workstation {
  const engine = openEngine({ spare: true, ...(startEngine && { start: startEngine }) });
  const workstation = new Workstation({
    engine,
    reader: new FileImageReader(),
    workspaceFile: workspaceFile ?? defaultWorkspaceFile(),
  });
  // The setting's 0 is the engine's own choice.
  const useThreads = (threads: number) => engine.useThreads(threads === 0 ? undefined : threads);
  useThreads(workstation.settings.read().engineThreads);
  workstation.settings.onChange(({ engineThreads }) => useThreads(engineThreads));
  return workstation;
}
