import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { pythonWith, runPython } from "../../../test-support/readers";
import { readContent } from "../../formats/file-content";
import { uidOf } from "../../formats/dicom-objects/derived-object";
import { readMeasurementReport } from "../../formats/dicom-objects/read-measurement-report";
import type {
  EditView,
  JobView,
  LayerView,
  MeasurementView,
  SegmentMeasure,
  SegmentValues,
} from "../contract";

let opened: TestHost;
let seriesId: string;
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
});
afterAll(() => opened.close());
beforeEach(async () => {
  for (const { id } of await list()) await opened.ask("DELETE", `/api/measurements/${id}`);
});

const list = (id = seriesId) => opened.get<MeasurementView[]>(`/api/measurements?seriesId=${id}`);
const titles = async () =>
  (await opened.get<EditView[]>(`/api/history?seriesId=${seriesId}`)).map(({ title, isUndone }) =>
    isUndone ? `(${title})` : title,
  );
const step = (direction: "undo" | "redo") => opened.ask("POST", `/api/history/${direction}`, { seriesId });

async function add(
  kind: MeasurementView["kind"],
  points: [row: number, column: number][],
  series = seriesId,
): Promise<MeasurementView> {
  const answer = await opened.ask("POST", "/api/measurements", {
    id: randomUUID(),
    seriesId: series,
    frame: 2,
    kind,
    points: points.map(([row, column]) => ({ row, column })),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as MeasurementView;
}

const line: [number, number][] = [
  [10, 10],
  [13, 14],
];

test("a measurement is kept with its figures, renamed, moved and removed, each a step that can be taken back", async () => {
  const { id } = await add("length", line);
  expect(await list()).toMatchObject([
    { id, name: "Length 1", frame: 2, figures: { kind: "length", unit: "mm" } },
  ]);
  await opened.ask("PATCH", `/api/measurements/${id}`, { name: "Septum" });
  const moved = await opened.ask("PATCH", `/api/measurements/${id}`, {
    points: [
      { row: 10, column: 10 },
      { row: 16, column: 18 },
    ],
  });
  const [{ spacingMm }] = (
    await opened.get<{ frames: [{ spacingMm: [number, number] }] }>(`/api/series/${seriesId}`)
  ).frames;
  const { name, figures } = (await moved.json()) as MeasurementView;
  expect(name).toBe("Septum");
  expect(figures).toMatchObject({
    length: expect.closeTo(Math.hypot(6 * spacingMm[0], 8 * spacingMm[1]), 9) as number,
  });
  await opened.ask("DELETE", `/api/measurements/${id}`);
  expect(await list()).toEqual([]);
  expect((await titles()).slice(-4)).toEqual([
    "Length 1",
    "Rename Length 1",
    "Change Septum",
    "Remove Septum",
  ]);

  await step("undo");
  expect(await list()).toMatchObject([{ id, name: "Septum", points: [{ row: 10 }, { row: 16 }] }]);
  await step("undo");
  await step("undo");
  expect(await list()).toMatchObject([{ id, name: "Length 1", points: [{ row: 10 }, { row: 13 }] }]);
  await step("redo");
  expect(await list()).toMatchObject([{ name: "Septum" }]);
  expect((await titles()).slice(-4)).toEqual([
    "Length 1",
    "Rename Length 1",
    "(Change Septum)",
    "(Remove Septum)",
  ]);
  await add("length", line);
  expect((await titles()).slice(-3)).toEqual(["Length 1", "Rename Length 1", "Length 1"]);
});

test("edits and measurements are taken back in the order in which they were made", async () => {
  const layer = (await (await opened.ask("POST", "/api/layers", { seriesId })).json()) as LayerView;
  const change = () =>
    opened.ask("POST", `/api/layers/${layer.id}/segments`, { edit: randomUUID(), change: { kind: "add" } });
  await add("length", line);
  await change();
  await add("angle", [...line, [20, 10]]);
  const segments = async () =>
    (await opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`)).at(-1)!.segments.length;
  expect([(await list()).length, await segments()]).toEqual([2, 2]);
  await step("undo");
  expect([(await list()).length, await segments()]).toEqual([1, 2]);
  await step("undo");
  expect([(await list()).length, await segments()]).toEqual([1, 1]);
  await step("redo");
  await step("redo");
  expect([(await list()).length, await segments()]).toEqual([2, 2]);
  await step("undo");
  await change();
  // A new step ends what was undone, of whichever kind.
  expect((await titles()).some((title) => title.startsWith("("))).toBe(false);
  await opened.ask("DELETE", `/api/layers/${layer.id}`);
});

test("the same request twice is one measurement, and what measures nothing is refused", async () => {
  const request = {
    id: randomUUID(),
    seriesId,
    frame: 0,
    kind: "ellipse",
    points: [
      { row: 1, column: 1 },
      { row: 9, column: 9 },
    ],
  };
  await opened.ask("POST", "/api/measurements", request);
  await opened.ask("POST", "/api/measurements", request);
  expect(await list()).toHaveLength(1);
  const refused = async (change: object) =>
    failureOf(await opened.ask("POST", "/api/measurements", { ...request, id: randomUUID(), ...change }));
  expect(await refused({ frame: 9_999 })).toEqual({ status: 404, code: "FRAME_NOT_FOUND" });
  expect(await refused({ kind: "polygon" })).toEqual({ status: 422, code: "MEASUREMENT_INVALID" });
  expect(await refused({ kind: "circle" })).toEqual({ status: 400, code: "REQUEST_INVALID" });
  expect(await refused({ seriesId: "nothing" })).toEqual({ status: 404, code: "SERIES_NOT_FOUND" });
  expect(await failureOf(await opened.ask("DELETE", "/api/measurements/nothing"))).toEqual({
    status: 404,
    code: "MEASUREMENT_NOT_FOUND",
  });
});

test("without a spacing a series is measured in px", async () => {
  const series = (await opened.open(join(samplesFolder, "nuclei-fluorescence")))[0]!;
  const other = (await opened.get<{ series: { id: string; rows: number }[] }[]>("/api/studies"))
    .flatMap((study) => study.series)
    .find(({ id }) => id !== seriesId)!;
  expect(series).toBeDefined();
  const answer = await opened.ask("POST", "/api/measurements", {
    id: randomUUID(),
    seriesId: other.id,
    frame: 0,
    kind: "length",
    points: [
      { row: 0, column: 0 },
      { row: 3, column: 4 },
    ],
  });
  expect(await answer.json()).toMatchObject({ figures: { kind: "length", length: 5, unit: "px" } });
});

test("an export as CSV brings the measurements of the series", async () => {
  const ellipse = await add("ellipse", [
    [100, 100],
    [140, 150],
  ]);
  const layer = (await opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`))[0]!;
  const folder = join(opened.folder, "csv");
  const answer = await opened.ask("POST", `/api/layers/${layer.id}/exports`, { formats: ["csv"], folder });
  await opened.untilOver(((await answer.json()) as JobView).id);
  const text = readFileSync(join(folder, "reference.measurements.csv"), "utf8");
  const [heads, row] = text.split("\r\n").map((cells) => cells.split(","));
  const cell = (head: string) => row![heads!.indexOf(head)];
  const { figures } = ellipse;
  if (figures.kind !== "region") throw new Error("no region");
  expect([cell("name"), cell("frame"), cell("area_unit")]).toEqual(["Ellipse 1", "3", "mm2"]);
  expect(Number(cell("mean"))).toBeCloseTo(figures.intensity!.mean, 6);
  expect(Number(cell("pixels"))).toBe(figures.pixels);
  expect(await (await opened.ask("GET", `/api/measurements/table?seriesId=${seriesId}`)).text()).toBe(text);
});

test("what was drawn is exported without any segment, as a report and as a table", async () => {
  const request = { seriesId, formats: ["sr", "csv"], folder: join(opened.folder, "drawn") };
  const start = async (change: object = {}) =>
    opened.ask("POST", "/api/measurements/exports", { ...request, ...change });
  const untilOver = async (answer: Response) => opened.untilOver(((await answer.json()) as JobView).id);
  expect(await untilOver(await start())).toMatchObject({
    state: "failed",
    problems: [{ code: "EXPORT_NOT_MEASURED" }],
  });

  const { id } = await add("length", line);
  const { state, files } = await untilOver(await start());
  expect({ state, files: files!.map((file) => basename(file)) }).toEqual({
    state: "done",
    files: ["measurements.sr.dcm", "measurements.csv"],
  });
  const [group] = readMeasurementReport(await readContent(files![0]!));
  expect(group).toMatchObject({
    trackingUid: uidOf(id),
    graphic: { points: line.map(([row, column]) => ({ row, column })) },
  });

  expect(await failureOf(await start({ formats: ["seg"] }))).toMatchObject({ code: "REQUEST_INVALID" });
});

const python = pythonWith("numpy", "pydicom");

describe.skipIf(python === undefined)("the values in a segment", () => {
  test("are numpy's of what pydicom reads, over all frames", async () => {
    const layer = (await opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`))[0]!;
    const { value } = layer.segments[0]!;
    const ours = await opened.get<SegmentValues>(`/api/layers/${layer.id}/segments/${value}/values`);
    const { frames } = await opened.get<{ frames: { fileName: string }[] }>(`/api/series/${seriesId}`);
    const masks: string[] = [];
    for (const frame of layer.frames) {
      const answer = await opened.ask("GET", `/api/layers/${layer.id}/frames/${frame}`);
      masks.push(Buffer.from(await answer.arrayBuffer()).toString("base64"));
    }
    const files = layer.frames.map((frame) => join(cineFolder, frames[frame]!.fileName));
    const program = `
import base64, json, sys
import numpy as np, pydicom
value, files, masks = json.load(sys.stdin)
inside = []
for file, mask in zip(files, masks):
    data = pydicom.dcmread(file)
    pixels = data.pixel_array.ravel() * float(data.get("RescaleSlope", 1)) + float(data.get("RescaleIntercept", 0))
    inside.append(pixels[np.frombuffer(base64.b64decode(mask), np.uint8) == value])
v = np.concatenate(inside)
print(json.dumps([len(v), v.mean(), v.std(), v.min(), v.max()]))
`;
    const theirs = runPython(python!, program, [], JSON.stringify([value, files, masks])) as number[];
    const { mean, standardDeviation, minimum, maximum } = ours.intensity!;
    [ours.pixels, mean, standardDeviation, minimum, maximum].forEach((figure, at) =>
      expect(figure).toBeCloseTo(theirs[at]!, 6),
    );
    expect(ours.histogram!.counts.reduce((sum, count) => sum + count, 0)).toBe(ours.pixels);
    const measures = await opened.get<SegmentMeasure[]>(`/api/layers/${layer.id}/measures?frame=0`);
    expect(ours.pixels).toBe(measures.find((measure) => measure.value === value)!.layerPixels);
  });
});
