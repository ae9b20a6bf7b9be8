import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { followTutorial, tutorialOpening } from "../test-support/tutorial";
import { repository } from "./doors";
import { expect, samples, test } from "./workstation";

test.use({
  opening: { ...tutorialOpening, inputs: tutorialOpening.inputs.map((input) => join(samples, input)) },
});

/** The fields that `slicebench info` tells of a file. */
function describe(file: string): Record<string, unknown> {
  const words = ["info", file, "--json"];
  return JSON.parse(
    execFileSync(process.execPath, [join(repository, "bin", "slicebench.mjs"), ...words], {
      encoding: "utf8",
    }),
  ) as Record<string, unknown>;
}

test("the tutorial leads from the start to a report and a DICOM segmentation", async ({
  workstation,
  door,
}) => {
  test.skip(door === "desktop", "the desktop asks for a folder in a dialog of the system");
  test.slow();
  const pictures: string[] = [];
  const { report, segmentation } = await followTutorial(workstation.page, (picture) => {
    pictures.push(picture);
    return Promise.resolve();
  });
  expect(readFileSync(report, "utf8")).toContain("3 models over 40 cases");

  const file = join(mkdtempSync(join(tmpdir(), "slicebench-tutorial-")), "annotation.seg.dcm");
  copyFileSync(segmentation, file);
  expect(describe(file)).toMatchObject({ ok: true, sopClassUid: "1.2.840.10008.5.1.4.1.1.66.4", frames: 40 });

  const words = readFileSync(resolve(repository, "docs", "tutorial.md"), "utf8");
  for (const picture of pictures) expect(words).toContain(`](images/${picture}.png)`);
  expect(workstation.complaints).toEqual([]);
});
