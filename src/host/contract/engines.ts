/** What can execute models here, as the engine describes itself, and with how many threads. */
export interface EngineView {
  id: "onnxruntime" | "tfjs-node";
  version: string | undefined;
  /** One is in use; of the others the reason says why they are not. */
  providers: { id: string; inUse: boolean; available: boolean; reason?: string }[];
  available: boolean;
  /** Why it is not available, or what should be known of it. */
  reason?: string;
  /** In use now: the setting, or the physical cores where that is 0. */
  threads?: number;
}
