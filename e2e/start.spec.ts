import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { WorkspaceView } from "../src/host/contract";
import { type BuiltWorkstation, startBuiltWorkstation } from "../test-support/built-workstation";
import { cine, seriousFindings } from "./workstation";

const open: BuiltWorkstation[] = [];

/** Starts a program on a workspace, which ends with the test. */
async function start(workspace: string, inputs: string[] = []): Promise<BuiltWorkstation> {
  const started = await startBuiltWorkstation({ inputs, models: [] }, ["--workspace", workspace]);
  open.push(started);
  return started;
}

async function end(program: BuiltWorkstation): Promise<void> {
  const exit = once(program.child, "exit");
  program.child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
  open.splice(open.indexOf(program), 1);
}

test.afterEach(async () => {
  for (const program of [...open]) await end(program);
});

const newFolder = () => mkdtempSync(join(tmpdir(), "slicebench-e2e-"));
const card = (page: Page) => page.getByRole("main");
const press = (page: Page, name: string) => card(page).getByRole("button", { name }).click();
const workspaceOf = async (page: Page, { url }: BuiltWorkstation) =>
  (await (await page.request.get(new URL("/api/workspace", url).href)).json()) as WorkspaceView;

test("a workspace that another program has open is told in the page, which goes on when that has ended", async ({
  page,
}) => {
  const workspace = join(newFolder(), "workspace.sqlite");
  const holder = await start(workspace);
  const hindered = await start(workspace, [cine]);
  await page.goto(hindered.url);
  await expect(card(page)).toContainText(
    `Another Slicebench (process ${holder.child.pid}) has this workspace open`,
  );
  await expect(card(page)).toContainText(workspace);
  expect(await seriousFindings(page)).toEqual([]);
  await press(page, "Try again");
  await expect(card(page).getByRole("alert")).toHaveText("No change yet.");

  await end(holder);
  await press(page, "Try again");
  // What the program was started with is opened now.
  await expect(page.getByTestId("canvas-1")).toHaveAttribute("data-state", "ready");
  expect(await workspaceOf(page, hindered)).toMatchObject({ file: workspace, notices: [] });
});

test("with the workspace locked, work goes on in another one, which the reader names", async ({ page }) => {
  const workspace = join(newFolder(), "workspace.sqlite");
  await start(workspace);
  const hindered = await start(workspace);
  await page.goto(hindered.url);
  const path = card(page).getByRole("textbox", { name: "Path of the other workspace" });
  await expect(path).toHaveValue(workspace.replace(".sqlite", "-2.sqlite"));
  await path.fill("somewhere.sqlite");
  await press(page, "Open");
  await expect(card(page).getByRole("alert")).toContainText("Name the workspace with its whole path.");
  const other = join(newFolder(), "mine.sqlite");
  await path.fill(other);
  await press(page, "Open");
  await expect(page.getByRole("heading", { name: "Drop images or a folder here" })).toBeVisible();
  expect((await workspaceOf(page, hindered)).file).toBe(other);
});

test("a file that is no workspace is set aside as it was, and an empty workspace begins", async ({
  page,
}) => {
  const folder = newFolder();
  const workspace = join(folder, "workspace.sqlite");
  const letter = "Dear colleague, ".repeat(500);
  writeFileSync(workspace, letter);
  const hindered = await start(workspace);
  await page.goto(hindered.url);
  await expect(card(page)).toContainText("The file at the workspace's place is no workspace.");
  await press(page, "Try again");
  await expect(card(page).getByRole("alert")).toBeVisible();
  expect([readFileSync(workspace, "utf8") === letter, existsSync(join(folder, "damaged"))]).toEqual([
    true,
    false,
  ]);

  await press(page, "Start empty");
  await expect(page.getByRole("heading", { name: "Drop images or a folder here" })).toBeVisible();
  const kept = readdirSync(join(folder, "damaged"));
  expect(kept.map((name) => readFileSync(join(folder, "damaged", name), "utf8"))).toEqual([letter]);
});
