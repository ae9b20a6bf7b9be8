import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { screen } from "../../test-support/stand-in-electron";
import { rememberedPlace } from "./window-bounds";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

const folder = mkdtempSync(join(tmpdir(), "slicebench-bounds-"));
afterAll(() => rmSync(folder, { recursive: true }));

function remembered(content: string) {
  const file = join(folder, "window.json");
  writeFileSync(file, content);
  return rememberedPlace(file);
}
const boundsOf = (x: number, y: number, width: number, height: number) =>
  remembered(JSON.stringify({ bounds: { x, y, width, height }, isMaximized: false }))?.bounds;

test("a window comes back where it was", () => {
  expect(boundsOf(100, 80, 1_200, 800)).toEqual({ x: 100, y: 80, width: 1_200, height: 800 });
});

test("a window of a screen that is gone, or too large for this one, comes back whole and within reach", () => {
  // On a second screen at the right, above the bar at the top, beyond the left, larger than the screen.
  expect(boundsOf(2_500, 100, 1_200, 800)).toEqual({ x: 720, y: 100, width: 1_200, height: 800 });
  expect(boundsOf(100, -500, 1_200, 800)).toEqual({ x: 100, y: 40, width: 1_200, height: 800 });
  expect(boundsOf(-900, 900, 1_200, 800)).toEqual({ x: 0, y: 280, width: 1_200, height: 800 });
  expect(boundsOf(0, 0, 3_840, 2_160)).toEqual(screen.workArea);
});

test("a first start, and a file that is not ours, leave the place to the system", () => {
  expect(rememberedPlace(join(folder, "none.json"))).toBeUndefined();
  for (const content of [
    "",
    "{",
    "[]",
    '{"bounds":{"x":0,"y":0,"width":10,"height":10},"isMaximized":false}',
  ])
    expect(remembered(content)).toBeUndefined();
  expect(boundsOf(0.5, 0, 1_200, 800)).toBeUndefined();
});
