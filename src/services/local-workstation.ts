import type { StartEngineProcess } from "../engine/process-port";
import { openWorkspace } from "../workspace/open-workspace";
import { FileImageReader } from "./file-image-reader";
import { openEngine } from "./open-engine";
import { defaultWorkspaceFile, Workstation } from "./workstation";

/** What differs between the doors through which the workstation is reached. */
interface LocalWorkstationOptions {
  /** `:memory:` for none; the user's own where it is left out. */
  workspaceFile?: string | undefined;
  /** Goes on without the workspace that is there, which is kept. */
  setAside?: boolean;
  /** How engine processes are started, where it is not Node's way. */
  startEngine?: StartEngineProcess;
}

/**
 * The workstation of this machine: models run in a process of their own with a warm spare, images are decoded in
 * worker threads. Throws what the workspace throws; then it is let go of.
 */
export function openLocalWorkstation({
  workspaceFile = defaultWorkspaceFile(),
  setAside = false,
  startEngine,
}: LocalWorkstationOptions): Workstation {
  const workspace = openWorkspace(workspaceFile, { setAside });
  try {
    const engine = openEngine({ spare: true, ...(startEngine && { start: startEngine }) });
    const workstation = new Workstation({ engine, reader: new FileImageReader(), workspace });
    // The setting's 0 is the engine's own choice.
    const useThreads = (threads: number) => engine.useThreads(threads === 0 ? undefined : threads);
    useThreads(workstation.settings.read().engineThreads);
    workstation.settings.onChange(({ engineThreads }) => useThreads(engineThreads));
    return workstation;
  } catch (thrown) {
    workspace.close();
    throw thrown;
  }
}
