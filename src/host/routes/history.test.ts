import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { LabelMap } from "../../core/mask/label-map";
import { patchBetween } from "../../core/mask/patch";
import { encodePatches, type FramePatch } from "../../core/mask/patch-wire";
import type { EditView, LayerView } from "../contract";

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

/** A patch that paints a row of a frame. */
function strokeOn(frame: number, row: number, value = 1): FramePatch {
  const before: LabelMap = { rows: 256, columns: 256, values: new Uint8Array(65_536) };
  const after: LabelMap = { ...before, values: before.values.slice().fill(value, row * 256, row * 256 + 20) };
  return { frame, patch: patchBetween(before, after)! };
}

async function send(
  patches: FramePatch[],
  {
    edit = randomUUID(),
    layer = annotation.id,
    more = "",
  }: { edit?: string; layer?: string; more?: string } = {},
) {
  return opened.host.request(
    new Request(`slicebench://app/api/layers/${layer}/edits?edit=${edit}&title=Brush%20stroke${more}`, {
      method: "POST",
      body: encodePatches(patches) as Uint8Array<ArrayBuffer>,
      headers: { "content-type": "application/octet-stream", origin: "slicebench://app" },
    }),
  );
}
const step = (direction: "undo" | "redo") => opened.ask("POST", `/api/history/${direction}`, { seriesId });
const history = () => opened.get<EditView[]>(`/api/history?seriesId=${seriesId}`);
async function painted(frame: number): Promise<number> {
  const answer = await opened.ask("GET", `/api/layers/${annotation.id}/frames/${frame}`);
  if (answer.status === 404) return 0;
  return new Uint8Array(await answer.arrayBuffer()).filter((value) => value !== 0).length;
}

test("strokes on two slices are taken back and done again in their order", async () => {
  expect((await send([strokeOn(0, 5)])).status).toBe(201);
  expect((await send([strokeOn(1, 5), strokeOn(2, 6)])).status).toBe(201);
  expect([await painted(0), await painted(1), await painted(2)]).toEqual([20, 20, 20]);

  expect(await (await step("undo")).json()).toMatchObject({ frames: [1, 2], isUndone: true });
  expect([await painted(0), await painted(1), await painted(2)]).toEqual([20, 0, 0]);
  await step("undo");
  expect(await painted(0)).toBe(0);
  expect((await step("undo")).status).toBe(204);

  expect(await (await step("redo")).json()).toMatchObject({ frames: [0], isUndone: false });
  await step("redo");
  expect([await painted(0), await painted(1), await painted(2)]).toEqual([20, 20, 20]);
  expect((await step("redo")).status).toBe(204);
});

test("the history tells which segment a step drew, and refuses one that no label map can hold", async () => {
  await send([strokeOn(0, 5)], { more: "&segment=1" });
  await send([strokeOn(0, 9)]);
  expect((await history()).map(({ segment }) => segment)).toEqual([1, undefined]);
  for (const segment of ["0", "256", "x"])
    expect((await send([strokeOn(0, 9)], { more: `&segment=${segment}` })).status).toBe(400);
});

test("a new stroke after an undo ends what could be done again", async () => {
  await send([strokeOn(0, 5)]);
  await step("undo");
  await send([strokeOn(0, 9)]);
  expect((await history()).map(({ title, isUndone }) => ({ title, isUndone }))).toEqual([
    { title: "Brush stroke", isUndone: false },
  ]);
  expect((await step("redo")).status).toBe(204);
});

test("a stroke that is sent twice, for want of an answer, is done once", async () => {
  const edit = randomUUID();
  const first = (await (await send([strokeOn(0, 5)], { edit })).json()) as EditView;
  const second = (await (await send([strokeOn(0, 5)], { edit })).json()) as EditView;
  expect(second).toEqual(first);
  expect(await history()).toHaveLength(1);
});

test("an annotation that starts from another layer is its copy, as a step that can be taken back", async () => {
  const answer = await opened.ask("POST", "/api/layers", { seriesId, startFrom: reference.id });
  const copy = (await answer.json()) as LayerView;
  expect(copy).toMatchObject({ origin: { kind: "annotation" }, segments: reference.segments });
  const { layers } = opened.workstation;
  for (const frame of copy.frames) {
    const wanted = await layers.labelMap(reference.id, frame);
    expect(Buffer.compare((await layers.labelMap(copy.id, frame)).values, wanted.values)).toBe(0);
  }
  expect(copy.frames.length).toBeGreaterThan(30);
  expect(await (await step("undo")).json()).toMatchObject({ title: `Start from ${reference.name}` });
  expect((await layers.labelMap(copy.id, 0)).values.every((value) => value === 0)).toBe(true);
  await opened.ask("DELETE", `/api/layers/${copy.id}`);
});

test("what no edit may do is refused, and changes nothing", async () => {
  await send([strokeOn(0, 5)]);
  const badRuns = { ...strokeOn(0, 5).patch, runs: Uint8Array.of(3, 0, 1) };
  const refusals: [Promise<Response>, number, string][] = [
    [send([strokeOn(0, 5)], { layer: reference.id }), 422, "LAYER_NOT_EDITABLE"],
    [send([strokeOn(0, 5)], { layer: "none" }), 404, "LAYER_NOT_FOUND"],
    [send([strokeOn(0, 5)], { edit: "mine" }), 400, "REQUEST_INVALID"],
    [send([strokeOn(40, 5)]), 422, "EDIT_INVALID"],
    [send([strokeOn(1, 5), strokeOn(0, 5)]), 422, "PATCH_CONFLICT"],
    [send([{ frame: 0, patch: badRuns }]), 422, "PATCH_INVALID"],
    [opened.ask("POST", "/api/layers", { seriesId: "none" }), 404, "SERIES_NOT_FOUND"],
  ];
  for (const [answer, status, code] of refusals)
    expect(await failureOf(await answer)).toEqual({ status, code });
  expect([await painted(0), await painted(1)]).toEqual([20, 0]);
  expect(await history()).toHaveLength(1);
});

test("a removed layer takes its steps with it", async () => {
  await send([strokeOn(0, 5)]);
  await opened.ask("DELETE", `/api/layers/${annotation.id}`);
  expect(await history()).toEqual([]);
});
