import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../test-support/servers";
import { CancelledError } from "../core/errors";
import { type ArchiveLimits, defaultLimits } from "./archive";
import { DicomWebArchive } from "./dicomweb";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let handle: Handler;
let server: Server;
let folder: string;

beforeEach(async () => {
  server = createServer((request, response) => handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  folder = mkdtempSync(join(tmpdir(), "slicebench-hostile-"));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (port: number) => `http://127.0.0.1:${port}/dicom-web`;
function connect(limits: Partial<ArchiveLimits> = {}): DicomWebArchive {
  return new DicomWebArchive({
    url: urlOf((server.address() as AddressInfo).port),
    login: { kind: "bearer", token: "the-token" },
    limits: { ...defaultLimits, ...limits },
  });
}
const all = { limit: 10, offset: 0 };
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "no failure",
    (thrown: unknown) => thrown,
  );

/** Answers a list of one series, and its instances with what `answer` does. */
const withSeries =
  (answer: Handler): Handler =>
  (request, response) => {
    if (!request.url!.includes("/series?")) {
      answer(request, response);
      return;
    }
    response.end(
      JSON.stringify([{ "0020000E": { vr: "UI", Value: ["1.2.3"] }, "00201209": { Value: [1] } }]),
    );
  };
const multipart = { "content-type": 'multipart/related; type="application/dicom"; boundary="x"' };
const fetchInto = (archive: DicomWebArchive, signal?: AbortSignal) =>
  archive.fetch({ studyInstanceUid: "1.2", folder, signal });

describe("an answer that is none", () => {
  test.each([
    ["a page", "<html>Welcome</html>"],
    ["JSON of another kind", '{"studies": []}'],
    ["attributes that are none", '[{"0020000D": "1.2.3"}]'],
    ["half a list", '[{"0020000D": {"Value"'],
  ])("is refused: %s", async (_what, body) => {
    handle = (_request, response) => response.end(body);
    expect(await failureOf(connect().find(all))).toMatchObject({ code: "ARCHIVE_ANSWER" });
  });

  test("is refused where it is no HTTP", async () => {
    server.removeAllListeners("request");
    server.prependListener("connection", (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    expect(await failureOf(connect().find(all))).toMatchObject({ code: "ARCHIVE_ANSWER" });
  });

  test("is refused where it is compressed, as nobody asked for that", async () => {
    handle = (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x");
    expect(await failureOf(connect().find(all))).toMatchObject({ code: "ARCHIVE_ANSWER" });
  });

  test("is refused where it is endless", async () => {
    handle = (_request, response) => {
      const write = () => {
        while (response.write("[".repeat(65_536)));
        response.once("drain", write);
      };
      write();
    };
    expect(await failureOf(connect({ answerBytes: 2 ** 20 }).find(all))).toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
  });

  test("is waited for only so long", async () => {
    handle = () => undefined;
    expect(await failureOf(connect({ idleMs: 50 }).find(all))).toMatchObject({ code: "ARCHIVE_TIMEOUT" });
  });
});

test("an archive that is not there is said to be unreachable", async () => {
  const archive = new DicomWebArchive({ url: urlOf(await freePort()), login: { kind: "none" } });
  expect(await failureOf(archive.echo())).toMatchObject({ code: "ARCHIVE_UNREACHABLE" });
});

test("a failing archive's own words are not repeated, and the token is in no message", async () => {
  handle = (request, response) => response.writeHead(500).end(`secret ${request.headers.authorization}`);
  const failure = await failureOf(connect().find({ ...all, patientName: "Doe^Jane" }));
  expect(failure).toMatchObject({ code: "ARCHIVE_REFUSED" });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/token|secret|Doe/);
});

describe("a redirect", () => {
  test("to another origin is refused, and nothing is sent there", async () => {
    let visits = 0;
    const other = createServer(() => visits++).listen(0, "127.0.0.1");
    await once(other, "listening");
    handle = (_request, response) =>
      response.writeHead(302, { location: urlOf((other.address() as AddressInfo).port) }).end();
    expect(await failureOf(connect().find(all))).toMatchObject({ code: "ARCHIVE_REDIRECTED" });
    expect(visits).toBe(0);
    other.close();
  });

  test("within the archive is followed, but not in circles", async () => {
    handle = (request, response) => {
      if (request.url!.includes("/studies/")) response.end("[]");
      else response.writeHead(307, { location: "/dicom-web/studies/" }).end();
    };
    expect(await connect().find(all)).toMatchObject({ studies: [] });
    handle = (request, response) => response.writeHead(307, { location: request.url }).end();
    expect(await failureOf(connect().find(all))).toMatchObject({ code: "ARCHIVE_REDIRECTED" });
  });
});

describe("instances", () => {
  test.each([
    ["without a boundary", { "content-type": "application/dicom" }, "DICM"],
    ["that end before the closing boundary", multipart, "--x\r\ncontent-type: application/dicom\r\n\r\nDI"],
    ["of another kind", multipart, "--x\r\ncontent-type: text/html\r\n\r\n<p>\r\n--x--\r\n"],
    [
      "shorter than they say",
      multipart,
      "--x\r\ncontent-type: application/dicom\r\ncontent-length: 900\r\n\r\nDICM\r\n--x--\r\n",
    ],
  ])("%s are refused", async (_what, headers, body) => {
    handle = withSeries((_request, response) => response.writeHead(200, headers).end(body));
    expect(await failureOf(fetchInto(connect()))).toMatchObject({ code: "ARCHIVE_ANSWER" });
  });

  test("whose answer is shorter than it says are refused, and leave no half file", async () => {
    handle = withSeries((_request, response) => {
      response.writeHead(200, { ...multipart, "content-length": "1000000" });
      response.write("--x\r\ncontent-type: application/dicom\r\n\r\nDICM", () => response.destroy());
    });
    expect(await failureOf(fetchInto(connect()))).toMatchObject({
      code: expect.stringMatching(/^ARCHIVE_(?:UNREACHABLE|ANSWER)$/) as string,
    });
    expect(readdirSync(folder).filter((name) => !name.endsWith(".part"))).toEqual([]);
  });

  test.each([
    ["too large", { instanceBytes: 100 }, 1],
    ["too large together", { studyBytes: 1_000 }, 9],
    ["too many", { instances: 3 }, 9],
  ])("that are %s are refused while they arrive", async (_what, limits, parts) => {
    handle = withSeries((_request, response) => {
      response.writeHead(200, multipart);
      const part = `--x\r\ncontent-type: application/dicom\r\n\r\n${"D".repeat(200)}\r\n`;
      response.end(`${part.repeat(parts)}--x--\r\n`);
    });
    expect(await failureOf(fetchInto(connect(limits)))).toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
  });

  test("stop arriving when the fetch is cancelled", async () => {
    const cancel = new AbortController();
    handle = withSeries((_request, response) => {
      response.writeHead(200, multipart).write("--x\r\ncontent-type: application/dicom\r\n\r\nDICM");
      cancel.abort();
    });
    expect(await failureOf(fetchInto(connect(), cancel.signal))).toBeInstanceOf(CancelledError);
  });
});

describe("a UID that is a path", () => {
  const pathLike = ["../../etc/passwd", "1.2/../3", "..", "1.2.3?x=1", "1".repeat(65), ""];

  test("is left out of what was found, which is said", async () => {
    handle = (_request, response) =>
      response.end(JSON.stringify([...pathLike, "1.2.3"].map((uid) => ({ "0020000D": { Value: [uid] } }))));
    const { studies, warnings } = await connect().find(all);
    expect(studies.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual(["1.2.3"]);
    expect(warnings).toEqual([`${pathLike.length} left out: the archive names no usable UID for them.`]);
  });

  test("is asked for nowhere", async () => {
    const asked: string[] = [];
    handle = (request, response) => {
      asked.push(request.url!);
      response.end(JSON.stringify(pathLike.map((uid) => ({ "0020000E": { Value: [uid] } }))));
    };
    await fetchInto(connect());
    expect(asked).toEqual(["/dicom-web/studies/1.2/series?includefield=00201209"]);
    await expect(connect().fetch({ studyInstanceUid: "../..", folder })).rejects.toMatchObject({
      code: "ARCHIVE_UID",
    });
  });
});
