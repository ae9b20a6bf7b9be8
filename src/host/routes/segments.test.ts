import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { CancelledError } from "../../core/errors";
import { patchBetween } from "../../core/mask/patch";
import { encodePatches } from "../../core/mask/patch-wire";
import type { EditView, LayerView, SegmentMeasure } from "../contract";

let opened: TestHost;
let seriesId: string;
let reference: LayerView;
let annotation: LayerView;
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
  reference = (await opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`))[0]!;
});
beforeEach(async () => {
  annotation = (await (await opened.ask("POST", "/api/layers", { seriesId })).json()) as LayerView;
});
afterEach(() => opened.ask("DELETE", `/api/layers/${annotation.id}`));
afterAll(() => opened.close());

const change = (body: object, edit = randomUUID()) =>
  opened.ask("POST", `/api/layers/${annotation.id}/segments`, { edit, change: body });
const operate = (operation: object, rest: object = {}) =>
  opened.ask("POST", `/api/layers/${annotation.id}/operations`, {
    edit: randomUUID(),
    segment: 1,
    frame: 0,
    scope: "slice",
    overwrite: "all",
    operation,
    ...rest,
  });
const step = (direction: "undo" | "redo") => opened.ask("POST", `/api/history/${direction}`, { seriesId });
const titles = async () =>
  (await opened.get<EditView[]>(`/api/history?seriesId=${seriesId}`)).map(({ title }) => title);
const segments = () => opened.workstation.layers.view(annotation.id).segments;
const labels = () => segments().map(({ value, label }) => [value, label]);

/** Paints a square of one value on a frame, as the page does. */
async function paintSquare(frame: number, value: number, { from, to }: { from: number; to: number }) {
  const before = await valuesOn(frame);
  const after = before.slice();
  for (let row = from; row < to; row++) after.fill(value, row * 256 + from, row * 256 + to);
  const size = { rows: 256, columns: 256 };
  const patch = patchBetween({ ...size, values: before }, { ...size, values: after })!;
  const answer = await opened.host.request(
    new Request(`slicebench://app/api/layers/${annotation.id}/edits?edit=${randomUUID()}&title=Square`, {
      method: "POST",
      body: encodePatches([{ frame, patch }]) as Uint8Array<ArrayBuffer>,
      headers: { "content-type": "application/octet-stream", origin: "slicebench://app" },
    }),
  );
  expect(answer.status).toBe(201);
}

async function valuesOn(frame: number, layerId = annotation.id): Promise<Uint8Array> {
  const answer = await opened.ask("GET", `/api/layers/${layerId}/frames/${frame}`);
  return answer.status === 404 ? new Uint8Array(65_536) : new Uint8Array(await answer.arrayBuffer());
}
const count = async (value: number, frame = 0) =>
  (await valuesOn(frame)).filter((each) => each === value).length;

test("segments are added, named, coloured and coded, each as a step that can be taken back", async () => {
  const concept = { scheme: "SCT", value: "74281007", meaning: "Myocardium" };
  await change({ kind: "add" });
  await change({ kind: "describe", value: 2, label: "LV wall" });
  await change({ kind: "describe", value: 2, colour: "#123456" });
  await change({ kind: "describe", value: 2, concept });
  await change({ kind: "reorder", values: [2, 1] });
  const all = [
    { value: 2, label: "LV wall", colour: "#123456", concept },
    { value: 1, label: "Segment 1", colour: "#E69F00" },
  ];
  expect(segments()).toEqual(all);
  expect(await titles()).toEqual([
    "Add Segment 2",
    "Rename Segment 2 to LV wall",
    "Recolour LV wall",
    "Code LV wall as Myocardium",
    "Reorder segments",
  ]);
  for (let at = 0; at < 4; at++) await step("undo");
  expect(labels()).toEqual([
    [1, "Segment 1"],
    [2, "Segment 2"],
  ]);
  for (let at = 0; at < 4; at++) await step("redo");
  expect(segments()).toEqual(all);
});

test("a lock and an eye hold at once, are no step, and outlast an undo", async () => {
  await change({ kind: "describe", value: 1, label: "Cavity" });
  const answer = await opened.ask("PATCH", `/api/layers/${annotation.id}/segments/1`, {
    locked: true,
    hidden: true,
  });
  expect(await answer.json()).toMatchObject({ segments: [{ label: "Cavity", locked: true, hidden: true }] });
  await step("undo");
  expect(segments()).toMatchObject([{ label: "Segment 1", locked: true, hidden: true }]);
  expect(await titles()).toHaveLength(1);
});

