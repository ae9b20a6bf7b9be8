/** What can execute models here, as the engine describes itself, and with how many threads. */
export interface EngineView {
  id: "onnxruntime" | "tfjs-node";
  version: string | undefined;
  providers: { id: string; available: boolean; reason?: string }[];
  available: boolean;
  reason?: string;
  /** In use now: the setting, or the physical cores where that is 0. */
  threads?: number;
}
