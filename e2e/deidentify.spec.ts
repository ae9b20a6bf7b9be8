import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, pictureShown, samples, seriousFindings, test } from "./workstation";

const folder = mkdtempSync(join(tmpdir(), "slicebench-deidentify-"));
test.afterAll(() => rmSync(folder, { recursive: true }));

test.use({ opening: { inputs: [join(samples, "brain-mr")], models: [] } });

test("a study is de-identified after a look at what changes, and the new files hold no name", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder("Find a command, a series or a model")).toBeFocused();
  await page.keyboard.type("anonymise");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "De-identify study" });
  const name = dialog.getByRole("row", { name: /Patient's Name/ });
  await expect(name).toContainText("SB-");
  const study = dialog.getByRole("row", { name: /Study Instance UID/ });
  const old = (await study.getByRole("cell").nth(3).innerText()).trim();
  expect(old.length).toBeGreaterThan(10);
  const dates = dialog.getByRole("row", { name: /Study Date/ });
  await expect(dates).toContainText("emptied");
  await dialog.getByLabel("Shift dates").check();
  await expect(dates).toContainText("shifted");

  expect(await seriousFindings(page)).toEqual([]);
  const out = join(folder, "new");
  await dialog.getByLabel("New files go to").fill(out);
  await dialog.getByRole("button", { name: /^De-identify \d+ files$/ }).click();
  await expect(dialog.getByText(/files written to/)).toBeVisible({ timeout: 60_000 });
  const written = readdirSync(out);
  expect(written.length).toBeGreaterThan(5);
  for (const file of written) {
    expect(file).toMatch(/^\d{4}\.dcm$/);
    expect(readFileSync(join(out, file), "latin1")).not.toContain(old);
  }
});

test("a folder that is not empty is refused in the dialog, and nothing is written over", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder("Find a command, a series or a model")).toBeFocused();
  await page.keyboard.type("anonymise");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "De-identify study" });
  await dialog.getByLabel("New files go to").fill(join(samples, "brain-mr"));
  await dialog.getByRole("button", { name: /^De-identify \d+ files$/ }).click();
  await expect(dialog.getByRole("alert")).toContainText("would lie among the old ones");
});
