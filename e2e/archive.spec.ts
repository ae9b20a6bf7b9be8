import type { Page } from "@playwright/test";
import type { FetchedStudiesView, LayerView, StudySummary } from "../src/host/contract";
import { hasOrthanc, type Orthanc, startOrthanc } from "../test-support/orthanc";
import { filesIn } from "../test-support/readers";
import { cine, expect, openInTheme, pictureShown, quiet, seriousFindings, test } from "./workstation";

test.use({ opening: { inputs: [], models: [] } });

async function openArchiveDialog(page: Page) {
  await page.getByRole("button", { name: "From archive", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Open from archive" });
  await expect(dialog).toBeVisible();
  return dialog;
}

test("without an archive one is offered to be added, and what fails is said in place", async ({
  workstation,
}) => {
  const { page } = workstation;
  const dialog = await openArchiveDialog(page);
  await expect(dialog).toContainText("No archive is configured");
  for (const theme of ["dark", "light"] as const) {
    await openInTheme(page, theme);
    await openArchiveDialog(page);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add archive…" }).click();
    expect(await seriousFindings(page)).toEqual([]);
  }
  await dialog.getByRole("button", { name: "DIMSE" }).click();
  await dialog.getByLabel("Name").fill("Nobody");
  await dialog.getByLabel("Host").fill("127.0.0.1");
  // The discard port, where nothing answers.
  await dialog.getByLabel("Port").fill("9");
  await dialog.getByLabel("Archive's AE title").fill("BACK\\SLASH");
  await dialog.getByRole("button", { name: "Add archive" }).click();
  await expect(dialog.getByRole("alert")).toContainText("AE title");
  await dialog.getByLabel("Archive's AE title").fill("NOBODY");
  await dialog.getByRole("button", { name: "Add archive" }).click();
  await dialog.getByRole("button", { name: "Find studies" }).click();
  await expect(dialog.getByRole("alert")).toContainText("The search failed");
  await page.keyboard.press("Escape");
  await expect(page.getByText("1 archive, only when you ask")).toBeVisible();
});

test.describe("with Debian's Orthanc", () => {
  test.skip(!hasOrthanc, "orthanc with orthanc-dicomweb is not installed");
  let orthanc: Orthanc;
  test.beforeAll(async () => {
    orthanc = await startOrthanc();
    await orthanc.upload(filesIn(cine, ".dcm"));
  });
  test.afterAll(() => orthanc.stop());

  const modalities = async () => {
    const series = (await orthanc.list("/series?expand")) as { MainDicomTags: { Modality: string } }[];
    return series.map(({ MainDicomTags }) => MainDicomTags.Modality).sort();
  };

  test("a study is found, fetched and segmented, and its segmentation is in the archive's own listing", async ({
    workstation,
  }) => {
    test.slow();
    const { page } = workstation;
    // Keys are heard once the start screen is there.
    await expect(page.getByRole("button", { name: "From archive", exact: true })).toBeVisible();
    await page.keyboard.press("Control+,");
    const settings = page.getByRole("dialog", { name: "Settings" });
    await settings.getByRole("button", { name: "Add archive…" }).click();
    await settings.getByLabel("Name").fill("Ward");
    await settings.getByLabel("Address").fill(orthanc.dicomWebUrl);
    await settings.getByLabel("User").fill(orthanc.user);
    await settings.getByLabel(/^Password/).fill("wrong");
    await settings.getByRole("button", { name: "Add archive" }).click();
    await settings.getByRole("button", { name: "Test Ward" }).click();
    await expect(settings.getByRole("alert")).toContainText("The test failed");
    await settings.getByRole("button", { name: "Remove Ward" }).click();
    await settings.getByRole("button", { name: "Add archive…" }).click();
    await settings.getByLabel("Name").fill("Ward");
    await settings.getByLabel("Address").fill(orthanc.dicomWebUrl);
    await settings.getByLabel("User").fill(orthanc.user);
    await settings.getByLabel(/^Password/).fill(orthanc.password);
    await settings.getByRole("button", { name: "Add archive" }).click();
    await settings.getByRole("button", { name: "Test Ward" }).click();
    await expect(settings.getByText("It answers")).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");

    const dialog = await openArchiveDialog(page);
    await dialog.getByLabel("Modality").fill("CT");
    await dialog.getByRole("button", { name: "Find studies" }).click();
    await expect(dialog).toContainText("No study matches");
    await dialog.getByLabel("Modality").fill("MR");
    await dialog.getByRole("button", { name: "Find studies" }).click();
    await expect(dialog.getByRole("row").nth(1)).toContainText("MR");
    await expect(dialog.getByRole("row")).toHaveCount(2);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: /^Fetch the study/ }).click();
    await expect(dialog).toBeHidden({ timeout: 60_000 });
    await pictureShown(workstation, 1);
    const fetched = (await (await workstation.get("/api/fetched-studies")).json()) as FetchedStudiesView;
    expect(fetched).toMatchObject({ studies: 1, open: 1 });

    await page.getByRole("button", { name: /^Run U-Net · left ventricle/ }).click();
    await quiet(workstation);
    const [study] = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
    await expect
      .poll(async () => {
        const answer = await workstation.get(`/api/layers?seriesId=${study!.series[0]!.id}`);
        return ((await answer.json()) as LayerView[]).map(({ frames }) => frames.length > 0);
      })
      .toEqual([true]);

    await page.keyboard.press("Control+e");
    const exporting = page.getByRole("dialog", { name: "Export layer" });
    await exporting.getByLabel("RT structure set").check();
    await exporting.getByLabel("NIfTI volume").check();
    await expect(exporting).toContainText("not the other chosen formats");
    expect(await seriousFindings(page)).toEqual([]);
    await exporting.getByRole("button", { name: "Send to archive" }).click();
    await expect(page.getByText("Sent, and stored by the archive")).toBeVisible({ timeout: 60_000 });
    expect(await modalities()).toEqual(["MR", "RTSTRUCT", "SEG"]);
  });
});
