import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { LabelMap } from "../core/mask/label-map";
import { applyPatch } from "../core/mask/patch";
import { decodePatches } from "../core/mask/patch-wire";
import type { Database } from "./database";
import { writeLabelMaps } from "./layers";

/** What an annotation's edits, done one after the other from an empty layer, come to: a label map a frame. */
type Replayed = Map<number, LabelMap>;

interface StoredMap {
  frame: number;
  rows: number;
  columns: number;
  deflated: Uint8Array;
  /** 1 where it is as the backup has it, so that edits may have come after it. */
  fromBackup: number;
}

/** Remembers which label maps a backup brought, before those that can still be read come over them. */
export function rememberBackupMaps(database: Database): void {
  database.exec("CREATE TEMP TABLE backup_maps AS SELECT layer_id, frame, revision FROM label_maps");
}

/**
 * Brings label maps and history together again after a recovery, for each annotation. Its edits, from the first, tell what
 * its label maps are, so a map that was lost, or is only the backup's, is made from them. Where they tell otherwise than a
 * map that could be read, or do not fit together, edits are missing: then the label maps stay and the history of that
 * layer goes, as an undo would no longer fit.
 */
export function settleHistory(database: Database): void {
  const annotations = database.all<{ id: string }>(
    "SELECT id FROM layers WHERE json_extract(origin, '$.kind') = 'annotation'",
  );
  for (const { id } of annotations) database.transaction(() => settleLayer(database, id));
  database.exec("DROP TABLE backup_maps");
}

function settleLayer(database: Database, layerId: string): void {
  const maps = database.all<StoredMap>(
    `SELECT frame, rows, columns, deflated,
            EXISTS (SELECT 1 FROM backup_maps AS old WHERE old.layer_id = map.layer_id
                       AND old.frame = map.frame AND old.revision = map.revision) AS fromBackup
       FROM label_maps AS map WHERE layer_id = ?`,
    layerId,
  );
  const replayed = replay(database, layerId, maps);
  const different = [...(replayed ?? [])].filter(([frame, { values }]) => {
    const known = maps.find((map) => map.frame === frame);
    return known === undefined || !Buffer.from(values).equals(inflateRawSync(known.deflated));
  });
  const contradicted = different.some(([frame]) =>
    maps.some((map) => map.frame === frame && !map.fromBackup),
  );
  if (replayed === undefined || contradicted) {
    database.run("DELETE FROM edits WHERE layer_id = ?", layerId);
    return;
  }
  const labelMaps = different.map(([frame, { rows, columns, values }]) => ({
    frame,
    rows,
    columns,
    deflated: deflateRawSync(values, { level: 1 }),
  }));
  if (labelMaps.length > 0) writeLabelMaps(database, layerId, labelMaps);
}

/** Undefined where an edit does not find what it was made on: one before it is missing. */
function replay(database: Database, layerId: string, known: readonly StoredMap[]): Replayed | undefined {
  const edits = database.all<{ patches: Uint8Array }>(
    "SELECT patches FROM edits WHERE layer_id = ? AND undone = 0 AND frames <> '[]' ORDER BY number",
    layerId,
  );
  const maps: Replayed = new Map();
  try {
    for (const { patches } of edits) {
      for (const { frame, patch } of decodePatches(new Uint8Array(patches))) {
        const map = maps.get(frame) ?? emptyMap(known.find((each) => each.frame === frame) ?? known[0]);
        applyPatch(map, patch, "apply");
        maps.set(frame, map);
      }
    }
  } catch {
    return undefined;
  }
  return maps;
}

/** Without any label map nobody knows how large the frames are. */
function emptyMap(like: StoredMap | undefined): LabelMap {
  if (like === undefined) throw new Error("No label map is left.");
  const { rows, columns } = like;
  return { rows, columns, values: new Uint8Array(rows * columns) };
}