test("merging and removing segments rewrite the label maps, and undo brings every pixel back", async () => {
  await change({ kind: "add" });
  await paintSquare(0, 1, { from: 10, to: 20 });
  await paintSquare(0, 2, { from: 15, to: 25 });
  await paintSquare(3, 2, { from: 0, to: 4 });
  const before = [await valuesOn(0), await valuesOn(3)];

  expect(await (await change({ kind: "merge", value: 2, into: 1 })).json()).toMatchObject({ frames: [0, 3] });
  expect([await count(1), await count(2), await count(1, 3)]).toEqual([175, 0, 16]);
  expect(labels()).toEqual([[1, "Segment 1"]]);
  await step("undo");
  expect([await valuesOn(0), await valuesOn(3)]).toEqual(before);
  expect(labels()).toHaveLength(2);

  await change({ kind: "remove", value: 2 });
  expect([await count(1), await count(2), await count(2, 3)]).toEqual([75, 0, 0]);
  await step("undo");
  expect([await valuesOn(0), await valuesOn(3)]).toEqual(before);
});

test("a segment grows on its slice, in pixels or millimetres, and leaves a locked neighbour alone", async () => {
  await change({ kind: "add" });
  await paintSquare(0, 1, { from: 100, to: 110 });
  await paintSquare(0, 2, { from: 110, to: 112 });
  await opened.ask("PATCH", `/api/layers/${annotation.id}/segments/2`, { locked: true });
  expect((await operate({ kind: "grow", distance: 1 })).status).toBe(201);
  expect([await count(1), await count(2)]).toEqual([140, 4]);
  await step("undo");
  expect(await count(1)).toBe(100);

  const [spacing] = opened.workstation.studies.series(seriesId).frames[0]!.geometry.spacingMm!;
  await operate({ kind: "grow", distance: spacing * 1.01 }, { unit: "mm" });
  expect([await count(1), await titles()]).toEqual([
    140,
    expect.arrayContaining([expect.stringContaining(" mm")]),
  ]);
  expect((await operate({ kind: "keep-largest" })).status).toBe(204);
});

test("holes, islands, smoothing and shrinking work on every slice when asked to", async () => {
  for (const frame of [0, 1]) {
    await paintSquare(frame, 1, { from: 50, to: 70 });
    await paintSquare(frame, 0, { from: 58, to: 60 });
    await paintSquare(frame, 1, { from: 90, to: 92 });
  }
  const everywhere = { scope: "each-slice" };
  await operate({ kind: "fill-holes" }, everywhere);
  expect([await count(1), await count(1, 1)]).toEqual([404, 404]);
  await operate({ kind: "remove-islands", smallest: 5 }, everywhere);
  expect([await count(1), await count(1, 1)]).toEqual([400, 400]);
  await operate({ kind: "shrink", distance: 1 }, everywhere);
  expect([await count(1), await count(1, 1)]).toEqual([324, 324]);
  await operate({ kind: "smooth", method: "median", distance: 2 });
  expect(await count(1)).toBeLessThan(324);
  expect(await count(1, 1)).toBe(324);
});

test("in a volume holes and the median know the neighbouring slices, and undo brings every pixel back", async () => {
  const all = await opened.open(join(samplesFolder, "brain-mr"));
  const brain = all.find(({ id }) => id !== seriesId);
  await opened.ask("DELETE", `/api/layers/${annotation.id}`);
  annotation = (await (await opened.ask("POST", "/api/layers", { seriesId: brain!.id })).json()) as LayerView;
  const undo = () => opened.ask("POST", "/api/history/undo", { seriesId: brain!.id });
  const counts = () => Promise.all([1, 2, 3, 4].map((frame) => count(1, frame)));
  for (const frame of [1, 2, 3, 4]) await paintSquare(frame, 1, { from: 50, to: 60 });
  // A hollow within, and a hole that reaches the segment's end.
  await paintSquare(2, 0, { from: 52, to: 54 });
  for (const frame of [3, 4]) await paintSquare(frame, 0, { from: 56, to: 58 });
  const drawn = [100, 96, 96, 96];
  expect(await counts()).toEqual(drawn);

  await operate({ kind: "fill-holes" }, { scope: "volume" });
  expect(await counts()).toEqual([100, 100, 96, 96]);
  await undo();
  expect(await counts()).toEqual(drawn);
  await operate({ kind: "fill-holes" }, { scope: "each-slice" });
  expect(await counts()).toEqual([100, 100, 100, 100]);
  await undo();

  // By SciPy's median_filter of size 3 with mode "nearest", on the volume and on each slice.
  const median = { kind: "smooth", method: "median", distance: 1 };
  await operate(median, { scope: "volume" });
  expect(await counts()).toEqual([64, 96, 96, 60]);
  await undo();
  expect(await counts()).toEqual(drawn);
  await operate(median, { scope: "each-slice" });
  expect(await counts()).toEqual([96, 96, 96, 96]);
});

