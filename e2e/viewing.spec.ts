import { writeOverlaidCt } from "./ct-series";
import { expect, pictureShown, test } from "./workstation";

test.describe("a study is opened", () => {
  test("its picture, texts, orientation and scale are shown, and nothing is complained of", async ({
    workstation,
  }) => {
    const { page, complaints } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    // Five places with eight phases each: it opens at the middle place's first phase.
    await expect(picture).toContainText("Slice 17 / 40");
    await expect(picture).toContainText("W 600 L 300");
    await expect(picture).toContainText(/\d+ mm/);
    await expect(page.getByTestId("text-orientation").first()).toHaveText(/[LRAPSI]/);
    await expect(page.getByRole("complementary", { name: "Studies" })).toContainText("Phantom, Cardiac Cine");
    expect(complaints).toEqual([]);
  });

  test("wheel, keys and scrubber walk through the slices", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    await picture.hover();
    await page.mouse.wheel(0, 100);
    await expect(picture).toContainText("Slice 18 / 40");
    await page.keyboard.press("ArrowDown");
    await expect(picture).toContainText("Slice 19 / 40");
    await page.keyboard.press("End");
    await expect(picture).toContainText("Slice 40 / 40");
    await page.keyboard.press("Home");
    await expect(picture).toContainText("Slice 1 / 40");
    await page.getByRole("button", { name: "Next slice" }).click();
    await expect(picture).toContainText("Slice 2 / 40");
  });

  test("a drag changes the window, a right drag the zoom, and double-click fills the grid", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    const before = await picture.screenshot();
    const box = (await picture.boundingBox())!;
    const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(centre.x, centre.y);
    await page.mouse.down();
    await page.mouse.move(centre.x + 80, centre.y + 40, { steps: 5 });
    await page.mouse.up();
    await expect(picture).not.toContainText("W 600 L 300");
    expect((await picture.screenshot()).equals(before)).toBe(false);
    const zoomText = () => picture.getByText(/^Zoom/).textContent();
    const zoom = await zoomText();
    await page.mouse.move(centre.x, centre.y);
    await page.mouse.down({ button: "right" });
    await page.mouse.move(centre.x, centre.y - 80, { steps: 5 });
    await page.mouse.up({ button: "right" });
    await expect.poll(zoomText).not.toBe(zoom);
    await page.getByRole("button", { name: "2 × 2" }).click();
    await expect(page.getByRole("region", { name: /^Viewport 4/ })).toBeVisible();
    await picture.dblclick();
    await expect(page.getByRole("region", { name: /^Viewport 4/ })).toBeHidden();
  });

  test("I inverts, R rotates, and the probe names the value under the pointer", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    const letters = page.getByTestId("text-orientation").first();
    const upright = await letters.textContent();
    const plain = await picture.screenshot();
    await picture.hover();
    await expect(page.getByTestId("text-probe").first()).toHaveText(/\d/);
    await page.keyboard.press("i");
    await expect.poll(async () => (await picture.screenshot()).equals(plain)).toBe(false);
    await page.keyboard.press("r");
    await expect(letters).not.toHaveText(upright!);
  });
});

test.describe("keys and menus", () => {
  test("what is typed right after Ctrl+K goes to the palette, and focus comes back", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await workstation.viewport(1).focus();
    // In one task: no key can come sooner after the first.
    const focused = await page.evaluate<string>(`
      const key = { key: "k", code: "KeyK", ctrlKey: true, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
      document.activeElement.getAttribute("aria-label");
    `);
    expect(focused).toBe("Find a command, a series or a model");
    await page.keyboard.type("invert");
    await expect(page.getByRole("dialog").getByText("Invert grey values")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(workstation.viewport(1)).toBeFocused();
  });

  test("a key that two commands share is told beside both, and its default comes back", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.keyboard.press("Control+,");
    const rotate = page.getByRole("button", { name: /^Key of Rotate.*: R\. Press to change$/ });
    await rotate.click();
    await page.keyboard.press("i");
    const row = (title: RegExp) => page.getByRole("dialog").getByRole("listitem").filter({ hasText: title });
    await expect(row(/^Rotate/)).toContainText("also the key of Invert grey values");
    await expect(row(/^Invert grey values/)).toContainText("also the key of Rotate");
    await page.getByRole("button", { name: /^Restore the key of Rotate/ }).click();
    await expect(page.getByRole("dialog")).not.toContainText("also the key of");
    await expect(rotate).toBeVisible();
  });

  test("the shortcut sheet has the gestures of Annotate", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.keyboard.press("F1");
    await expect(page.getByRole("dialog")).toContainText("Shift + wheelbrush size");
    await expect(page.getByRole("dialog")).toContainText("Double-click, Enterclose an outline");
  });

  test("the palette finds a command, F1 shows the keys, Escape closes", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.keyboard.press("Control+k");
    await expect(page.getByPlaceholder("Find a command, a series or a model")).toBeFocused();
    await page.keyboard.type("invert");
    await expect(page.getByRole("dialog").getByText("Invert grey values")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await page.keyboard.press("F1");
    await expect(page.getByRole("dialog")).toContainText("Rotate");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(page.getByRole("dialog")).toContainText("Theme");
  });
});

test.describe("a file that draws over its picture", () => {
  test.use({ opening: { inputs: [writeOverlaidCt()], models: [] } });

  test("Shift+I takes its overlays away and brings them back", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    const overlaid = await picture.screenshot();
    await page.keyboard.press("Shift+I");
    await expect.poll(async () => (await picture.screenshot()).equals(overlaid)).toBe(false);
    await page.keyboard.press("Shift+I");
    await expect.poll(async () => (await picture.screenshot()).equals(overlaid)).toBe(true);
    expect(workstation.complaints).toEqual([]);
  });
});
