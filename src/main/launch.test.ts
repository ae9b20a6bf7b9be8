import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parseLaunch } from "./launch";

test("paths are taken from the folder that the program was started in, Chromium's switches left out", () => {
  expect(parseLaunch(["scan.dcm", "--no-first-run", "/abs/chest", "", "-psn_0"], "/home/reader")).toEqual({
    paths: [resolve("/home/reader/scan.dcm"), resolve("/abs/chest")],
    models: [],
  });
});

test("models are named once, with commas", () => {
  expect(parseLaunch(["a", "--models", "x,,y", "b"], "/").models).toEqual(["x", "y"]);
  expect(parseLaunch(["--models"], "/")).toEqual({ paths: [], models: [] });
});

test.skipIf(process.platform === "win32")("addresses of a file manager are files, others are nothing", () => {
  const words = [
    "file:///scans/a%20b.dcm",
    "https://example.org/c.dcm",
    "smb://host/d.dcm",
    "file://host/e.dcm",
  ];
  expect(parseLaunch(words, "/").paths).toEqual(["/scans/a b.dcm"]);
});

test("a drive's letter is no address", () => {
  expect(parseLaunch(["C:\\scans\\a.dcm"], "/").paths).toHaveLength(1);
});
