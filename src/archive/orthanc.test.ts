import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestFile, oneOfEachSyntax } from "../../test-support/archive-files";
import { cineFolder } from "../../test-support/open-host";
import { hasOrthanc, type Orthanc, startOrthanc } from "../../test-support/orthanc";
import { digestPixels } from "../../test-support/pixels";
import { filesIn } from "../../test-support/readers";
import { openFile, openImage } from "../formats/open";
import { writeFileMeta } from "../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../formats/dicom/transfer-syntax";
import type { Archive } from "./archive";
import { DicomWebArchive } from "./dicomweb";
import { DimseArchive } from "./dimse";
import type { DimsePeer } from "./dimse-association";

const cine = filesIn(cineFolder, ".dcm");
const all = { limit: 50, offset: 0 };

/** HTJ2K and deflated frames: Orthanc 1.10 gives them away as files, and does not offer them in an association. */
const unknownToOrthanc = new Set(["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.8.1"]);

/** What an instance is: over DICOMweb each byte, over DIMSE its pixels and how they are written, as its meta header is made here. */
const contentOf = {
  DICOMweb: (file: string) => Promise.resolve(digestFile(file)),
  DIMSE: async (file: string) => {
    const opened = await openImage(file);
    const { pixels } = await opened.readFrame(0);
    return `${opened.identity.sopInstanceUid} ${opened.transferSyntaxUid} ${digestPixels(pixels)}`;
  },
};

