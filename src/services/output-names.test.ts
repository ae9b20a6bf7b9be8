import { resolve } from "node:path";
import { expect, test } from "vitest";
import { frameFileName, isWithin, nameOutputs, withoutExtension } from "./output-names";

const inFolder = (root: string, ...files: string[]) =>
  files.map((file) => ({ root: resolve(root), file: resolve(root, file) }));

test("a result has its input's relative path, without the ending", () => {
  expect(nameOutputs(inFolder("/data", "a/one.dcm", "b/one.dcm", "two.nii.gz", "IM-0001"))).toEqual([
    "a/one",
    "b/one",
    "two",
    "IM-0001",
  ]);
});

test("a UID is no name with an extension", () => {
  expect(["1.2.840.113619.2.5", "scan.v2.dcm", "a.b/c", "x.NII.GZ", ".hidden"].map(withoutExtension)).toEqual(
    ["1.2.840.113619.2.5", "scan.v2", "a.b/c", "x", ".hidden"],
  );
});

test("inputs that differ in their ending alone keep it", () => {
  expect(nameOutputs(inFolder("/data", "one.dcm", "one.png", "two.png"))).toEqual([
    "one.dcm",
    "one.png",
    "two",
  ]);
});

test("equal names of two folders take the folder's name in front, and names that differ in case alone are equal", () => {
  expect(nameOutputs([...inFolder("/left", "one.png"), ...inFolder("/right", "ONE.png")])).toEqual([
    "left/one.png",
    "right/ONE.png",
  ]);
});

test("what is equal in everything is numbered", () => {
  const same = inFolder("/x/data", "one.png").concat(inFolder("/y/data", "one.png"));
  expect(nameOutputs(same)).toEqual(["data/one.png", "data/one.png-2"]);
});

test("only a file of several frames numbers them, from 0", () => {
  expect([frameFileName("a", 0, 1, "png"), frameFileName("a", 0, 2, "png")]).toEqual(["a.png", "a.0.png"]);
});

test("a folder is within itself and above its files, not beside its namesake", () => {
  expect(
    [
      ["/a", "/a"],
      ["/a", "/a/b"],
      ["/a", "/ab"],
      ["/a/b", "/a"],
      ["/a", "/a/..b"],
    ].map(([folder, path]) => isWithin(resolve(folder!), resolve(path!))),
  ).toEqual([true, true, false, false, true]);
});