test("segments combine with each other and with another layer's", async () => {
  await change({ kind: "add" });
  await paintSquare(0, 1, { from: 10, to: 20 });
  await paintSquare(0, 2, { from: 18, to: 22 });
  await operate({ kind: "combine", how: "union", value: 2 });
  expect([await count(1), await count(2)]).toEqual([112, 0]);
  await step("undo");
  await paintSquare(5, 1, { from: 0, to: 256 });
  await operate({ kind: "combine", how: "intersection", layerId: reference.id, value: 1 }, { frame: 5 });
  const theirs = await valuesOn(5, reference.id);
  expect(await valuesOn(5)).toEqual(theirs.map((value) => (value === 1 ? 1 : 0)));
});

test("a segment is copied to another slice, and the slices between are filled", async () => {
  await paintSquare(2, 1, { from: 100, to: 120 });
  await operate({ kind: "copy", to: 3 }, { frame: 2 });
  expect(await valuesOn(3)).toEqual(await valuesOn(2));
  await paintSquare(7, 1, { from: 100, to: 110 });
  await paintSquare(9, 1, { from: 100, to: 110 });
  const filled = (await (await operate({ kind: "fill-between" }, { frame: 5 })).json()) as EditView;
  expect(filled).toMatchObject({ title: "Fill between slices", frames: [4, 5, 6] });
  const all = (await (
    await operate({ kind: "fill-between" }, { frame: 5, scope: "each-slice" })
  ).json()) as EditView;
  expect(all.frames).toEqual([8]);
});

test("another layer is taken over: a part of it, a slice, or all, and what it was is remembered", async () => {
  const theirs = await valuesOn(5, reference.id);
  const place = theirs.indexOf(1);
  const at = { row: Math.floor(place / 256), column: place % 256 };
  await operate({ kind: "accept", layerId: reference.id, at }, { frame: 5 });
  expect(await valuesOn(5)).toEqual(theirs);
  expect(opened.workstation.layers.view(annotation.id).origin).toMatchObject({ startedFrom: reference.id });
  await step("undo");

  await paintSquare(5, 1, { from: 0, to: 30 });
  expect((await operate({ kind: "accept", layerId: reference.id }, { frame: 5 })).status).toBe(201);
  const named = segments().at(-1)!;
  expect(named.label).toBe(reference.segments[0]!.label);
  expect((await valuesOn(5)).filter((value) => value === named.value)).toHaveLength(
    theirs.filter((v) => v).length,
  );
  await step("undo");
  await step("undo");
  expect([segments(), await count(1, 5)]).toEqual([annotation.segments, 0]);

  const whole = (await (
    await operate({ kind: "accept", layerId: reference.id }, { scope: "each-slice" })
  ).json()) as EditView;
  expect(whole.frames).toHaveLength(reference.frames.length);
  expect(labels()).toEqual([[1, reference.segments[0]!.label]]);
  await step("undo");
  expect(await count(1, 5)).toBe(0);
});

