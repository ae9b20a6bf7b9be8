import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { cineFolder, samplesFolder } from "../../test-support/open-host";
import { digestPixels } from "../../test-support/pixels";
import { filesIn, programOrSkip } from "../../test-support/readers";
import { ended, freePort, listens } from "../../test-support/servers";
import { CancelledError } from "../core/errors";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import { openImage } from "../formats/open";
import { outgoingFile } from "../services/archive/transfer";
import { defaultLimits } from "./archive";
import { DimseArchive } from "./dimse";

const dcmqrscp = programOrSkip("dcmqrscp", "dcmtk");
const all = { limit: 10, offset: 0 };

const connect = (port: number, idleMs = defaultLimits.idleMs) =>
  new DimseArchive({
    host: "127.0.0.1",
    port,
    calledAeTitle: "ARCHIVE",
    callingAeTitle: "SLICEBENCH",
    transferSyntaxUids: knownTransferSyntaxUids,
    fileMeta: writeFileMeta,
    limits: { ...defaultLimits, idleMs },
  });

test.skipIf(dcmqrscp === undefined)("DCMTK's archive takes, finds and gives back what was sent", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-dcmqrscp-"));
  const port = await freePort();
  mkdirSync(join(folder, "db"));
  const configuration = [
    `NetworkTCPPort = ${port}`,
    "MaxPDUSize = 16384",
    "MaxAssociations = 4",
    "HostTable BEGIN",
    "HostTable END",
    "VendorTable BEGIN",
    "VendorTable END",
    "AETable BEGIN",
    `ARCHIVE ${join(folder, "db")} RW (10, 100mb) ANY`,
    "AETable END",
  ];
  writeFileSync(join(folder, "dcmqrscp.cfg"), configuration.join("\n") + "\n");
  const server = spawn(dcmqrscp!, ["-c", join(folder, "dcmqrscp.cfg")], { stdio: "ignore" });
  try {
    await listens(port, server, "dcmqrscp");
    const archive = connect(port);
    await archive.echo();
    const series = filesIn(join(samplesFolder, "brain-mr"), ".dcm").slice(0, 3);
    const [runLength] = filesIn(cineFolder, ".dcm");
    const files = await Promise.all([...series, runLength!].map(outgoingFile));
    const sent = await archive.send({ files });
    // It takes uncompressed images unless it is told otherwise.
    expect(sent.map(({ state, reason }) => reason ?? state)).toEqual([
      "stored",
      "stored",
      "stored",
      "The archive does not take this kind of object in its encoding.",
    ]);
    const { studies } = await archive.find(all);
    expect(studies).toHaveLength(1);
    mkdirSync(join(folder, "back"));
    const fetched = await archive.fetch({
      studyInstanceUid: studies[0]!.studyInstanceUid,
      folder: join(folder, "back"),
    });
    expect(await digests(fetched.files)).toEqual(await digests(series));
  } finally {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  }
});

async function digests(files: readonly string[]): Promise<string[]> {
  const all = files.map(async (file) => {
    const image = await openImage(file);
    return `${image.identity.sopInstanceUid} ${digestPixels((await image.readFrame(0)).pixels)}`;
  });
  return (await Promise.all(all)).sort();
}

describe("an archive that is none", () => {
  let server: Server;
  afterEach(() => server.close());

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      onConnection(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => "no failure",
      (thrown: unknown) => thrown,
    );

  test.each([
    ["another protocol", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a message that announces four gigabytes", Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])],
    ["an acceptance that is cut off", Buffer.from([2, 0, 0, 0, 0, 4, 0, 1, 0, 0])],
  ])("is refused: %s", async (_what, answer) => {
    const port = await listen((socket) => socket.once("data", () => socket.write(answer)));
    expect(await failureOf(connect(port).echo())).toMatchObject({ code: "ARCHIVE_ANSWER" });
  });

  test("is told to be unreachable where it hangs up or is not there", async () => {
    const port = await listen((socket) => socket.destroy());
    expect(await failureOf(connect(port).find(all))).toMatchObject({ code: "ARCHIVE_UNREACHABLE" });
    expect(await failureOf(connect(await freePort()).echo())).toMatchObject({ code: "ARCHIVE_UNREACHABLE" });
  });

  test("is waited for only so long, and not at all once cancelled", async () => {
    const port = await listen(() => undefined);
    expect(await failureOf(connect(port, 50).echo())).toMatchObject({ code: "ARCHIVE_TIMEOUT" });
    const cancel = new AbortController();
    const echo = connect(port).echo(cancel.signal);
    cancel.abort();
    expect(await failureOf(echo)).toBeInstanceOf(CancelledError);
  });
});
