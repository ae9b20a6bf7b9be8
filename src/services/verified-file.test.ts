import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExportFormat, exportFormats } from "../core/export-formats";
import type { LabelMap, Segment } from "../core/mask/label-map";
import { ExportFiles } from "./export-files";
import type { ExportFrame } from "./export-source";
import { FileImageReader } from "./file-image-reader";
import { scanInputs } from "./scan-inputs";
import { writeVerified } from "./verified-file";

const cine = join(import.meta.dirname, "../../resources/samples/cardiac-cine");
const segments: Segment[] = [{ value: 1, label: "Cavity", colour: "#E69F00" }];

let folder: string;
let frames: ExportFrame[];
const reader = new FileImageReader();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-verified-"));
  const { series } = await scanInputs([
    join(cine, "slice-1-phase-01.dcm"),
    join(cine, "slice-2-phase-01.dcm"),
  ]);
  frames = series.flatMap((each) => each.frames);
});
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true });
});

/** A square on every frame, with as many pixels more as are asked for. */
function squares(more: number): Map<number, LabelMap> {
  return new Map(
    frames.map(({ rows, columns }, index) => {
      const values = new Uint8Array(rows * columns);
      for (let row = 100; row < 120; row++) values.fill(1, row * columns + 100, row * columns + 120);
      values.fill(1, 120 * columns + 100, 120 * columns + 100 + more);
      return [index, { rows, columns, values }];
    }),
  );
}

function filesWith(more: number, format: ExportFormat) {
  const labelMaps = squares(more);
  const probabilities = new Map(
    [...labelMaps].map(([index, { values }]) => [index, [values.map((value) => value * 255)]]),
  );
  const source = { name: "Cavity", segments, frames, labelMaps, probabilities };
  const files = new ExportFiles({
    source: { ...source, algorithm: { type: "MANUAL" } },
    stem: "cavity",
    decode: (reference) => reader.decode(reference),
  });
  return files.make(format);
}

test.each(exportFormats)("%s: a file that says something else than it should is not kept", async (format) => {
  const [right] = await filesWith(0, format);
  const [other] = await filesWith(1, format);
  const out = join(folder, format);
  const file = join(out, right!.name);
  await expect(writeVerified(file, { ...right!, bytes: other!.bytes })).rejects.toMatchObject({
    code: "EXPORT_MISMATCH",
  });
  const kept = () =>
    readdirSync(out, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  expect(kept()).toEqual([]);

  await writeVerified(file, right!);
  expect(kept().map(({ name }) => name)).toEqual([right!.name.split("/").at(-1)]);
});
