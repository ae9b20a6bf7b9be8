import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cineFolder } from "../../test-support/open-host";
import { ProcessEngine } from "../engine/process-engine";
import { resourceFolder } from "../services/installation";
import { forkUtilityProcess } from "./engine";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

const folder = mkdtempSync(join(tmpdir(), "slicebench-utility-"));
const request = {
  model: { folder: join(resourceFolder("models"), "cardiac-lv-unet") },
  frame: { file: join(cineFolder, "slice-3-phase-01.dcm"), frame: 0 },
};
let engine: ProcessEngine;
beforeAll(
  () => void (engine = new ProcessEngine({ start: forkUtilityProcess, spare: false, cacheFolder: folder })),
);
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a utility process segments a frame", async () => {
  const { rows, columns, labelMap } = await engine.segment(request);
  expect([rows, columns, labelMap.length]).toEqual([256, 256, 256 * 256]);
  expect(labelMap.some((value) => value === 1)).toBe(true);
});

test("one that dies costs its frame, and the next frame has a new one", async () => {
  const [pid] = engine.processIds();
  const lost = engine.segment(request);
  process.kill(pid!, "SIGKILL");
  await expect(lost).rejects.toMatchObject({ code: "ENGINE_CRASHED" });
  expect((await engine.segment(request)).labelMap.some((value) => value === 1)).toBe(true);
  expect(engine.processIds()).not.toContain(pid);
});

test("closing ends it", async () => {
  const [pid] = engine.processIds();
  await engine.close();
  expect(() => process.kill(pid!, 0)).toThrow();
});