describe.skipIf(!hasOrthanc).each(["DICOMweb", "DIMSE"] as const)("an archive over %s", (protocol) => {
  let orthanc: Orthanc;
  let archive: Archive;
  let folder: string;

  beforeAll(async () => {
    orthanc = await startOrthanc();
    await orthanc.upload(cine);
    archive = protocol === "DIMSE" ? dimse() : dicomWeb();
    folder = mkdtempSync(join(tmpdir(), "slicebench-archive-test-"));
  });
  afterAll(async () => {
    await orthanc.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const dicomWeb = (password = orthanc.password) =>
    new DicomWebArchive({ url: orthanc.dicomWebUrl, login: { kind: "basic", user: orthanc.user, password } });
  const dimse = (titles: Partial<DimsePeer> = {}) =>
    new DimseArchive({
      host: "127.0.0.1",
      port: orthanc.dicomPort,
      calledAeTitle: "ORTHANC",
      callingAeTitle: "SLICEBENCH",
      transferSyntaxUids: knownTransferSyntaxUids,
      fileMeta: writeFileMeta,
      ...titles,
    });

  test("answers an echo", () => archive.echo());

  test.runIf(protocol === "DICOMweb")("refuses a wrong password, and does not repeat it", async () => {
    const refused = await dicomWeb("battery staple")
      .echo()
      .catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "ARCHIVE_LOGIN" });
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain("battery");
  });

  test.runIf(protocol === "DIMSE")(
    "refuses a wrong title of its own, and searches of a stranger",
    async () => {
      await expect(dimse({ calledAeTitle: "OTHER" }).echo()).rejects.toMatchObject({ code: "ARCHIVE_LOGIN" });
      await expect(dimse({ callingAeTitle: "STRANGER" }).find(all)).rejects.toMatchObject({
        code: expect.stringMatching(/^ARCHIVE_/) as string,
      });
    },
  );

  test("describes a study as its files do", async () => {
    const { identity } = await openFile(cine[0]!);
    const { studies, more } = await archive.find(all);
    expect(studies).toEqual([
      {
        studyInstanceUid: identity.studyInstanceUid,
        patientName: identity.patientName,
        patientId: identity.patientId,
        birthDate: undefined,
        studyDate: identity.studyDate,
        modalities: ["MR"],
        description: identity.studyDescription,
        accessionNumber: undefined,
        seriesCount: 1,
        instanceCount: cine.length,
      },
    ]);
    expect(more).toBe(false);
  });

  test("finds by each key, and nothing where one does not match", async () => {
    const { identity } = await openFile(cine[0]!);
    const count = async (query: object) => (await archive.find({ ...all, ...query })).studies.length;
    const matching = {
      patientName: identity.patientName!.slice(0, 4),
      patientId: identity.patientId,
      from: identity.studyDate,
      to: identity.studyDate,
      modality: "MR",
    };
    expect(await count(matching)).toBe(1);
    expect(await count({ from: identity.studyDate })).toBe(1);
    expect(await count({ to: String(Number(identity.studyDate) - 1) })).toBe(0);
    for (const key of ["patientName", "patientId", "modality", "accessionNumber", "description"]) {
      expect([key, await count({ ...matching, [key]: "XX" })]).toEqual([key, 0]);
    }
  });

  test("brings a study as it is, in files whose names say nothing", async () => {
    const { studies } = await archive.find(all);
    const into = mkdtempSync(join(folder, "study-"));
    const progress: (number | undefined)[][] = [];
    const fetched = await archive.fetch({
      studyInstanceUid: studies[0]!.studyInstanceUid,
      folder: into,
      onProgress: (...counts) => progress.push(counts),
    });
    expect(fetched).toMatchObject({ announced: cine.length, warnings: [] });
    const contents = (files: readonly string[]) => Promise.all(files.map(contentOf[protocol]));
    expect((await contents(fetched.files)).sort()).toEqual((await contents(cine)).sort());
    expect(readdirSync(into)).toEqual(cine.map((_, index) => `${String(index + 1).padStart(6, "0")}.dcm`));
    expect(statSync(fetched.files[0]!).mode & 0o077).toBe(0);
    expect([progress[0], progress.at(-1)]).toEqual([
      [0, cine.length],
      [cine.length, cine.length],
    ]);
  });

  test("has nothing of a series that is not in the study", async () => {
    const { studies } = await archive.find(all);
    const fetched = await archive.fetch({
      studyInstanceUid: studies[0]!.studyInstanceUid,
      seriesInstanceUid: "1.2.3",
      folder: mkdtempSync(join(folder, "series-")),
    });
    expect(fetched).toEqual({ files: [], announced: 0, warnings: [] });
  });

  test("pages through studies, and says when there are more", async () => {
    const files = oneOfEachSyntax();
    await orthanc.upload(files.map(({ file }) => file));
    const everything = await archive.find(all);
    const first = await archive.find({ limit: 1, offset: 0 });
    const last = await archive.find({ limit: 1, offset: everything.studies.length - 1 });
    expect(first.more).toBe(everything.studies.length > 1);
    expect(last.more).toBe(false);
    expect([first.studies[0], last.studies[0]]).toEqual([everything.studies[0], everything.studies.at(-1)]);
  });

  test.each(oneOfEachSyntax())("brings $syntax as it is stored", async ({ syntax, file }) => {
    const { identity } = await openFile(file, { headerOnly: true });
    await orthanc.upload([file]);
    const fetching = archive.fetch({
      studyInstanceUid: identity.studyInstanceUid!,
      folder: mkdtempSync(join(folder, "syntax-")),
    });
    if (protocol === "DIMSE" && unknownToOrthanc.has(syntax)) {
      await expect(fetching).rejects.toMatchObject({ code: "ARCHIVE_REFUSED" });
      return;
    }
    const { files } = await fetching;
    const contents = await Promise.all(files.map(contentOf[protocol]));
    expect(contents).toContain(await contentOf[protocol](file));
  });

  test("stores what is sent, and says for each instance what became of it", async () => {
    const { identity, sopClassUid, transferSyntaxUid } = await openFile(cine[3]!, { headerOnly: true });
    const file = {
      file: cine[3]!,
      sopInstanceUid: identity.sopInstanceUid!,
      sopClassUid: sopClassUid!,
      transferSyntaxUid: transferSyntaxUid!,
    };
    // Over DIMSE it is agreed on before anything is sent what the archive takes.
    const refused =
      protocol === "DIMSE"
        ? { ...file, transferSyntaxUid: "1.2.3.4" }
        : { ...file, file: join(cineFolder, "../samples.json") };
    const sent = await archive.send({ files: [file, refused] });
    expect(sent).toEqual([
      { file: file.file, sopInstanceUid: file.sopInstanceUid, state: "stored" },
      expect.objectContaining({ file: refused.file, state: "refused" }),
    ]);
  });
});
