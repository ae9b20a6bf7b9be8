import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import { FileImageReader } from "./file-image-reader";

const folder = mkdtempSync(join(tmpdir(), "slicebench-zip-"));
const reader = new FileImageReader();
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true });
});
const samples = join(import.meta.dirname, "../../resources/samples/brain-mr");
const python = pythonWith("zipfile");

const writeArchives = `
import json, os, stat, sys, zipfile
out, source = sys.argv[1:]
names = sorted(os.listdir(source))
def archive(name): return zipfile.ZipFile(f"{out}/{name}.zip", "w", zipfile.ZIP_DEFLATED)
with archive("study") as z:
    for n in names: z.write(f"{source}/{n}", f"Doe_Jane/series/{n}")
    z.writestr("Doe_Jane/letter.txt", "Dear colleague"); z.writestr("__MACOSX/._x", "x")
    link = zipfile.ZipInfo("Doe_Jane/link"); link.external_attr = (stat.S_IFLNK | 0o777) << 16; z.writestr(link, "/etc/passwd")
with archive("escape") as z: z.writestr("../../outside.dcm", open(f"{source}/{names[0]}", "rb").read())
with archive("bomb") as z: z.writestr("a.dcm", bytes(400_000_000))
with archive("empty") as z: z.writestr("letter.txt", "nothing here")
whole = open(f"{out}/study.zip", "rb").read(); open(f"{out}/cut.zip", "wb").write(whole[:len(whole) // 2])
print("{}")`;

const scan = (name: string) =>
  reader.scan([join(folder, name)], { signal: new AbortController().signal, onProgress: () => undefined });

test.skipIf(python === undefined)(
  "a zip archive of a study opens, and what would leave it or fill the disk is refused",
  async () => {
    runPython(python!, writeArchives, [folder, samples]);
    const { series, problems } = await scan("study.zip");
    const unpacked = await reader.scan([samples], {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(problems).toEqual([]);
    expect(series.map(({ seriesKey, frames }) => [seriesKey, frames.length])).toEqual(
      unpacked.series.map(({ seriesKey, frames }) => [seriesKey, frames.length]),
    );
    expect(series[0]!.frames.every(({ file }) => /\/\d+$/.test(file))).toBe(true);
    const { file, frame } = series[0]!.frames[0]!;
    expect((await reader.decode({ file, frame })).pixels.length).toBeGreaterThan(0);
    expect(statSync(file).mtime).toEqual(statSync(join(folder, "study.zip")).mtime);

    const codes = await Promise.all(
      ["escape.zip", "bomb.zip", "empty.zip", "cut.zip"].map(async (name) =>
        (await scan(name)).problems.map(({ code }) => code),
      ),
    );
    expect(codes).toEqual([["ARCHIVE_DAMAGED"], ["ARCHIVE_BOMB"], ["NO_IMAGES_FOUND"], ["ARCHIVE_DAMAGED"]]);
  },
);

test("a text that begins like an archive is refused", async () => {
  writeFileSync(join(folder, "text.zip"), "PK\x03\x04 no archive at all");
  expect((await scan("text.zip")).problems).toMatchObject([{ code: "ARCHIVE_DAMAGED" }]);
});
