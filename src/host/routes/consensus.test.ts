import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import { staple } from "../../core/consensus/staple";
import { majorityVote } from "../../core/consensus/vote";
import type { Segment } from "../../core/mask/label-map";
import type { JobView, LaboratoryView, LayerView, RunView, SeriesComparison } from "../contract";

const models = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet", "cardiac-lv-lenet-fcn"];
const frames = [14, 15, 16, 17];

let opened: TestHost;
let seriesId: string;
let readers: LayerView[];
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
  const request = { seriesId, modelIds: models, frames, acceptWarnings: true };
  const runs = (await (await opened.ask("POST", "/api/runs", request)).json()) as RunView[];
  await opened.untilOver(runs[0]!.jobId);
  readers = (await layersOf()).filter(({ origin }) => origin.kind === "model");
});
afterAll(() => opened.close());

const layersOf = () => opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`);
const valuesOf = async (id: string, frame: number) =>
  (await opened.workstation.layers.labelMap(id, frame)).values;
const idsOf = (layers: readonly LayerView[]) => layers.map(({ id }) => id);

async function make(method: string, layerIds: readonly string[]): Promise<LayerView> {
  const answer = await opened.ask("POST", "/api/layers/consensus", { seriesId, method, layerIds });
  expect(answer.status).toBe(202);
  const job = await opened.untilOver(((await answer.json()) as JobView).id);
  expect(job).toMatchObject({ kind: "consensus", state: "done", problems: [] });
  return (await layersOf()).find(({ id }) => id === job.layerId)!;
}

/** A layer of the series as another program might have made it. */
async function layerWith(segments: Segment[], values: (frame: number) => Promise<Uint8Array>) {
  const { layers } = opened.workstation;
  const origin = { kind: "model", modelId: randomUUID(), runId: randomUUID(), weightsSha256: "" } as const;
  const { id } = layers.create({ seriesId, name: "Other", origin, segments });
  for (const frame of frames)
    await layers.putLabelMap(id, frame, { rows: 256, columns: 256, values: await values(frame) });
  return id;
}

test("a majority vote over a series is a layer, slice by slice what most readers marked", async () => {
  const layer = await make("majority-vote", idsOf(readers));
  expect(layer).toMatchObject({
    name: "Majority vote",
    origin: {
      kind: "consensus",
      method: "majority-vote",
      layers: readers.map(({ id, name }) => ({ id, name })),
    },
    segments: readers[0]!.segments,
    frames,
    visible: true,
  });
  for (const frame of frames) {
    const wanted = majorityVote(await Promise.all(readers.map(({ id }) => valuesOf(id, frame))));
    expect(wanted.includes(1)).toBe(true);
    expect(Buffer.from(await valuesOf(layer.id, frame)).equals(Buffer.from(wanted))).toBe(true);
  }
});

test("STAPLE estimates over all slices at once, and says of each reader how sensitive and specific it is", async () => {
  const layer = await make("staple", idsOf(readers));
  const volumes = await Promise.all(
    readers.map(async ({ id }) =>
      Buffer.concat(await Promise.all(frames.map((frame) => valuesOf(id, frame)))),
    ),
  );
  const { consensus, performance } = staple(volumes.map((volume) => new Uint8Array(volume)));
  const made = Buffer.concat(await Promise.all(frames.map((frame) => valuesOf(layer.id, frame))));
  expect(made.equals(Buffer.from(consensus))).toBe(true);
  expect(layer.origin).toEqual({
    kind: "consensus",
    method: "staple",
    layers: readers.map(({ id, name }, at) => ({
      id,
      name,
      specificity: performance[at]![0]![0],
      sensitivity: { 1: performance[at]![1]![1] },
    })),
  });
});

test("readers count the same segment by its name, whatever its value, and keep what only one of them has", async () => {
  const [first] = readers;
  const [ventricle] = first!.segments;
  const own = await valuesOf(first!.id, 16);
  const id = await layerWith(
    [
      { value: 1, label: "Myocardium", colour: "#56B4E9", locked: true },
      { value: 7, label: ventricle!.label.toUpperCase(), colour: "#E69F00" },
    ],
    async (frame) => (await valuesOf(first!.id, frame)).map((value) => value * 7),
  );
  const layer = await make("majority-vote", [first!.id, id]);
  expect(layer.segments).toEqual([ventricle, { value: 2, label: "Myocardium", colour: "#56B4E9" }]);
  expect(Buffer.from(await valuesOf(layer.id, 16)).equals(Buffer.from(own))).toBe(true);
  expect(layer.name).toBe("Majority vote 2");
  for (const each of [layer.id, id]) opened.workstation.layers.remove(each);
});

test("a consensus is measured against the reference, has no vote in the disagreement, and starts an annotation", async () => {
  const path = `/api/comparisons?seriesId=${seriesId}`;
  const before = await opened.get<SeriesComparison>(path);
  const layer = await make("majority-vote", idsOf(readers));
  const after = await opened.get<SeriesComparison>(path);
  expect(after.disagreement).toEqual(before.disagreement);
  const own = after.frames.filter(({ layerId }) => layerId === layer.id);
  expect(own.map(({ frame }) => frame)).toEqual(frames);
  for (const { dice } of own) expect(dice.value).toBeGreaterThan(0.5);

  const record = () => opened.get<LaboratoryView>(`/api/comparisons/record?seriesId=${seriesId}`);
  expect((await record()).record.models.map(({ id }) => id)).toContain(layer.id);
  const asReference = await opened.get<SeriesComparison>(`${path}&referenceLayerId=${layer.id}`);
  expect(asReference.referenceLayerId).toBe(layer.id);

  const { algorithm, labelMaps } = await opened.workstation.exports.source({ layerId: layer.id });
  expect(algorithm).toEqual({ type: "SEMIAUTOMATIC", name: "Majority vote of 3 layers" });
  expect([...labelMaps.keys()]).toEqual(frames);

  const answer = await opened.ask("POST", "/api/layers", { seriesId, startFrom: layer.id });
  const annotation = (await answer.json()) as LayerView;
  expect(annotation.origin).toEqual({ kind: "annotation", startedFrom: layer.id });
  expect(await valuesOf(annotation.id, 16)).toEqual(await valuesOf(layer.id, 16));

  const [reference] = (await layersOf()).filter(({ origin }) => origin.kind === "reference");
  opened.workstation.layers.remove(reference!.id);
  expect((await record()).record.models.map(({ id }) => id)).not.toContain(layer.id);
});

test("what makes no consensus is refused before a job begins", async () => {
  const { layers } = opened.workstation;
  const elsewhere = layers.create({
    seriesId: "another",
    name: "Elsewhere",
    origin: { kind: "annotation" },
    segments: [],
  });
  const empty = layers.create({ seriesId, name: "Empty", origin: { kind: "annotation" }, segments: [] });
  const [a, b] = idsOf(readers);
  const refusals: [object, number, string][] = [
    [{ seriesId, method: "staple", layerIds: [a] }, 400, "REQUEST_INVALID"],
    [{ seriesId, method: "staple", layerIds: [a, a] }, 400, "REQUEST_INVALID"],
    [{ seriesId, method: "mean", layerIds: [a, b] }, 400, "REQUEST_INVALID"],
    [{ seriesId, method: "staple", layerIds: [a, "none"] }, 404, "LAYER_NOT_FOUND"],
    [{ seriesId, method: "staple", layerIds: [a, elsewhere.id] }, 422, "CONSENSUS_INVALID"],
    [{ seriesId, method: "staple", layerIds: [a, empty.id] }, 422, "CONSENSUS_EMPTY"],
  ];
  const jobs = opened.workstation.jobs.list().length;
  for (const [body, status, code] of refusals)
    expect(await failureOf(await opened.ask("POST", "/api/layers/consensus", body))).toEqual({
      status,
      code,
    });
  expect(opened.workstation.jobs.list()).toHaveLength(jobs);
});

test("a consensus that is cancelled leaves no layer", async () => {
  const before = idsOf(await layersOf());
  const body = { seriesId, method: "majority-vote", layerIds: idsOf(readers) };
  const job = (await (await opened.ask("POST", "/api/layers/consensus", body)).json()) as JobView;
  await opened.ask("DELETE", `/api/jobs/${job.id}`);
  expect(await opened.untilOver(job.id)).toMatchObject({ state: "cancelled", problems: [] });
  expect(idsOf(await layersOf())).toEqual(before);
});
