import { inflateRawSync } from "node:zlib";
import { decodePatches } from "../core/mask/patch-wire";
import type { Database, Value } from "./database";

type Row = Record<string, Value>;

/** How many rows of each table were read. */
export type Salvaged = Record<string, number>;

/** A page of a database may be overwritten with something that still reads: what a row must look like to be believed. */
const beliefs: Record<string, (row: Row) => void> = {
  layers: ({ origin, segments }) => {
    parse(origin);
    parse(segments);
  },
  label_maps: ({ rows, columns, deflated }) => {
    const bytes = Number(rows) * Number(columns);
    const { length } = inflateRawSync(deflated as Uint8Array, { maxOutputLength: bytes });
    if (length !== bytes) throw new Error("A label map has not the size that its row says.");
  },
  edits: ({ frames, patches, segments }) => {
    if (segments !== null && segments !== undefined) parse(segments);
    // A step may change segments alone.
    if (frames === "[]") return;
    parse(frames);
    decodePatches(new Uint8Array(patches as Uint8Array));
  },
  measurements: ({ points }) => parse(points),
  measurement_steps: ({ before, after }) => {
    for (const measurement of [before, after]) if (measurement !== null) parse(measurement);
  },
  readings: ({ plan }) => parse(plan),
  settings: ({ value }) => parse(value),
};

const parse = (json: Value | undefined) => void JSON.parse(String(json));

/**
 * Copies every row that can still be read from a damaged workspace over those of another, table by table. The target says
 * which tables and columns there are; what the source lacks is left as it was.
 */
export function salvage(source: Database, target: Database): Salvaged {
  const salvaged: Salvaged = {};
  target.exec("PRAGMA foreign_keys = OFF");
  target.transaction(() => {
    const tables = target.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    );
    for (const { name } of tables) salvaged[name] = salvageTable(source, target, name);
    for (const { table, rowid } of target.all<{ table: string; rowid: number | null }>(
      "PRAGMA foreign_key_check",
    )) {
      if (rowid !== null) target.run(`DELETE FROM "${table}" WHERE rowid = ?`, rowid);
    }
    // Tables without row ids are named by that check, but not their rows.
    target.run("DELETE FROM label_maps WHERE layer_id NOT IN (SELECT id FROM layers)");
    target.run("DELETE FROM run_frames WHERE run_id NOT IN (SELECT id FROM runs)");
  });
  target.exec("PRAGMA foreign_keys = ON");
  return salvaged;
}

function salvageTable(source: Database, target: Database, table: string): number {
  const shape = tableShape(source, target, table);
  if (shape === undefined) return 0;
  const { columns, keys } = shape;
  const insert = `INSERT OR REPLACE INTO "${table}" (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  let count = 0;
  for (const row of readableRows(source, { table, columns, keys })) {
    try {
      beliefs[table]?.(row);
      target.run(insert, ...columns.map((column) => row[column] ?? null));
      count++;
    } catch {
      // Not a row that was ever written so: what the target has in its place stays.
    }
  }
  return count;
}

interface TableShape {
  table: string;
  columns: readonly string[];
  /** What the rows are sorted by in the file. */
  keys: readonly string[];
}

function tableShape(
  source: Database,
  target: Database,
  table: string,
): Pick<TableShape, "columns" | "keys"> | undefined {
  interface Column {
    name: string;
    pk: number;
  }
  const wanted = target.all<Column>(`PRAGMA table_info("${table}")`);
  let present: Set<string>;
  try {
    present = new Set(source.all<Column>(`PRAGMA table_info("${table}")`).map(({ name }) => name));
  } catch {
    return undefined;
  }
  const columns = wanted.map(({ name }) => name).filter((name) => present.has(name));
  if (columns.length === 0) return undefined;
  const withoutRowId =
    target.get<{ wr: number }>("SELECT wr FROM pragma_table_list WHERE name = ?", table)?.wr === 1;
  const primary = wanted.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return { columns, keys: withoutRowId ? primary.map(({ name }) => name) : ["rowid"] };
}

/**
 * The rows that can be read, from the front up to where the file is damaged and from the back up to there; between the
 * two it looks past the damage by ever larger steps of the last key, where that is a number.
 */
function* readableRows(source: Database, shape: TableShape): Generator<Row> {
  const forward = new Walk(source, shape, "ASC");
  yield* forward;
  if (!forward.isBroken) return;
  const backward = new Walk(source, shape, "DESC", forward.at);
  const fromBehind = [...backward];
  yield* fromBehind;
  if (!backward.isBroken) return;
  const until = backward.at?.at(-1);
  for (let step = 1, from = forward.at; step < 2 ** 31; step *= 2) {
    const last = from?.at(-1) ?? 0;
    if (typeof last !== "number" || (typeof until === "number" && last + step >= until)) return;
    const beyond = new Walk(source, shape, "ASC", backward.at);
    beyond.at = [...(from ?? []).slice(0, -1), last + step];
    let found = false;
    for (const row of beyond) {
      found = true;
      yield row;
    }
    if (!beyond.isBroken) return;
    if (found) {
      from = beyond.at;
      step = 0.5;
    }
  }
}

/** Reads one row after the other by its key, so that a damaged page costs its own rows and no others. */
class Walk implements Iterable<Row> {
  at: Value[] | undefined;
  isBroken = false;

  /** @param end a key at which to stop, which was read already */
  constructor(
    private readonly source: Database,
    private readonly shape: TableShape,
    private readonly direction: "ASC" | "DESC",
    private readonly end?: readonly Value[],
  ) {}

  *[Symbol.iterator](): Generator<Row> {
    const { table, columns, keys } = this.shape;
    const order = keys.map((key) => `${key} ${this.direction}`).join(", ");
    const named = keys.map((key, index) => `${key} AS key_${index}`);
    const tuple = `(${keys.join(", ")})`;
    const placeholders = `(${keys.map(() => "?").join(", ")})`;
    const [after, before] = this.direction === "ASC" ? [">", "<"] : ["<", ">"];
    for (;;) {
      const bounds = [
        ...(this.at === undefined ? [] : [`${tuple} ${after} ${placeholders}`]),
        ...(this.end === undefined ? [] : [`${tuple} ${before} ${placeholders}`]),
      ];
      const where = bounds.length > 0 ? `WHERE ${bounds.join(" AND ")}` : "";
      const sql = `SELECT ${[...named, ...columns].join(", ")} FROM "${table}" ${where} ORDER BY ${order} LIMIT 1`;
      let row: Row | undefined;
      try {
        row = this.source.get<Row>(sql, ...(this.at ?? []), ...(this.end ?? []));
      } catch {
        this.isBroken = true;
        return;
      }
      if (row === undefined) return;
      const found = row;
      this.at = keys.map((_, index) => found[`key_${index}`] ?? null);
      yield row;
    }
  }
}
