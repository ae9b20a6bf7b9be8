import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayerView, StudySummary } from "../src/host/contract";
import { markStudy, writeObjectsBeside } from "../test-support/segmented-study";
import { expect, pictureShown, quiet, samples, seriousFindings, test } from "./workstation";

test.use({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures out of the pattern
  opening: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "slicebench-objects-"));
    cpSync(join(samples, "brain-mr"), folder, { recursive: true });
    writeObjectsBeside(await markStudy(folder));
    await use({ inputs: [folder], models: [] });
    rmSync(folder, { recursive: true });
  },
});

test("a folder of images with a DICOM segmentation and contours opens with both as layers over one picture", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  expect(
    studies.map(({ series }) => series.map(({ modality, layerCount }) => [modality, layerCount])),
  ).toEqual([[["MR", 2]]]);
  const layers = page.getByRole("region", { name: "Layers" });
  await expect(layers.getByRole("button", { name: "Hide A, Segmentation: Kidneys" })).toBeVisible();
  await expect(layers.getByRole("button", { name: "Hide B, Contours: Kidneys" })).toBeVisible();
  // Both lie over the one picture: nobody asked for them to be compared.
  await expect(workstation.picture(2)).toHaveCount(0);

  // What the picture shows of them goes with them.
  const picture = workstation.picture(1);
  const withBoth = await picture.screenshot();
  for (const name of ["Hide A, Segmentation: Kidneys", "Hide B, Contours: Kidneys"]) {
    const before = await picture.screenshot();
    await layers.getByRole("button", { name }).click();
    await expect.poll(async () => (await picture.screenshot()).equals(before)).toBe(false);
  }
  for (const name of ["Show A, Segmentation: Kidneys", "Show B, Contours: Kidneys"])
    await layers.getByRole("button", { name }).click();
  await expect.poll(async () => (await picture.screenshot()).equals(withBoth)).toBe(true);

  await layers.getByRole("button", { name: "Segmentation: Kidneys", exact: true }).click();
  await expect(layers.getByText("From a DICOM SEG beside the images.")).toBeVisible();
  await expect(layers.getByRole("cell", { name: "Left kidney" })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);

  const { id } = studies[0]!.series[0]!;
  const list = (await (await workstation.get(`/api/layers?seriesId=${id}`)).json()) as LayerView[];
  expect(list.map(({ origin }) => origin.kind)).toEqual(["dicom-object", "dicom-object"]);
});
