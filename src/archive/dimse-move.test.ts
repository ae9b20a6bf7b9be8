import { mkdirSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Dcmqrscp, dcmqrscp, startDcmqrscp } from "../../test-support/dcmqrscp";
import { cineFolder, samplesFolder } from "../../test-support/open-host";
import { digestPixels } from "../../test-support/pixels";
import { filesIn } from "../../test-support/readers";
import { freePort } from "../../test-support/servers";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import { openImage } from "../formats/open";
import { outgoingFile } from "../services/archive/transfer";
import { type ArchiveLimits, defaultLimits } from "./archive";
import { DimseArchive } from "./dimse";

describe.skipIf(dcmqrscp === undefined)("DCMTK's archive without C-GET", () => {
  const brain = filesIn(join(samplesFolder, "brain-mr"), ".dcm").slice(0, 3);
  const runLength = filesIn(cineFolder, ".dcm").slice(0, 2);
  let server: Dcmqrscp;
  afterEach(() => server.stop());

  const archive = (movePort?: number, limits: Partial<ArchiveLimits> = {}) =>
    new DimseArchive({
      host: "127.0.0.1",
      port: server.port,
      calledAeTitle: "ARCHIVE",
      callingAeTitle: "SLICEBENCH",
      transferSyntaxUids: knownTransferSyntaxUids,
      fileMeta: writeFileMeta,
      move: movePort === undefined ? undefined : { address: "127.0.0.1", port: movePort },
      limits: { ...defaultLimits, ...limits },
    });

  /** Starts it, and puts files into it. @returns what fetches their study */
  async function holding(files: readonly string[], words: readonly string[], knowsPort?: number) {
    server = await startDcmqrscp(["--disable-get", ...words], knowsPort);
    await archive().send({ files: await Promise.all(files.map(outgoingFile)) });
    const { studies } = await archive().find({ limit: 1, offset: 0 });
    const folder = join(server.folder, "fetched");
    mkdirSync(folder);
    return { studyInstanceUid: studies[0]!.studyInstanceUid, folder };
  }

  test.each([
    ["as they were sent", brain, []],
    ["in the encoding that they are stored in", runLength, ["+xr", "-xr"]],
  ])("moves instances here, %s, and nothing listens afterwards", async (_how, files, words) => {
    const port = await freePort();
    const request = await holding(files, words, port);
    const fetched = await archive(port).fetch(request);
    expect(fetched).toMatchObject({ announced: files.length, warnings: [] });
    expect(await contents(fetched.files)).toEqual(await contents(files));
    const socket = connect(port, "127.0.0.1");
    await expect(
      new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
    ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("is not asked to move anything where that is not configured", async () => {
    const request = await holding(brain, []);
    await expect(archive().fetch(request)).rejects.toMatchObject({ code: "ARCHIVE_NO_GET" });
  });

  test("says where it does not know this workstation, or cannot reach it", async () => {
    const port = await freePort();
    const request = await holding(brain, []);
    await expect(archive(port).fetch(request)).rejects.toMatchObject({
      code: "ARCHIVE_REFUSED",
      message: expect.stringContaining("title as a destination") as string,
    });
    await server.stop();
    const other = await holding(brain, [], await freePort());
    await expect(archive(port).fetch(other)).rejects.toMatchObject({
      code: "ARCHIVE_REFUSED",
      hint: expect.stringContaining(`SLICEBENCH at 127.0.0.1:${port}`) as string,
    });
  });

  test("fetches nothing where its port is another's", async () => {
    const request = await holding(brain, []);
    await expect(archive(server.port).fetch(request)).rejects.toMatchObject({ code: "ARCHIVE_PORT" });
  });

  test.each([
    ["too large", { instanceBytes: 1_000 }],
    ["too large together", { studyBytes: 200_000 }],
    ["too many", { instances: 2 }],
  ])("is stopped where its instances are %s", async (_what, limits) => {
    const port = await freePort();
    const request = await holding(brain, [], port);
    await expect(archive(port, limits).fetch(request)).rejects.toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
    expect(readdirSync(request.folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

async function contents(files: readonly string[]): Promise<string[]> {
  const all = files.map(async (file) => {
    const image = await openImage(file);
    const pixels = digestPixels((await image.readFrame(0)).pixels);
    return `${image.identity.sopInstanceUid} ${image.transferSyntaxUid} ${pixels}`;
  });
  return (await Promise.all(all)).sort();
}
