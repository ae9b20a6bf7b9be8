import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates, openssl } from "../../test-support/certificates";
import { digestFile } from "../../test-support/archive-files";
import { cineFolder } from "../../test-support/open-host";
import { hasOrthanc, type Orthanc, startOrthanc } from "../../test-support/orthanc";
import { filesIn, programOrSkip } from "../../test-support/readers";
import { ended, freePort, listens } from "../../test-support/servers";
import type { SlicebenchError } from "../core/errors";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import { outgoingFile } from "../services/archive/transfer";
import { type Archive, defaultLimits } from "./archive";
import { DicomWebArchive } from "./dicomweb";
import { DimseArchive } from "./dimse";
import { ReceivedFiles } from "./received-files";
import { openStorageScp } from "./storage-scp";
import type { TlsIdentity } from "./tls";

const storescp = programOrSkip("storescp", "dcmtk");
const storescu = programOrSkip("storescu", "dcmtk");
const files = filesIn(cineFolder, ".dcm").slice(0, 2);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "no failure",
    (thrown: unknown) => thrown,
  );

const dimse = (port: number, tls?: TlsIdentity, calledAeTitle = "ORTHANC") =>
  new DimseArchive({
    host: "127.0.0.1",
    port,
    calledAeTitle,
    callingAeTitle: "SLICEBENCH",
    transferSyntaxUids: knownTransferSyntaxUids,
    fileMeta: writeFileMeta,
    tls,
  });

