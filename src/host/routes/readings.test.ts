import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { LabelMap } from "../../core/mask/label-map";
import type { ReadingView } from "../contract";

let opened: TestHost;
let seriesId: string;
const layerIds = new Map<string, string>();

const square = (side: number): LabelMap => {
  const values = new Uint8Array(65_536);
  for (let row = 0; row < side; row++) values.fill(1, row * 256, row * 256 + side);
  return { rows: 256, columns: 256, values };
};

/** Layers as runs of models leave them: "small" and "large" are the same on the first frame, and differ on the others. */
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
  for (const [modelId, side] of [
    ["small", 0],
    ["large", 4],
    ["larger", 9],
  ] as const) {
    const { layers } = opened.workstation;
    const { id } = layers.create({
      seriesId,
      name: `Network ${modelId}`,
      origin: { kind: "model", modelId, runId: randomUUID(), weightsSha256: "" },
      segments: [{ value: 1, label: "LV", colour: "#E69F00" }],
    });
    layerIds.set(modelId, id);
    for (const frame of [0, 1, 2, 3]) await layers.putLabelMap(id, frame, square(10 + side * frame));
  }
});
afterAll(() => opened.close());

const post = (path: string, body: unknown = {}) => opened.ask("POST", `/api/readings${path}`, body);
const begin = async (wish: object = {}): Promise<ReadingView> =>
  (await (await post("", { seriesId, models: ["small", "large"], seed: 5, ...wish })).json()) as ReadingView;
const maskBytes = async (id: string, index: number, side: string) =>
  new Uint8Array(
    await (await opened.ask("GET", `/api/readings/${id}/presentations/${index}/${side}`)).arrayBuffer(),
  );
const pixels = (values: Uint8Array) => values.filter((value) => value !== 0).length;

test("nothing that a reader's page is sent names a model before the end", async () => {
  const reading = await begin();
  expect(reading.places.map(({ frame }) => frame)).toEqual([3, 2, 1]);
  expect([reading.identical, reading.candidateCount, reading.choices]).toEqual([1, 2, [null, null, null]]);
  for (const text of [
    JSON.stringify(reading),
    JSON.stringify(await opened.get(`/api/readings?seriesId=${seriesId}`)),
  ])
    for (const word of ["small", "large", "Network", ...layerIds.values()]) expect(text).not.toContain(word);
  const answer = await opened.ask("GET", `/api/readings/${reading.id}/presentations/0/left`);
  expect(JSON.parse(answer.headers.get("x-slicebench-header")!)).toEqual({ rows: 256, columns: 256 });
  expect(await failureOf(await opened.ask("GET", `/api/readings/${reading.id}/table`))).toEqual({
    status: 409,
    code: "READING_BLIND",
  });
});

test("the last answer to a slice counts, the names come at the end, and the table holds every answer", async () => {
  const { id, places } = await begin();
  for (const [index, { frame }] of places.entries()) {
    // The larger square is the preferred one, whichever side it is on.
    const left = pixels(await maskBytes(id, index, "left"));
    expect([left, pixels(await maskBytes(id, index, "right"))].sort((a, b) => a - b)).toEqual([
      100,
      (10 + 4 * frame) ** 2,
    ]);
    if (index === 0) await post(`/${id}/answers`, { presentation: 0, choice: "tie" });
    await post(`/${id}/answers`, { presentation: index, choice: left > 100 ? "left" : "right" });
  }
  const revealed = (await (await post(`/${id}/reveal`)).json()) as ReadingView;
  expect(revealed.result).toMatchObject({
    seed: 5,
    candidates: [
      { id: "small", name: "Network small" },
      { id: "large", name: "Network large" },
    ],
    // Wilson's interval of 0 of 3 ends at z^2 / (n + z^2).
    pairs: [
      {
        aWins: 0,
        bWins: 3,
        ties: 0,
        unread: 0,
        winRate: { rate: 0, low: 0, high: expect.closeTo(3.8415 / 6.8415, 3) as number },
        isTie: true,
      },
    ],
  });
  const table = (await (await opened.ask("GET", `/api/readings/${id}/table`)).text()).trim().split("\r\n");
  expect(table).toHaveLength(1 + 4);
  expect(table.filter((row) => row.includes(",large,Network large,") && row.includes(",yes,"))).toHaveLength(
    3,
  );
  expect(table[1]).toContain(",tie,,,");
  expect(table[1]).toContain(",no,disputed,5");
  expect(await failureOf(await post(`/${id}/answers`, { presentation: 0, choice: "tie" }))).toEqual({
    status: 409,
    code: "READING_OVER",
  });
});

test("of three models each pair is shown, and as many slices of it as were asked for", async () => {
  const models = ["small", "large", "larger"];
  expect((await begin({ models, order: "random" })).places).toHaveLength(9);
  const { id, places } = await begin({ models, mostPerPair: 2 });
  expect(places.map(({ frame }) => frame).sort()).toEqual([2, 2, 2, 3, 3, 3]);
  const { result } = (await (await post(`/${id}/reveal`)).json()) as ReadingView;
  expect(result!.pairs.map(({ a, b, unread }) => [a, b, unread])).toEqual([
    ["small", "large", 2],
    ["small", "larger", 2],
    ["large", "larger", 2],
  ]);
});

test("what cannot be is refused: one model, no such slice, a mask that changed since", async () => {
  const refused = async (answer: Promise<Response>) => failureOf(await answer);
  expect(await refused(post("", { seriesId, models: ["small"] }))).toMatchObject({ code: "REQUEST_INVALID" });
  expect(await refused(post("", { seriesId, models: ["small", "none"] }))).toEqual({
    status: 422,
    code: "READING_IMPOSSIBLE",
  });
  const { id } = await begin();
  const answered = post(`/${id}/answers`, { presentation: 3, choice: "left" });
  expect(await refused(answered)).toEqual({ status: 404, code: "PRESENTATION_NOT_FOUND" });
  expect(await refused(opened.ask("GET", "/api/readings/none"))).toEqual({
    status: 404,
    code: "READING_NOT_FOUND",
  });
  for (const layerId of layerIds.values())
    await opened.workstation.layers.putLabelMap(layerId, 3, square(50));
  const sides = [0, 0].map((_, at) =>
    opened.ask("GET", `/api/readings/${id}/presentations/0/${at === 0 ? "left" : "right"}`),
  );
  for (const side of sides) expect(await refused(side)).toEqual({ status: 422, code: "READING_CHANGED" });
});
