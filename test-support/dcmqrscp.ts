import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOrSkip } from "./readers";
import { ended, freePort, listens } from "./servers";

/** DCMTK's archive; undefined where it is not installed, which is said. */
export const dcmqrscp = programOrSkip("dcmqrscp", "dcmtk");

export interface Dcmqrscp {
  port: number;
  /** That goes with it. */
  folder: string;
  stop: () => Promise<void>;
}

/**
 * Starts DCMTK's archive on loopback as "ARCHIVE", in a temporary folder.
 * @param words      on its command line
 * @param knowsPort  where it sends what is moved to SLICEBENCH; it knows nobody without
 */
export async function startDcmqrscp(words: readonly string[] = [], knowsPort?: number): Promise<Dcmqrscp> {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-dcmqrscp-"));
  const port = await freePort();
  mkdirSync(join(folder, "db"));
  const configuration = [
    `NetworkTCPPort = ${port}`,
    "MaxPDUSize = 16384",
    "MaxAssociations = 4",
    "HostTable BEGIN",
    ...(knowsPort === undefined ? [] : [`slicebench = (SLICEBENCH, 127.0.0.1, ${knowsPort})`]),
    "HostTable END",
    "VendorTable BEGIN",
    "VendorTable END",
    "AETable BEGIN",
    `ARCHIVE ${join(folder, "db")} RW (10, 100mb) ANY`,
    "AETable END",
  ];
  writeFileSync(join(folder, "dcmqrscp.cfg"), configuration.join("\n") + "\n");
  const server = spawn(dcmqrscp!, ["-c", join(folder, "dcmqrscp.cfg"), ...words], { stdio: "ignore" });
  await listens(port, server, "dcmqrscp");
  return {
    port,
    folder,
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
