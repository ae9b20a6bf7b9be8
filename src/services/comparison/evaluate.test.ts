import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, expect, test } from "vitest";
import { measureMasks } from "../../core/metrics/measure";
import { encodeLabelVolume } from "../../formats/nifti-label-volume";
import { type ComparisonCase, parseComparisonRecord } from "../../core/comparison/record";
import { evaluateFolders, type Evaluation, type EvaluationFailure } from "./evaluate";

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

async function evaluate(wanted: Partial<Evaluation> = {}) {
  const cases: ComparisonCase[] = [];
  const failures: EvaluationFailure[] = [];
  const summary = await evaluateFolders(
    {
      predictions: [join(root, "predictions")],
      reference: join(root, "reference"),
      resume: false,
      objects: false,
      command: "slicebench evaluate",
      ...wanted,
    },
    { onCase: (each) => cases.push(each), onFailure: (failure) => failures.push(failure) },
  );
  return { summary, cases, failures };
}

test("label maps of one name are measured, whatever value their one segment is written by", async () => {
  write("predictions/below/A.png", png(rectangle(1, 2, 5)));
  write("reference/below/a.png", png(rectangle(255, 3, 6)));
  const { summary, cases, failures } = await evaluate();
  const { metrics } = measureMasks(rectangle(1, 2, 5), rectangle(1, 3, 6), { rows, columns });
  expect(failures).toEqual([]);
  expect(cases).toMatchObject([
    {
      input: "below/a",
      unit: "px",
      results: [
        {
          model: "predictions",
          output: join(root, "predictions/below/A.png"),
          segments: { "Segment 1": metrics },
        },
      ],
    },
  ]);
  expect(summary.record.summary.predictions!.segments["Segment 1"]!.dice).toMatchObject({
    mean: 2 / 3,
    n: 1,
  });
});

test("what has no partner, another size or no labels is named, and the rest is measured", async () => {
  for (const name of ["good", "large", "lonely", "text"])
    write(`reference/${name}.png`, png(rectangle(2, 1, 4)));
  write("predictions/good.png", png(rectangle(2, 1, 4)));
  write("predictions/large.png", png(new Uint8Array((rows + 1) * columns), rows + 1));
  write("predictions/text.png", "This is no picture.");
  write("predictions/extra.png", png(rectangle(2, 1, 4)));
  const { summary, cases, failures } = await evaluate();
  expect(cases.map(({ input }) => input)).toEqual(["good"]);
  expect(failures.map(({ name, error }) => [name, error.code]).sort()).toEqual([
    ["large", "MASK_SHAPE_MISMATCH"],
    ["lonely", "PREDICTION_MISSING"],
    ["text", "LABEL_MAP_UNREADABLE"],
  ]);
  expect(summary).toMatchObject({ failed: 3, unreferenced: ["extra"] });
});

test("several segments keep their values, and one that a prediction does not have scores 0", async () => {
  const both = rectangle(1, 0, 3).map((value, i) => value || rectangle(3, 4, 7)[i]!);
  write("reference/a.png", png(both));
  write("predictions/a.png", png(rectangle(1, 0, 3)));
  const { summary } = await evaluate();
  const { segments } = summary.record.summary.predictions!;
  expect(Object.entries(segments).map(([label, figures]) => [label, figures.dice!.mean])).toEqual([
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
  const { cases } = await evaluate();
  const three = (mask: Uint8Array) => Uint8Array.from([...mask, ...mask, ...mask]);
  const { metrics } = measureMasks(three(rectangle(1, 2, 5)), three(rectangle(1, 3, 6)), {
    rows,
    columns,
    slices: 3,
    spacingMm: [0.5, 0.75, 3],
  });
  expect(metrics.hausdorff).toEqual({ value: 0.75 });
  expect(cases[0]).toMatchObject({
    unit: "mm",
    slices: 3,
    results: [{ segments: { "Segment 1": metrics } }],
  });
});

test("a folder without label maps is wrong usage", async () => {
  write("predictions/notes.txt", "");
  write("reference/a.png", png(rectangle(1, 2, 5)));
  await expect(evaluate()).rejects.toMatchObject({ code: "USAGE", file: join(root, "predictions") });
});

test("several folders are candidates of one comparison, with a report, and a second run measures nothing again", async () => {
  for (const [index, name] of ["a", "b", "c"].entries()) {
    write(`reference/${name}.png`, png(rectangle(1, index, index + 4)));
    write(`first/${name}.png`, png(rectangle(1, index, index + 4)));
    write(`second/${name}.png`, png(rectangle(1, index + 1, index + 4)));
  }
  write("second/c.png", png(new Uint8Array((rows + 1) * columns), rows + 1));
  const out = join(root, "out");
  const wanted = { predictions: [join(root, "first"), join(root, "second")], out };
  const { summary, failures } = await evaluate(wanted);
  expect(failures.map(({ name, error }) => [name, error.code])).toEqual([["c", "MASK_SHAPE_MISMATCH"]]);
  expect(summary.record.cases.map(({ results }) => results.map(({ model }) => model))).toEqual([
    ["first", "second"],
    ["first", "second"],
    ["first"],
  ]);
  expect(summary.record.rankings.find(({ metric }) => metric === "dice")!.order).toEqual([
    { model: "first", mean: 1, n: 3 },
    { model: "second", mean: 6 / 7, n: 2 },
  ]);
  const written = parseComparisonRecord(readFileSync(summary.files!.json, "utf8"), summary.files!.json);
  expect(written).toEqual(summary.record);
  expect(readFileSync(summary.files!.report, "utf8")).toContain("second");
  const again = await evaluate({ ...wanted, resume: true });
  expect({ ...again.summary.record, finishedAt: "" }).toEqual({ ...summary.record, finishedAt: "" });
});

test("objects are counted, and matched with those of the reference", async () => {
  const both = rectangle(1, 0, 2).map((value, i) => value || rectangle(1, 5, 7)[i]!);
  write("reference/a.png", png(both));
  write("predictions/a.png", png(rectangle(1, 0, 2)));
  const { cases } = await evaluate({ objects: true });
  expect(cases[0]).toMatchObject({
    referenceObjects: { "Segment 1": 2 },
    results: [
      {
        objects: { "Segment 1": 1 },
        segments: {
          "Segment 1": {
            objectPrecision: { value: 1 },
            objectRecall: { value: 0.5 },
            countError: { value: -1 },
          },
        },
      },
    ],
  });
});
