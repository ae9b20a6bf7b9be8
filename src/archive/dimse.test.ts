import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import dimse from "dcmjs-dimse";
import { afterEach, describe, expect, test } from "vitest";
import { dcmqrscp, startDcmqrscp } from "../../test-support/dcmqrscp";
import { cineFolder, samplesFolder } from "../../test-support/open-host";
import { digestPixels } from "../../test-support/pixels";
import { filesIn } from "../../test-support/readers";
import { freePort } from "../../test-support/servers";
import { CancelledError } from "../core/errors";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import { openImage } from "../formats/open";
import { outgoingFile } from "../services/archive/transfer";
import { type ArchiveLimits, defaultLimits } from "./archive";
import { DimseArchive } from "./dimse";

const all = { limit: 10, offset: 0 };

const connect = (port: number, limits: Partial<ArchiveLimits> = {}) =>
  new DimseArchive({
    host: "127.0.0.1",
    port,
    calledAeTitle: "ARCHIVE",
    callingAeTitle: "SLICEBENCH",
    transferSyntaxUids: knownTransferSyntaxUids,
    fileMeta: writeFileMeta,
    limits: { ...defaultLimits, ...limits },
  });

test.skipIf(dcmqrscp === undefined)("DCMTK's archive takes, finds and gives back what was sent", async () => {
  const server = await startDcmqrscp();
  try {
    const archive = connect(server.port);
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
    mkdirSync(join(server.folder, "back"));
    const fetched = await archive.fetch({
      studyInstanceUid: studies[0]!.studyInstanceUid,
      folder: join(server.folder, "back"),
    });
    expect(await digests(fetched.files)).toEqual(await digests(series));
  } finally {
    await server.stop();
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
    expect(await failureOf(connect(port, { idleMs: 50 }).echo())).toMatchObject({ code: "ARCHIVE_TIMEOUT" });
    const cancel = new AbortController();
    const echo = connect(port).echo(cancel.signal);
    cancel.abort();
    expect(await failureOf(echo)).toBeInstanceOf(CancelledError);
  });

  test("is refused where it never ends an answer", async () => {
    const port = await listen((socket) => {
      new EndlessScp(socket);
    });
    expect(await failureOf(connect(port, { answerBytes: 2 ** 20 }).echo())).toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
  });
});

class EndlessScp extends dimse.Scp {
  override associationRequested(association: InstanceType<typeof dimse.association.Association>): void {
    for (const { context } of association.getPresentationContexts()) {
      context.setResult(dimse.constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }

  /** Sends a fragment of a command that is not the last (PS3.8 E.2), again and again. */
  override cEchoRequest(): void {
    const { socket } = this as unknown as { socket: Socket };
    const head = Buffer.from([4, 0, 0, 1, 0, 6, 0, 1, 0, 2, 1, 1]);
    const fragment = Buffer.concat([head, Buffer.alloc(65_536)]);
    const write = () => {
      while (socket.write(fragment));
      socket.once("drain", write);
    };
    write();
  }
}
