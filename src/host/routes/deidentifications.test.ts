import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, openHost, samplesFolder, type TestHost } from "../../../test-support/open-host";
import type { DeidentificationPreview, JobView, StudySummary } from "../contract";

let host: TestHost;
let studyId: string;
const options = { retainUids: false, shiftDates: true, cleanDescriptors: false };
beforeAll(async () => {
  host = openHost();
  await host.open(join(samplesFolder, "brain-mr"));
  studyId = (await host.get<StudySummary[]>("/api/studies"))[0]!.id;
}, 60_000);
afterAll(() => host.close());

test("the files of an open study are looked at, then written anew as a job", async () => {
  const looked = await host.ask("POST", "/api/deidentifications/preview", { studyId, options });
  const preview = (await looked.json()) as DeidentificationPreview;
  expect({ ...preview, changes: preview.changes.length > 10 }).toEqual({
    done: 10,
    leftOut: 0,
    failed: 0,
    warnings: [],
    changes: true,
  });

  const out = join(host.folder, "new");
  const started = await host.ask("POST", "/api/deidentifications", { studyId, options, out });
  expect(started.status).toBe(202);
  const job = await host.untilOver(((await started.json()) as JobView).id);
  expect(job).toMatchObject({ state: "done", done: 10, total: 10, problems: [] });
  expect(readdirSync(out)).toHaveLength(10);
});

test("a study that is not open, and a folder that is no whole path, are refused", async () => {
  const asked = (body: object) => host.ask("POST", "/api/deidentifications", { options, ...body });
  expect(await failureOf(await asked({ studyId: "none", out: "/tmp/new" }))).toMatchObject({
    code: "STUDY_NOT_FOUND",
  });
  expect(await failureOf(await asked({ studyId, out: "new" }))).toMatchObject({
    code: "OUTPUT_NOT_ABSOLUTE",
  });
});
