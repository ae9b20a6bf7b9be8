import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import { hasOrthanc, type Orthanc, startOrthanc } from "../../../test-support/orthanc";
import { filesIn } from "../../../test-support/readers";
import type { FoundStudies } from "../../core/archive";
import { ArchiveConnections } from "../../services/archive/connections";
import type { ArchiveView, FetchedStudiesView, JobView, SaveArchive, StudySummary } from "../contract";

let test_: TestHost;
beforeAll(() => {
  test_ = openHost();
});
afterAll(() => test_.close());

const dicomWeb = (url: string, user = "reader"): SaveArchive["archive"] => ({
  protocol: "dicomweb",
  name: "Test archive",
  url,
  login: { kind: "basic", user },
});

describe("what is kept of archives", () => {
  test("is for this user alone, and the password never comes back", () => {
    const file = join(test_.folder, "a", "workspace.archives.json");
    const connections = new ArchiveConnections(file);
    const added = connections.add({ archive: dicomWeb("https://archive.example/dicom-web"), secret: "hush" });
    expect(added.hasSecret).toBe(true);
    expect(JSON.stringify([added, connections.list()])).not.toContain("hush");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(new ArchiveConnections(file).get("test archive").secret).toBe("hush");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("sends a password to no other address and as no other user than it was entered for", () => {
    const connections = new ArchiveConnections(undefined);
    const { id } = connections.add({ archive: dicomWeb("https://archive.example/a"), secret: "hush" });
    expect(connections.change(id, { archive: dicomWeb("https://archive.example/b") }).hasSecret).toBe(true);
    expect(connections.change(id, { archive: dicomWeb("https://other.example/b") }).hasSecret).toBe(false);
  });

  test.each([
    ["a password in the address", { ...dicomWeb("https://me:hush@archive.example") }],
    ["an address of another kind", { ...dicomWeb("file:///etc/passwd") }],
    [
      "a title that is too long",
      {
        protocol: "dimse",
        name: "A",
        host: "a",
        port: 104,
        calledAeTitle: "ABCDEFGHIJKLMNOPQ",
        callingAeTitle: "B",
      },
    ],
  ])("has no %s", async (_what, archive) => {
    const answer = await test_.ask("POST", "/api/archives", { archive });
    expect(await failureOf(answer)).toEqual({ status: 400, code: "REQUEST_INVALID" });
  });
});

test("there is no archive until the user adds one", async () => {
  expect(await test_.get("/api/archives")).toEqual([]);
  const answer = await test_.ask("POST", "/api/archives/none/echo");
  expect(await failureOf(answer)).toEqual({ status: 404, code: "ARCHIVE_UNKNOWN" });
});

describe.skipIf(!hasOrthanc)("an archive in the window", () => {
  let orthanc: Orthanc;
  let archive: ArchiveView;

  beforeAll(async () => {
    orthanc = await startOrthanc();
    await orthanc.upload(filesIn(cineFolder, ".dcm"));
    const saved: SaveArchive = {
      archive: dicomWeb(orthanc.dicomWebUrl, orthanc.user),
      secret: orthanc.password,
    };
    archive = (await (await test_.ask("POST", "/api/archives", saved)).json()) as ArchiveView;
  });
  afterAll(() => orthanc.stop());

  async function fetchStudy(): Promise<StudySummary> {
    const path = `/api/archives/${archive.id}`;
    const found = (await (await test_.ask("POST", `${path}/find`, {})).json()) as FoundStudies;
    const answer = await test_.ask("POST", `${path}/fetch`, {
      studyInstanceUid: found.studies[0]!.studyInstanceUid,
      title: "MR of the heart",
    });
    const job = await test_.untilOver(((await answer.json()) as JobView).id);
    expect(job).toMatchObject({ kind: "fetch", state: "done", problems: [] });
    await test_.workstation.jobs.idle();
    return (await test_.get<StudySummary[]>("/api/studies"))[0]!;
  }

  test("brings a study, which opens, and takes its segmentation back", async () => {
    const { series } = await fetchStudy();
    expect(series).toMatchObject([{ frameCount: 40 }]);
    const { layers, studies } = test_.workstation;
    const layer = layers.create({
      seriesId: series[0]!.id,
      name: "Reference",
      origin: { kind: "reference" },
      segments: [{ value: 1, label: "Ventricle", colour: "#E69F00" }],
    });
    const { rows, columns } = studies.series(series[0]!.id).frames[3]!;
    const values = new Uint8Array(rows * columns).fill(1, 40 * columns, 50 * columns);
    await layers.putLabelMaps(layer.id, [{ frame: 3, labelMap: { rows, columns, values } }]);
    const sending = await test_.ask("POST", `/api/archives/${archive.id}/send`, {
      layerId: layer.id,
      formats: ["seg", "rtstruct", "sr", "sc"],
    });
    const job = await test_.untilOver(((await sending.json()) as JobView).id);
    expect(job).toMatchObject({ kind: "send", state: "done", problems: [] });
    const there = (await orthanc.list("/series?expand")) as { MainDicomTags: { Modality: string } }[];
    expect(there.map(({ MainDicomTags }) => MainDicomTags.Modality).sort()).toEqual([
      "MR",
      "OT",
      "RTSTRUCT",
      "SEG",
      "SR",
    ]);
  });

  test("keeps a fetched study while it is open or has layers, and clears it where that was asked for", async () => {
    const fetched = () => test_.get<FetchedStudiesView>("/api/fetched-studies");
    const clear = async (words = "") =>
      (await (await test_.ask("DELETE", `/api/fetched-studies${words}`)).json()) as FetchedStudiesView;
    const { folder } = await fetched();
    const [name] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    expect(readFileSync(join(folder, name!, ".fetched.json"), "utf8")).not.toMatch(/patient/i);
    expect(await clear("?withLayers=true")).toMatchObject({ studies: 1, open: 1, withLayers: 0 });
    const [study] = await test_.get<StudySummary[]>("/api/studies");
    await test_.ask("DELETE", `/api/studies/${study!.id}`);
    expect(await clear()).toMatchObject({ studies: 1, open: 0, withLayers: 1 });
    // Fetched again, it is the series that it was, with its layers.
    expect((await fetchStudy()).series[0]).toMatchObject({ id: study!.series[0]!.id, hasReference: true });
    await test_.ask("DELETE", `/api/studies/${study!.id}`);
    expect(await clear("?withLayers=true")).toMatchObject({ studies: 0, bytes: 0 });
    expect((await fetchStudy()).series[0]).toMatchObject({ id: study!.series[0]!.id, hasReference: true });
  });
});