describe.skipIf(openssl === undefined)("an archive over TLS", () => {
  let folder: string;
  let ours: Certificates;
  let others: Certificates;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "slicebench-tls-"));
    ours = makeCertificates(folder, "ours");
    others = makeCertificates(folder, "others");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.skipIf(!hasOrthanc)("that is Debian's Orthanc", () => {
    let orthanc: Orthanc;
    beforeAll(async () => {
      orthanc = await startOrthanc(ours);
    });
    afterAll(() => orthanc.stop());

    const dicomWeb = (tls?: TlsIdentity, url = orthanc.dicomWebUrl) =>
      new DicomWebArchive({
        url,
        login: { kind: "basic", user: orthanc.user, password: orthanc.password },
        ...(tls && { tls }),
      });
    const over = (protocol: string, tls: TlsIdentity): Archive =>
      protocol === "DIMSE" ? dimse(orthanc.dicomPort, tls) : dicomWeb(tls);

    test.each(["DICOMweb", "DIMSE"])("takes and gives back over %s", async (protocol) => {
      const archive = over(protocol, ours);
      await archive.echo();
      const sent = await archive.send({ files: await Promise.all(files.map(outgoingFile)) });
      expect(sent.map(({ state }) => state)).toEqual(["stored", "stored"]);
      const { studies } = await archive.find({ limit: 1, offset: 0 });
      const into = join(folder, protocol);
      mkdirSync(into);
      const fetched = await archive.fetch({ studyInstanceUid: studies[0]!.studyInstanceUid, folder: into });
      expect(fetched.files).toHaveLength(2);
      if (protocol === "DICOMweb") {
        expect(fetched.files.map(digestFile).sort()).toEqual(files.map(digestFile).sort());
      }
    });

    test.each(["DICOMweb", "DIMSE"])("is not trusted over %s by whom it did not name", async (protocol) => {
      const { certificate, key } = ours;
      const wrong = await failureOf(over(protocol, { ca: others.ca, certificate, key }).echo());
      expect(wrong).toMatchObject({ code: "ARCHIVE_UNTRUSTED" });
      const none = await failureOf(over(protocol, { certificate, key }).echo());
      expect(none).toMatchObject({ code: "ARCHIVE_UNTRUSTED" });
    });

    test("is not trusted under another name than its certificate has", async () => {
      const url = orthanc.dicomWebUrl.replace("127.0.0.1", "localhost");
      expect(await failureOf(dicomWeb(ours, url).echo())).toMatchObject({ code: "ARCHIVE_UNTRUSTED" });
    });

    test("lets nobody in over DIMSE without a certificate, or with another authority's", async () => {
      const without = await failureOf(dimse(orthanc.dicomPort, { ca: ours.ca }).echo());
      expect(without).toMatchObject({ code: "ARCHIVE_LOGIN" });
      const { certificate, key } = others;
      const strange = await failureOf(dimse(orthanc.dicomPort, { ca: ours.ca, certificate, key }).echo());
      expect(strange).toMatchObject({ code: "ARCHIVE_LOGIN" });
    });

    test("is not spoken to where it is asked to encrypt and cannot, or to speak openly and will not", async () => {
      const plain = await startOrthanc();
      const { port } = new URL(plain.dicomWebUrl);
      const dicomPort = plain.dicomPort;
      const encrypted = dicomWeb(ours, `https://127.0.0.1:${port}/dicom-web`);
      expect(await failureOf(encrypted.echo())).toMatchObject({ code: "ARCHIVE_TLS" });
      expect(await failureOf(dimse(dicomPort, ours).echo())).toMatchObject({
        code: expect.stringMatching(/^ARCHIVE_(?:TLS|UNREACHABLE)$/) as string,
      });
      await plain.stop();
      expect(await failureOf(dimse(orthanc.dicomPort).echo())).toMatchObject({
        code: expect.stringMatching(/^ARCHIVE_/) as string,
      });
    });
  });

  test.skipIf(storescp === undefined)("that is DCMTK's storescp takes what is sent", async () => {
    const [port, into] = [await freePort(), join(folder, "storescp")];
    mkdirSync(into);
    const words = ["+tls", ours.keyFile, ours.certificateFile, "+cf", ours.caFile, "-od", into, String(port)];
    const server = spawn(storescp!, ["+xa", ...words], { stdio: "ignore" });
    try {
      await listens(port, server, "storescp");
      await dimse(port, ours).echo();
      const sent = await dimse(port, ours).send({ files: await Promise.all(files.map(outgoingFile)) });
      expect(sent.map(({ state }) => state)).toEqual(["stored", "stored"]);
      expect(readdirSync(into)).toHaveLength(2);
      expect(await failureOf(dimse(port, others).echo())).toMatchObject({ code: "ARCHIVE_UNTRUSTED" });
    } finally {
      await ended(server);
    }
  });

  test.skipIf(storescu === undefined)(
    "sends here by C-MOVE only with a certificate of the authority",
    async () => {
      const [port, into] = [await freePort(), join(folder, "moved")];
      mkdirSync(into);
      const open = (tls: TlsIdentity) =>
        openStorageScp({
          destination: { address: "127.0.0.1", port },
          aeTitle: "SLICEBENCH",
          senderAeTitle: "ARCHIVE",
          tls,
          sopClassUids: [],
          intake: {
            received: new ReceivedFiles(into, defaultLimits),
            transferSyntaxUids: knownTransferSyntaxUids,
            fileMeta: writeFileMeta,
            onInstance: () => undefined,
          },
          limits: defaultLimits,
          onActivity: () => undefined,
          onFailure: (failure: SlicebenchError) => expect.fail(failure.message),
        });
      await expect(open({ ca: ours.ca })).rejects.toMatchObject({ code: "ARCHIVE_CERTIFICATE" });
      const scp = await open(ours);
      const send = async (...words: string[]) => {
        const titles = ["-aec", "SLICEBENCH", "-aet", "ARCHIVE", "127.0.0.1", String(port), "-xr", files[0]!];
        const client = spawn(storescu!, [...words, ...titles], { stdio: "ignore" });
        await new Promise((resolve) => client.once("exit", resolve));
        return client.exitCode;
      };
      try {
        expect(await send()).not.toBe(0);
        expect(await send("+tla", "+cf", ours.caFile)).not.toBe(0);
        const strange = ["+tls", others.keyFile, others.certificateFile, "+cf", ours.caFile];
        expect(await send(...strange)).not.toBe(0);
        expect([readdirSync(into), scp.wasReached()]).toEqual([[], false]);
        expect(await send("+tls", ours.keyFile, ours.certificateFile, "+cf", ours.caFile)).toBe(0);
        expect(readdirSync(into)).toEqual(["000001.dcm"]);
      } finally {
        scp.close();
      }
    },
  );
});