test("each segment says what it measures here, over the layer, and how much of its start is left", async () => {
  const measures = async (frame: number) =>
    opened.get<SegmentMeasure[]>(`/api/layers/${annotation.id}/measures?frame=${frame}`);
  await operate({ kind: "accept", layerId: reference.id }, { scope: "each-slice" });
  const theirs = await valuesOn(5, reference.id);
  const pixels = theirs.filter((value) => value === 1).length;
  const [whole] = await measures(5);
  expect(whole).toMatchObject({ value: 1, pixels, slices: reference.frames.length, dice: 1 });
  const [spacing] = opened.workstation.studies.series(seriesId).frames[5]!.geometry.spacingMm!;
  expect(whole!.areaMm2).toBeCloseTo(pixels * spacing * spacing, 6);
  // A cine is no volume.
  expect(whole).not.toHaveProperty("volumeMm3");

  await operate({ kind: "shrink", distance: 2 }, { frame: 5 });
  const left = await count(1, 5);
  const [shrunk] = await measures(5);
  expect(shrunk).toMatchObject({ pixels: left, dice: (2 * left) / (left + pixels) });
  expect(shrunk!.layerPixels).toBe(whole!.layerPixels - (pixels - left));
  expect((await measures(6))[0]).toMatchObject({ dice: 1 });
});

test("an operation that is given up changes nothing, and the next one is done", async () => {
  await paintSquare(0, 1, { from: 10, to: 20 });
  const controller = new AbortController();
  const request = {
    edit: randomUUID(),
    segment: 1,
    frame: 0,
    scope: "each-slice" as const,
    overwrite: "all" as const,
    unit: "px" as const,
    operation: { kind: "grow" as const, distance: 30 },
  };
  const working = opened.workstation.segmentEdits.operate(annotation.id, request, controller.signal);
  controller.abort();
  await expect(working).rejects.toBeInstanceOf(CancelledError);
  expect([await count(1), await titles()]).toEqual([100, ["Square"]]);
  expect((await operate({ kind: "grow", distance: 1 })).status).toBe(201);
});

test("a removed annotation is out of the history, and comes back with it and every stroke", async () => {
  await paintSquare(0, 1, { from: 10, to: 20 });
  await opened.ask("DELETE", `/api/layers/${annotation.id}`);
  expect([await titles(), (await step("undo")).status]).toEqual([[], 204]);
  const removed = await opened.get<LayerView[]>(`/api/layers/removed?seriesId=${seriesId}`);
  expect(removed[0]).toMatchObject({ id: annotation.id, frames: [0] });
  expect(await (await opened.ask("POST", `/api/layers/${annotation.id}/restore`)).json()).toMatchObject({
    frames: [0],
  });
  expect([await titles(), await count(1)]).toEqual([["Square"], 100]);
});

test("what makes no sense is refused, and changes nothing", async () => {
  await change({ kind: "add" });
  await paintSquare(0, 1, { from: 10, to: 20 });
  await opened.ask("PATCH", `/api/layers/${annotation.id}/segments/2`, { locked: true });
  const before = await titles();
  const elsewhere = `/api/layers/${reference.id}/segments`;
  const refusals: [Promise<Response>, number, string][] = [
    [change({ kind: "add" }, "mine" as ReturnType<typeof randomUUID>), 400, "REQUEST_INVALID"],
    [change({ kind: "describe", value: 1, label: " " }), 400, "REQUEST_INVALID"],
    [change({ kind: "describe", value: 9, label: "x" }), 404, "SEGMENT_NOT_FOUND"],
    [change({ kind: "remove", value: 2 }), 422, "SEGMENT_LOCKED"],
    [change({ kind: "reorder", values: [1] }), 422, "SEGMENT_INVALID"],
    [operate({ kind: "grow", distance: 1 }, { segment: 2 }), 422, "SEGMENT_LOCKED"],
    [operate({ kind: "grow", distance: -1 }), 400, "REQUEST_INVALID"],
    [operate({ kind: "grow", distance: 1 }, { frame: 40 }), 404, "FRAME_NOT_FOUND"],
    [operate({ kind: "copy", to: 40 }), 404, "FRAME_NOT_FOUND"],
    [operate({ kind: "grow", distance: 1 }, { scope: "volume" }), 422, "OPERATION_UNSUITABLE"],
    [operate({ kind: "accept", layerId: "none" }), 404, "LAYER_NOT_FOUND"],
    [
      opened.ask("POST", elsewhere, { edit: randomUUID(), change: { kind: "add" } }),
      422,
      "LAYER_NOT_EDITABLE",
    ],
    [opened.ask("PATCH", `${elsewhere}/1`, { locked: true }), 422, "LAYER_NOT_EDITABLE"],
  ];
  for (const [answer, status, code] of refusals)
    expect(await failureOf(await answer)).toEqual({ status, code });
  expect([await titles(), await count(1)]).toEqual([before, 100]);
});
