import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportMissing } from "./readers";
import { ended, freePort, listens } from "./servers";

/** Whether Debian's redis-server is here; says so where it is not. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) reportMissing("redis-server");

export interface RedisServer {
  address: string;
  /** Ends it, as a maintenance does, and starts it again: with what it held, or with an empty memory. */
  restart: (memory: "kept" | "lost") => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts a Redis server of the test's own, on loopback, that keeps nothing beyond its `restart`. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "slicebench-redis-"));
  const words = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
  ];
  const start = async () => {
    const started = spawn("redis-server", words, { stdio: "ignore" });
    await listens(port, started, "redis-server");
    return started;
  };
  let server = await start();
  return {
    address: `redis://127.0.0.1:${port}`,
    restart: async (memory) => {
      const snapshot = join(folder, "dump.rdb");
      if (memory === "kept") spawnSync("redis-cli", ["-p", String(port), "save"]);
      await ended(server);
      if (memory === "lost") rmSync(snapshot, { force: true });
      server = await start();
    },
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
