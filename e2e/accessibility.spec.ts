import { cine, expect, pictureShown, seriousFindings, test } from "./workstation";

test.describe("axe finds nothing serious", () => {
  test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] } });

  for (const theme of ["dark", "light"] as const) {
    test(`in a comparison, ${theme}`, async ({ workstation }) => {
      const { page } = workstation;
      await page.request.patch(new URL("/api/settings", page.url()).href, {
        data: { theme },
        headers: { origin: new URL(page.url()).origin },
      });
      await page.reload();
      await pictureShown(workstation, 2);
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
});

test.describe("before anything is opened", () => {
  test.use({ opening: { inputs: [], models: [] } });

  test("the samples are offered, and axe finds nothing serious", async ({ workstation }) => {
    const { page } = workstation;
    await expect(page.getByText("cine", { exact: false }).first()).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
