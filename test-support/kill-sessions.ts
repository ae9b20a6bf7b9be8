import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "../src/core/random";
import { Database } from "../src/workspace/database";
import { startBuiltWorkstation } from "./built-workstation";
import { PaintingSession } from "./painting-session";

export interface KillFigures {
  kills: number;
  acknowledged: number;
  /** Of the actions that were under way at a kill. */
  unansweredFound: { done: number; notDone: number };
  workspaceBytes: number;
}

interface KillOptions {
  kills: number;
  seed: number;
  input: string;
  tell?: (kill: number) => void;
}

/**
 * Paints by a script against `slicebench serve` and kills it, at a moment drawn at random, again and again. After each
 * kill the workspace must pass SQLite's integrity check as it lies there, and the next start must have everything that
 * was answered. Throws where it has not.
 */
export async function killSessions({ kills, seed, input, tell }: KillOptions): Promise<KillFigures> {
  const random = new SeededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "slicebench-kill-"));
  const workspace = join(folder, "workspace.sqlite");
  const session = new PaintingSession(random);
  try {
    for (let kill = 0; kill < kills; kill++) {
      // The first start names the file; the others open it again by themselves.
      const inputs = kill === 0 ? [input] : [];
      const { url, child } = await startBuiltWorkstation({ inputs, models: [] }, ["--workspace", workspace]);
      const ended = once(child, "exit");
      try {
        await session.arrive(url);
        if (kill === 0) await session.begin();
        else await session.check();
        const answered = Math.floor(random.between(2, 12));
        const began = performance.now();
        for (let action = 0; action < answered; action++) await session.act();
        const oneMs = (performance.now() - began) / answered;
        const underWay = session.act().catch(() => "cut off");
        // Before, while and after the host does it.
        await new Promise((done) => setTimeout(done, random.between(0, 2) * oneMs));
        child.kill("SIGKILL");
        await underWay;
      } finally {
        child.kill("SIGKILL");
        await ended;
      }
      checkIntegrity(workspace, folder);
      tell?.(kill + 1);
    }
    const { url, child } = await startBuiltWorkstation({ inputs: [], models: [] }, [
      "--workspace",
      workspace,
    ]);
    const ended = once(child, "exit");
    try {
      await session.arrive(url);
      await session.check();
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
    const { acknowledged, unansweredFound } = session;
    return { kills, acknowledged, unansweredFound, workspaceBytes: checkIntegrity(workspace, folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** On a copy, as opening a database writes to it and the host is to find it as the kill left it. Returns its size. */
function checkIntegrity(workspace: string, folder: string): number {
  const copy = join(folder, "copy.sqlite");
  for (const part of ["", "-wal"]) {
    rmSync(copy + part, { force: true });
    if (existsSync(workspace + part)) copyFileSync(workspace + part, copy + part);
  }
  rmSync(`${copy}-shm`, { force: true });
  const database = Database.connect(copy);
  try {
    const rows = database.all<{ integrity_check: string }>("PRAGMA integrity_check");
    const keys = database.all("PRAGMA foreign_key_check");
    if (rows[0]?.integrity_check !== "ok" || keys.length > 0)
      throw new Error(`The workspace is damaged: ${JSON.stringify([rows, keys])}`);
    const pages = database.get<{ page_count: number }>("PRAGMA page_count")!.page_count;
    return pages * database.get<{ page_size: number }>("PRAGMA page_size")!.page_size;
  } finally {
    database.close();
  }
}
