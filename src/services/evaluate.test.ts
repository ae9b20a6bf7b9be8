import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, expect, test } from "vitest";
import { measureMasks } from "../core/metrics/measure";
import { encodeLabelVolume } from "../formats/nifti-label-volume";
import { evaluateFolders, type EvaluatedPair, type EvaluationFailure } from "./evaluate";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "slicebench-evaluate-"))));
afterEach(() => rmSync(root, { recursive: true }));

const rows = 6;
const columns = 8;
/** A label map with one rectangle. */
function rectangle(value: number, left: number, right: number): Uint8Array {
  return Uint8Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return row >= 1 && row < 5 && column >= left && column < right ? value : 0;
  });
}

function write(name: string, content: Uint8Array | string): void {
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
const png = (data: Uint8Array, height = rows) =>
  encode({ width: columns, height, data, channels: 1, depth: 8 });

async function evaluate() {
  const pairs: EvaluatedPair[] = [];
  const failures: EvaluationFailure[] = [];
  const summary = await evaluateFolders(
    { predictions: join(root, "predictions"), reference: join(root, "reference") },
    { onPair: (pair) => pairs.push(pair), onFailure: (failure) => failures.push(failure) },
  );
  return { summary, pairs, failures };
}

test("label maps of one name are measured, whatever value their one segment is written by", async () => {
  write("predictions/below/A.png", png(rectangle(1, 2, 5)));
  write("reference/below/a.png", png(rectangle(255, 3, 6)));
  const { summary, pairs, failures } = await evaluate();
  const { metrics } = measureMasks(rectangle(1, 2, 5), rectangle(1, 3, 6), { rows, columns });
  expect(failures).toEqual([]);
  expect(pairs).toEqual([
    {
      name: "below/a",
      prediction: join(root, "predictions/below/A.png"),
      reference: join(root, "reference/below/a.png"),
      unit: "px",
      segments: { "Segment 1": metrics },
    },
  ]);
  expect(summary.means["Segment 1"]!.dice).toEqual({ mean: 2 / 3, n: 1 });
});

test("what has no partner, another size or no labels is named, and the rest is measured", async () => {
  for (const name of ["good", "large", "lonely", "text"])
    write(`reference/${name}.png`, png(rectangle(2, 1, 4)));
  write("predictions/good.png", png(rectangle(2, 1, 4)));
  write("predictions/large.png", png(new Uint8Array((rows + 1) * columns), rows + 1));
  write("predictions/text.png", "This is no picture.");
  write("predictions/extra.png", png(rectangle(2, 1, 4)));
  const { summary, pairs, failures } = await evaluate();
  expect(pairs.map(({ name }) => name)).toEqual(["good"]);
  expect(failures.map(({ name, error }) => [name, error.code]).sort()).toEqual([
    ["large", "MASK_SHAPE_MISMATCH"],
    ["lonely", "PREDICTION_MISSING"],
    ["text", "LABEL_MAP_UNREADABLE"],
  ]);
  expect(summary).toMatchObject({ pairs: 1, failed: 3, unreferenced: ["extra"] });
});

test("several segments keep their values, and one that a prediction does not have scores 0", async () => {
  const both = rectangle(1, 0, 3).map((value, i) => value || rectangle(3, 4, 7)[i]!);
  write("reference/a.png", png(both));
  write("predictions/a.png", png(rectangle(1, 0, 3)));
  const { summary } = await evaluate();
  expect(Object.entries(summary.means).map(([label, { dice }]) => [label, dice.mean])).toEqual([
    ["Segment 1", 1],
    ["Segment 3", 0],
  ]);
});

test("volumes are measured whole, in the millimetres that they say", async () => {
  const volume = (left: number, right: number) =>
    encodeLabelVolume(
      [0, 1, 2].map((slice) => ({
        rows,
        columns,
        values: rectangle(1, left, right),
        geometry: {
          spacingMm: [0.5, 0.75],
          position: [0, 0, 3 * slice],
          orientation: [1, 0, 0, 0, 1, 0],
        },
      })),
    );
  write("predictions/series.nii.gz", volume(2, 5));
  write("reference/series.nii.gz", volume(3, 6));
  const { pairs } = await evaluate();
  const three = (mask: Uint8Array) => Uint8Array.from([...mask, ...mask, ...mask]);
  const { metrics } = measureMasks(three(rectangle(1, 2, 5)), three(rectangle(1, 3, 6)), {
    rows,
    columns,
    slices: 3,
    spacingMm: [0.5, 0.75, 3],
  });
  expect(metrics.hausdorff).toEqual({ value: 0.75 });
  expect(pairs[0]).toMatchObject({ unit: "mm", segments: { "Segment 1": metrics } });
});

test("a folder without label maps is wrong usage", async () => {
  write("predictions/notes.txt", "");
  write("reference/a.png", png(rectangle(1, 2, 5)));
  await expect(evaluate()).rejects.toMatchObject({ code: "USAGE", file: join(root, "predictions") });
});
