import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { cineFolder } from "../../test-support/open-host";
import { hasOrthanc, type Orthanc, startOrthanc } from "../../test-support/orthanc";
import { filesIn } from "../../test-support/readers";
import { runProgram } from "./program";

const folder = mkdtempSync(join(tmpdir(), "slicebench-archive-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs the command; returns its exit code, its items, and all that it said. */
async function archive(...words: string[]) {
  let [out, said] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said += String(text)), true));
  const code = await runProgram(["archive", ...words, "--json", "--workspace", join(folder, "w.sqlite")]);
  const lines = out.split("\n").filter(Boolean);
  return { code, said: said + out, items: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test("an archive that is not configured, or only half, is wrong usage", async () => {
  expect(await archive("echo", "nobody")).toMatchObject({ code: 2, items: [] });
  expect(await archive("add", "half", "--host", "10.0.0.7")).toMatchObject({ code: 2, items: [] });
  expect(await archive("list")).toMatchObject({ code: 0, items: [] });
});

test("an archive sends here by C-MOVE where a port is named, on this machine unless an address is", async () => {
  const words = ["--host", "10.0.0.7", "--port", "104", "--called-aet", "ARCHIVE", "--move-port", "11112"];
  const here = { archive: { move: { address: "127.0.0.1", port: 11_112 } } };
  expect(await archive("add", "here", ...words)).toMatchObject({ code: 0, items: [here] });
  const there = { archive: { move: { address: "10.0.0.8", port: 11_112 } } };
  const address = ["--move-address", "10.0.0.8"];
  expect(await archive("add", "there", ...words, ...address)).toMatchObject({ code: 0, items: [there] });
  expect(await archive("add", "none", ...words, "--move-address", "anywhere")).toMatchObject({ code: 2 });
});

describe.skipIf(!hasOrthanc)("slicebench archive", () => {
  let orthanc: Orthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc();
    writeFileSync(join(folder, "password"), `${orthanc.password}\n`);
  });
  afterAll(() => orthanc.stop());

  test("sends files, finds their study, and fetches it; the password is in no output", async () => {
    const { dicomWebUrl, user, password } = orthanc;
    const secret = ["--secret-file", join(folder, "password")];
    const added = await archive("add", "test", "--url", dicomWebUrl, "--user", user, ...secret);
    expect(added).toMatchObject({ code: 0, items: [{ hasSecret: true }] });
    expect((await archive("echo", "test")).code).toBe(0);
    const files = filesIn(cineFolder, ".dcm").slice(0, 2);
    const sent = await archive("send", "test", ...files, join(folder, "password"));
    expect(sent).toMatchObject({ code: 1, items: [{ ok: false }, { ok: true }, { ok: true }] });
    const found = await archive("find", "test", "--modality", "MR");
    expect(found).toMatchObject({ code: 0, items: [{ ok: true, instanceCount: 2 }] });
    const study = found.items[0]!.studyInstanceUid as string;
    const out = ["--out", join(folder, "study")];
    expect(await archive("fetch", "test", study, ...out)).toMatchObject({ code: 0, items: [{}, {}] });
    expect((await archive("fetch", "test", study, ...out)).code).toBe(2);
    expect((await archive("fetch", "test", "1.2.3", "--out", join(folder, "none"))).code).toBe(1);
    const { said } = await archive("list");
    expect([added.said, sent.said, said].join("")).not.toContain(password);
  });
});
