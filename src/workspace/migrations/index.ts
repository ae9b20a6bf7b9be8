/**
 * The workspace's schema, step by step. Steps are only ever added: a workspace of any age is brought up to date
 * by running those that it has not seen, and `user_version` says how many that are.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE layers (
    id TEXT PRIMARY KEY,
    series_id TEXT NOT NULL,
    name TEXT NOT NULL,
    origin TEXT NOT NULL,               -- JSON: LayerOrigin
    colour TEXT NOT NULL,
    segments TEXT NOT NULL,             -- JSON: Segment[]
    revision INTEGER NOT NULL,
    visible INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX layers_by_series ON layers (series_id);

  CREATE TABLE label_maps (
    layer_id TEXT NOT NULL REFERENCES layers (id) ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    revision INTEGER NOT NULL,          -- the layer's, when this map was written
    deflated BLOB NOT NULL,
    PRIMARY KEY (layer_id, frame)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    series_id TEXT NOT NULL,
    layer_id TEXT NOT NULL,
    state TEXT NOT NULL,
    frames_total INTEGER NOT NULL,
    provider TEXT
  ) STRICT;
  CREATE INDEX runs_by_series ON runs (series_id);
  CREATE INDEX runs_by_model ON runs (model_id);

  CREATE TABLE run_frames (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    frame INTEGER NOT NULL,
    total_ms REAL,                      -- null where the frame failed
    memory_bytes INTEGER,
    failure TEXT,                       -- JSON: WireError
    PRIMARY KEY (run_id, frame)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE recent_paths (
    path TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    opened_at INTEGER NOT NULL          -- milliseconds since 1970
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE edits (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    series_id TEXT NOT NULL,
    layer_id TEXT NOT NULL REFERENCES layers (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    frames TEXT NOT NULL,               -- JSON: number[]
    made_at INTEGER NOT NULL,           -- milliseconds since 1970
    undone INTEGER NOT NULL,
    patches BLOB NOT NULL               -- core/mask/patch-wire.ts
  ) STRICT;
  CREATE INDEX edits_by_series ON edits (series_id, number);
  `,
  `
  ALTER TABLE edits ADD COLUMN segments TEXT;       -- JSON: SegmentsEdit, where the step changed them
  ALTER TABLE layers ADD COLUMN removed_at INTEGER; -- milliseconds since 1970; such a layer can be brought back
  `,
  `
  CREATE TABLE session (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE review_states (
    series_id TEXT NOT NULL,
    frame INTEGER NOT NULL,             -- -1 is the series as a whole
    state TEXT NOT NULL,
    PRIMARY KEY (series_id, frame)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE edits ADD COLUMN segment INTEGER;     -- the value that was drawn, where the step is one segment's
  `,
  `
  CREATE TABLE measurements (
    id TEXT PRIMARY KEY,
    series_id TEXT NOT NULL,
    frame INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    points TEXT NOT NULL,               -- JSON: ImagePoint[]
    made_at INTEGER NOT NULL            -- milliseconds since 1970
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX measurements_by_series ON measurements (series_id, frame);

  CREATE TABLE measurement_steps (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    series_id TEXT NOT NULL,
    title TEXT NOT NULL,
    made_at INTEGER NOT NULL,           -- milliseconds since 1970
    undone INTEGER NOT NULL,
    before TEXT,                        -- JSON: Measurement; NULL where there was none
    after TEXT                          -- JSON: Measurement; NULL where there is none
  ) STRICT;
  CREATE INDEX measurement_steps_by_series ON measurement_steps (series_id, number);
  `,
  `
  CREATE TABLE readings (
    id TEXT PRIMARY KEY,
    plan TEXT NOT NULL,                 -- JSON: ReadingRecord
    begun_at INTEGER NOT NULL,          -- milliseconds since 1970
    revealed_at INTEGER                 -- when the names were told; no answer counts from then on
  ) STRICT, WITHOUT ROWID;

  -- Answers are only ever added: the last one to a presentation is the one that counts.
  CREATE TABLE reading_answers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    reading_id TEXT NOT NULL REFERENCES readings (id),
    presentation INTEGER NOT NULL,      -- its index in the plan
    choice TEXT NOT NULL,
    answered_at INTEGER NOT NULL        -- milliseconds since 1970
  ) STRICT;
  CREATE INDEX answers_by_reading ON reading_answers (reading_id, number);
  `,
];
