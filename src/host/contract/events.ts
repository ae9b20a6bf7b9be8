import type { EditView } from "./edits";
import type { JobView } from "./jobs";
import type { LayerView } from "./layers";
import type { RunView } from "./runs";

/** One server-sent event of `GET /api/events`; its `event:` name is `type`. */
export type HostEvent =
  | { type: "job"; job: JobView }
  | { type: "run"; run: RunView }
  | { type: "layer"; layer: LayerView }
  | { type: "layer-removed"; layerId: string }
  | { type: "history"; seriesId: string; edit: EditView }
  | { type: "review" }
  | { type: "measurements"; seriesId: string }
  | { type: "studies" }
  | { type: "models" }
  | { type: "engine"; state: "ready" | "restarting"; message?: string };
