import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { LabelMap } from "../../core/mask/label-map";
import { patchBetween } from "../../core/mask/patch";
import { encodePatches } from "../../core/mask/patch-wire";
import type { EditCostView, LayerView, ReviewView } from "../contract";

let opened: TestHost;
let seriesId: string;
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
});
afterAll(() => opened.close());

const queue = async (models = "") =>
  (await opened.get<ReviewView[]>(`/api/review?models=${models}`)).find(
    (each) => each.seriesId === seriesId,
  )!;
const say = (state: string, frame?: number) =>
  opened.ask("PUT", "/api/review", { seriesId, state, ...(frame !== undefined && { frame }) });
const count = (view: ReviewView, state: string) => view.frames.filter((each) => each === state).length;

const size = { rows: 256, columns: 256 };
const square = (side: number): LabelMap => {
  const values = new Uint8Array(65_536);
  for (let row = 0; row < side; row++) values.fill(1, row * 256, row * 256 + side);
  return { ...size, values };
};

/** A layer as a run of a model leaves it. */
async function modelLayer(modelId: string, side: number): Promise<string> {
  const { layers } = opened.workstation;
  const { id } = layers.create({
    seriesId,
    name: modelId,
    origin: { kind: "model", modelId, runId: randomUUID(), weightsSha256: "" },
    segments: [{ value: 1, label: "LV", colour: "#E69F00" }],
  });
  await layers.putLabelMap(id, 0, square(side));
  return id;
}

async function paint(
  layerId: string,
  frame: number,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const patch = patchBetween(square(from), square(to))!;
  const answer = await opened.host.request(
    new Request(`slicebench://app/api/layers/${layerId}/edits?edit=${randomUUID()}&title=Stroke`, {
      method: "POST",
      body: encodePatches([{ frame, patch }]) as Uint8Array<ArrayBuffer>,
      headers: { "content-type": "application/octet-stream", origin: "slicebench://app" },
    }),
  );
  expect(answer.status).toBe(201);
}

test("a series is not started until its first edit, which is in progress by itself", async () => {
  const before = await queue();
  expect([before.state, count(before, "not-started")]).toEqual(["not-started", before.frames.length]);
  const layer = (await (await opened.ask("POST", "/api/layers", { seriesId })).json()) as LayerView;
  await paint(layer.id, 3, { from: 0, to: 10 });
  const after = await queue();
  expect([after.state, after.frames[3], count(after, "in-progress")]).toEqual([
    "in-progress",
    "in-progress",
    1,
  ]);
  await opened.ask("DELETE", `/api/layers/${layer.id}`);
});

test("a done series has its slices done but for the flagged, and an undone slice takes the series back", async () => {
  await say("flagged", 5);
  await say("done");
  let view = await queue();
  expect([view.state, view.frames[5], count(view, "done")]).toEqual([
    "done",
    "flagged",
    view.frames.length - 1,
  ]);
  await say("in-progress", 2);
  view = await queue();
  expect([view.state, view.frames[2]]).toEqual(["in-progress", "in-progress"]);
  await say("done", 2);
  await say("done", 5);
  expect((await queue()).state).toBe("done");
});

test("what cannot be is refused", async () => {
  expect(await failureOf(await say("done", 5_000))).toEqual({ status: 404, code: "FRAME_NOT_FOUND" });
  expect(await failureOf(await say("finished"))).toEqual({ status: 400, code: "REQUEST_INVALID" });
});

test("a dispute is 1 - Dice between the chosen models, and a correction costs strokes, pixels and time", async () => {
  expect((await queue()).dispute).toBeUndefined();
  const layerId = await modelLayer("small", 10);
  await modelLayer("large", 20);
  await modelLayer("larger", 30);
  // Two squares of 100 and 400 pixels, one in the other.
  expect((await queue("small,large")).dispute).toBeCloseTo(1 - (2 * 100) / 500);
  expect((await queue()).dispute).toBeCloseTo((3 / 5 + 4 / 5 + 5 / 13) / 3);

  const request = { seriesId, name: "Corrected", startFrom: layerId };
  const annotation = (await (await opened.ask("POST", "/api/layers", request)).json()) as LayerView;
  const costs = () => opened.get<EditCostView[]>("/api/edit-costs");
  expect(await costs()).toEqual([
    { modelId: "small", layers: 1, slices: 1, strokes: 0, pixels: 0, seconds: 0 },
  ]);
  await paint(annotation.id, 0, { from: 10, to: 12 });
  const [cost] = await costs();
  expect(cost).toMatchObject({ modelId: "small", strokes: 1, pixels: 44 });
  expect(cost!.seconds).toBeGreaterThan(0);
});
