import type { WireError } from "../core/errors";
import type { Database } from "./database";

export type RunState = "waiting" | "running" | "done" | "failed" | "cancelled";

/** One model over one series, as the workspace remembers it. */
export interface StoredRun {
  id: string;
  jobId: string;
  modelId: string;
  seriesId: string;
  layerId: string;
  state: RunState;
  framesTotal: number;
  framesDone: number;
  provider?: string;
  /** Means over the frames done. */
  msPerFrame?: number;
  /** The most that the engine's process held, in bytes. */
  memoryBytes?: number;
  failures: (WireError & { frame: number })[];
}

/** What was measured of one model on this machine, over all its runs. */
export interface ModelMeasurement {
  msPerFrame: number;
  memoryBytes: number;
  runs: number;
  provider: string;
}

interface RunRow {
  id: string;
  job_id: string;
  model_id: string;
  series_id: string;
  layer_id: string;
  state: RunState;
  frames_total: number;
  provider: string | null;
}

const orNothing = <Key extends string, Value>(key: Key, value: Value | null) =>
  (value === null ? {} : { [key]: value }) as Partial<Record<Key, Value>>;

/** Runs with each frame's time, memory or failure. */
export class RunStore {
  constructor(private readonly database: Database) {
    // What ran when the program last ended did not end itself.
    database.run("UPDATE runs SET state = 'cancelled' WHERE state IN ('waiting', 'running')");
  }

  create(run: Pick<StoredRun, "id" | "jobId" | "modelId" | "seriesId" | "layerId" | "framesTotal">): void {
    this.database.run(
      "INSERT INTO runs (id, job_id, model_id, series_id, layer_id, state, frames_total) VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
      run.id,
      run.jobId,
      run.modelId,
      run.seriesId,
      run.layerId,
      run.framesTotal,
    );
  }

  setState(id: string, state: RunState): void {
    this.database.run("UPDATE runs SET state = ? WHERE id = ?", state, id);
  }

  /** Keeps what one frame took. */
  putFrame(
    runId: string,
    frame: number,
    measured: { totalMs: number; memoryBytes: number; provider: string },
  ): void {
    this.database.transaction(() => {
      this.database.run(
        "INSERT OR REPLACE INTO run_frames (run_id, frame, total_ms, memory_bytes) VALUES (?, ?, ?, ?)",
        runId,
        frame,
        measured.totalMs,
        measured.memoryBytes,
      );
      this.database.run("UPDATE runs SET provider = ? WHERE id = ?", measured.provider, runId);
    });
  }

  putFailure(runId: string, frame: number, failure: WireError): void {
    this.database.run(
      "INSERT OR REPLACE INTO run_frames (run_id, frame, failure) VALUES (?, ?, ?)",
      runId,
      frame,
      JSON.stringify(failure),
    );
  }

  get(id: string): StoredRun | undefined {
    const row = this.database.get<RunRow>("SELECT * FROM runs WHERE id = ?", id);
    return row && this.#read(row);
  }

  /** The runs over a series, oldest first. */
  list(seriesId: string): StoredRun[] {
    return this.database
      .all<RunRow>("SELECT * FROM runs WHERE series_id = ? ORDER BY rowid", seriesId)
      .map((row) => this.#read(row));
  }

  /** What each frame of a layer took when it was last made. */
  frameCosts(layerId: string): { frame: number; totalMs: number; memoryBytes: number }[] {
    return this.database.all(
      `SELECT frame, total_ms AS totalMs, memory_bytes AS memoryBytes
         FROM run_frames JOIN runs ON runs.id = run_id
        WHERE layer_id = ? AND total_ms IS NOT NULL
          AND runs.rowid = (SELECT max(later.rowid) FROM runs AS later JOIN run_frames AS its ON its.run_id = later.id
                             WHERE later.layer_id = runs.layer_id AND its.frame = run_frames.frame AND its.total_ms IS NOT NULL)
        ORDER BY frame`,
      layerId,
    );
  }

  /** What a model took on this machine; undefined until it has done a frame. */
  measurement(modelId: string): ModelMeasurement | undefined {
    const row = this.database.get<{
      msPerFrame: number | null;
      memoryBytes: number | null;
      runs: number;
      provider: string | null;
    }>(
      `SELECT avg(total_ms) AS msPerFrame, max(memory_bytes) AS memoryBytes,
              count(DISTINCT runs.id) AS runs, max(provider) AS provider
         FROM runs JOIN run_frames ON run_id = runs.id
        WHERE model_id = ? AND total_ms IS NOT NULL`,
      modelId,
    );
    if (row === undefined || row.msPerFrame === null) return undefined;
    return {
      msPerFrame: row.msPerFrame,
      memoryBytes: row.memoryBytes ?? 0,
      runs: row.runs,
      provider: row.provider ?? "",
    };
  }

  #read(row: RunRow): StoredRun {
    const frames = this.database.get<{ done: number; ms: number | null; memory: number | null }>(
      "SELECT count(total_ms) AS done, avg(total_ms) AS ms, max(memory_bytes) AS memory FROM run_frames WHERE run_id = ?",
      row.id,
    )!;
    const failed = this.database.all<{ frame: number; failure: string }>(
      "SELECT frame, failure FROM run_frames WHERE run_id = ? AND failure IS NOT NULL ORDER BY frame",
      row.id,
    );
    return {
      id: row.id,
      jobId: row.job_id,
      modelId: row.model_id,
      seriesId: row.series_id,
      layerId: row.layer_id,
      state: row.state,
      framesTotal: row.frames_total,
      framesDone: frames.done,
      ...orNothing("provider", row.provider),
      ...orNothing("msPerFrame", frames.ms),
      ...orNothing("memoryBytes", frames.memory),
      failures: failed.map(({ frame, failure }) => ({ frame, ...(JSON.parse(failure) as WireError) })),
    };
  }
}
