export interface JobView {
  id: string;
  kind: "open" | "run" | "export" | "robustness" | "consensus" | "fetch" | "send";
  title: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  done: number;
  /** Absent while unknown (a folder is being listed). */
  total?: number;
  remainingMs?: number;
  /** What could not be done, item by item; the rest went on. */
  problems: { code: string; message: string; hint?: string; file?: string }[];
  /** Of an `open` job: the studies that it added. */
  studyIds?: string[];
  /** Of an `export` job: the files that it wrote. */
  files?: string[];
  /** Of a `consensus` job: the layer that it made. */
  layerId?: string;
}
