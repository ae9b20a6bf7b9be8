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
  stop: () => Promise<void>;
}

/** Starts a Redis server of the test's own, on loopback, that keeps nothing. */
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
  const server = spawn("redis-server", words, { stdio: "ignore" });
  await listens(port, server, "redis-server");
  return {
    address: `redis://127.0.0.1:${port}`,
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
