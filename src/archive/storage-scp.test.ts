import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplesFolder } from "../../test-support/open-host";
import { filesIn, programOrSkip } from "../../test-support/readers";
import { freePort } from "../../test-support/servers";
import type { SlicebenchError } from "../core/errors";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import { defaultLimits } from "./archive";
import { ReceivedFiles } from "./received-files";
import { openStorageScp, type StorageScp } from "./storage-scp";

const storescu = programOrSkip("storescu", "dcmtk");
const [file] = filesIn(join(samplesFolder, "brain-mr"), ".dcm");
const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";

describe.skipIf(storescu === undefined)("what this workstation takes in while a study is moved to it", () => {
  let folder: string;
  let port: number;
  let scp: StorageScp;
  let failures: SlicebenchError[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slicebench-scp-"));
    port = await freePort();
    failures = [];
  });
  afterEach(() => {
    scp.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open({ sopClassUids = [mrImageStorage], instanceBytes = defaultLimits.instanceBytes } = {}) {
    const limits = { ...defaultLimits, instanceBytes };
    scp = await openStorageScp({
      destination: { address: "127.0.0.1", port },
      aeTitle: "SLICEBENCH",
      senderAeTitle: "ARCHIVE",
      sopClassUids,
      intake: {
        received: new ReceivedFiles(folder, limits),
        transferSyntaxUids: knownTransferSyntaxUids,
        fileMeta: writeFileMeta,
        onInstance: () => undefined,
      },
      limits,
      onActivity: () => undefined,
      onFailure: (failure) => failures.push(failure),
    });
  }

  /** @returns DCMTK's exit code */
  async function send(called: string, calling: string): Promise<number> {
    const words = ["-aec", called, "-aet", calling, "127.0.0.1", String(port), file!];
    const client = spawn(storescu!, words, { stdio: "ignore" });
    const [code] = (await once(client, "exit")) as [number];
    return code;
  }

  test("is what the archive sends to it", async () => {
    await open();
    expect([await send("SLICEBENCH", "ARCHIVE"), scp.wasReached()]).toEqual([0, true]);
    expect(readdirSync(folder)).toEqual(["000001.dcm"]);
  });

  test.each([
    ["calls somebody else", "OTHER", "ARCHIVE"],
    ["is somebody else", "SLICEBENCH", "STRANGER"],
  ])("is nothing of who %s", async (_who, called, calling) => {
    await open();
    expect(await send(called, calling)).not.toBe(0);
    expect([readdirSync(folder), scp.wasReached(), failures]).toEqual([[], false, []]);
  });

  test("is nothing of a class that was not asked for", async () => {
    await open({ sopClassUids: ["1.2.840.10008.5.1.4.1.1.2"] });
    expect(await send("SLICEBENCH", "ARCHIVE")).not.toBe(0);
    expect([readdirSync(folder), failures]).toEqual([[], []]);
  });

  test("is nothing that is too large, which ends the fetch", async () => {
    await open({ instanceBytes: 1_000 });
    expect(await send("SLICEBENCH", "ARCHIVE")).not.toBe(0);
    expect(failures).toMatchObject([{ code: "ARCHIVE_TOO_LARGE" }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is nothing that is no DICOM, which ends only that connection", async () => {
    await open();
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff, 1]),
    ]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(bytes);
      await once(socket, "close");
    }
    expect(failures).toEqual([]);
    expect(await send("SLICEBENCH", "ARCHIVE")).toBe(0);
  });
});
