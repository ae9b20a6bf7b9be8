import { cine, expect, openInTheme, pictureShown, seriousFindings, test } from "./workstation";

test.describe("axe finds nothing serious", () => {
  test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] } });

  for (const theme of ["dark", "light"] as const) {
    test(`in a comparison, ${theme}`, async ({ workstation }) => {
      const { page } = workstation;
      await openInTheme(page, theme);
      await pictureShown(workstation, 2);
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
});

test.describe("before anything is opened", () => {
  test.use({ opening: { inputs: [], models: [] } });

  test("the samples are offered, and axe finds nothing serious", async ({ workstation }) => {
    const { page } = workstation;
    for (const theme of ["dark", "light"] as const) {
      await openInTheme(page, theme);
      await expect(page.getByText("cine", { exact: false }).first()).toBeVisible();
      expect(await seriousFindings(page)).toEqual([]);
    }
  });
});

test("dialogs and menus have nothing serious, in either theme", async ({ workstation }) => {
  test.slow();
  const { page } = workstation;
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const theme of ["dark", "light"] as const) {
    await openInTheme(page, theme);
    await pictureShown(workstation, 1);
    for (const key of ["Control+k", "F1", "Control+,"]) {
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toBeHidden();
    }
    await page.getByRole("button", { name: "More for this viewport" }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
  }
});

interface Reached {
  label: string;
  /** CSS pixels. */
  ring: number;
}

/** Where the focus is, and how broad its ring; the library draws some on the box beside a hidden field. */
const focused = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const rings = [element, ...element.parentElement.children].map((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
  });
  return { label: element.getAttribute("aria-label") ?? element.textContent, ring: Math.max(...rings) };
})()`;

test("Tab reaches every part of the window, and shows where it is", async ({ workstation }) => {
  test.slow();
  const { page } = workstation;
  await pictureShown(workstation, 1);
  const reached: Reached[] = [];
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<Reached | undefined>(focused);
    if (at === undefined) break;
    reached.push(at);
  }
  // It left the page at its end: nothing holds the focus.
  expect(reached.length).toBeLessThan(120);
  expect(reached.filter(({ ring }) => ring < 2)).toEqual([]);
  const labels = reached.map(({ label }) => label).join("\n");
  for (const part of [
    "Find a command",
    "Settings",
    "Window and level",
    "Layout: 2 × 2",
    "Filter studies",
    "Short axis cine",
    "Viewport 1,",
    "More for this viewport",
    "Slice",
    "Hide R, Reference",
    "Choose U-Net · left ventricle",
    "Run U-Net · left ventricle on this slice",
  ]) {
    expect(labels).toContain(part);
  }
});

test("who wants less motion sees none", async ({ workstation }) => {
  const { page } = workstation;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await pictureShown(workstation, 1);
  await page.keyboard.press("F1");
  await expect(page.getByRole("dialog")).toBeVisible();
  const moving = await page.evaluate<number[]>(
    "document.getAnimations().map(({ effect }) => effect.getComputedTiming().duration)",
  );
  expect(moving.filter((duration) => duration !== 0)).toEqual([]);
});
