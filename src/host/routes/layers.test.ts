import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { readLabelMap } from "../../services/label-map-files";
import type { LayerView, SegmentMeasure, SeriesDetail } from "../contract";

const referenceFolder = join(samplesFolder, "reference/cardiac-cine");

let opened: TestHost;
let seriesId: string;
let reference: LayerView;
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
  reference = (await opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`))[0]!;
});
afterAll(() => opened.close());

test("the reference that lies beside a series is its first layer, on every frame", () => {
  expect(reference).toMatchObject({ seriesId, origin: { kind: "reference" }, visible: true });
  expect(reference.frames).toHaveLength(40);
});

test("a label map's bytes are those of its file, and its address holds the revision", async () => {
  const { frames } = await opened.get<SeriesDetail>(`/api/series/${seriesId}`);
  const file = join(referenceFolder, frames[5]!.fileName.replace(".dcm", ".png"));
  const path = `/api/layers/${reference.id}/frames/5?revision=${reference.revision}`;
  const answer = await opened.ask("GET", path);
  const { rows, columns, values } = await readLabelMap(file);
  expect(JSON.parse(answer.headers.get("x-slicebench-header")!)).toMatchObject({ rows, columns });
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(values))).toBe(true);
  expect(answer.headers.get("cache-control")).toMatch(/immutable/);

  const changed = (await (
    await opened.ask("PATCH", `/api/layers/${reference.id}`, { name: "Truth", colour: "#56B4E9" })
  ).json()) as LayerView;
  expect(changed).toMatchObject({ name: "Truth", colour: "#56B4E9" });
  expect(changed.revision).toBeGreaterThan(reference.revision);
});

test("a segment's area is its pixels times the frame's spacing", async () => {
  const { frames } = await opened.get<SeriesDetail>(`/api/series/${seriesId}`);
  const [rowMm, columnMm] = frames[0]!.spacingMm!;
  const [measure] = await opened.get<SegmentMeasure[]>(`/api/layers/${reference.id}/measures?frame=0`);
  const map = await opened.workstation.layers.labelMap(reference.id, 0);
  const pixels = map.values.filter((value) => value === 1).length;
  expect(measure).toMatchObject({ value: 1, pixels });
  expect(measure!.areaMm2).toBeCloseTo(pixels * rowMm * columnMm, 6);
});

test("a reference is loaded from the reader's own files, in place of the one before", async () => {
  const { frames } = await opened.get<SeriesDetail>(`/api/series/${seriesId}`);
  const file = join(referenceFolder, frames[3]!.fileName.replace(".dcm", ".png"));
  const answer = await opened.ask("POST", "/api/layers/reference", { seriesId, paths: [file] });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ id: reference.id, frames: [3] });
  expect(await opened.get(`/api/layers?seriesId=${seriesId}`)).toHaveLength(1);
});

test("masks that are named after no frame are refused with the name that would do", async () => {
  const paths = [join(samplesFolder, "reference/nuclei-fluorescence")];
  const answer = await opened.ask("POST", "/api/layers/reference", { seriesId, paths });
  expect(await answer.json()).toMatchObject({
    error: { code: "REFERENCE_UNPAIRED", hint: expect.stringContaining("slice-5-phase-01.png") as unknown },
  });
});

test("changes and addresses that make no sense are refused", async () => {
  const refusals: [string, string, object | undefined, number, string][] = [
    ["PATCH", `/api/layers/${reference.id}`, { colour: "red" }, 400, "REQUEST_INVALID"],
    ["PATCH", `/api/layers/${reference.id}`, { name: "" }, 400, "REQUEST_INVALID"],
    ["PATCH", "/api/layers/none", { visible: false }, 404, "LAYER_NOT_FOUND"],
    ["GET", `/api/layers/${reference.id}/frames/0?revision=x`, undefined, 400, "REQUEST_INVALID"],
    ["GET", `/api/layers/${reference.id}/frames/39`, undefined, 404, "LABEL_MAP_NOT_FOUND"],
    ["GET", "/api/layers", undefined, 400, "REQUEST_INVALID"],
  ];
  for (const [method, path, body, status, code] of refusals) {
    expect(await failureOf(await opened.ask(method, path, body))).toEqual({ status, code });
  }
});

test("a removed layer is gone, and its files are not", async () => {
  expect((await opened.ask("DELETE", `/api/layers/${reference.id}`)).status).toBe(204);
  expect(await opened.get(`/api/layers?seriesId=${seriesId}`)).toEqual([]);
  await expect(readLabelMap(join(referenceFolder, "slice-1-phase-01.png"))).resolves.toBeDefined();
});
