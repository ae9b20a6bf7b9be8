import { afterEach, beforeEach, expect, test } from "vitest";
import { join } from "node:path";
import {
  cineFolder,
  failureOf,
  openHost,
  readEvents,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import type { HostEvent, RunView, SeriesComparison } from "../contract";

const [small, large] = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] as const;

let opened: TestHost;
beforeEach(() => void (opened = openHost()));
afterEach(() => opened.close());

async function start(body: object): Promise<RunView[]> {
  const answer = await opened.ask("POST", "/api/runs", body);
  expect(answer.status).toBe(202);
  return (await answer.json()) as RunView[];
}

const openCine = async () => (await opened.open(cineFolder))[0]!;

test("two models run side by side, tell how far they are, and leave layers that are compared with the reference", async () => {
  const { id: seriesId } = await openCine();
  const events = readEvents(await opened.ask("GET", "/api/events"));
  const frames = [2, 0];
  const runs = await start({ seriesId, modelIds: [small, large], frames });
  expect(runs.map(({ modelId, framesTotal }) => [modelId, framesTotal])).toEqual([
    [small, 2],
    [large, 2],
  ]);
  const seen: HostEvent[] = [];
  for await (const { event } of events) {
    seen.push(event);
    if (event.type === "job" && event.job.id === runs[0]!.jobId && event.job.state === "done") break;
  }
  const lastOf = (modelId: string) =>
    seen
      .flatMap((event) => (event.type === "run" && event.run.modelId === modelId ? [event.run] : []))
      .at(-1);
  for (const modelId of [small, large]) {
    expect(lastOf(modelId)).toMatchObject({ state: "done", framesDone: 2, failures: [], provider: "cpu" });
  }
  const { frames: measured, disagreement } = await opened.get<SeriesComparison>(
    `/api/comparisons?seriesId=${seriesId}`,
  );
  expect(measured.map(({ frame }) => frame).sort()).toEqual([0, 0, 2, 2]);
  for (const { dice, unit } of measured) {
    expect(unit).toBe("mm");
    expect(dice.value).toBeGreaterThan(0.5);
  }
  expect(disagreement.map(({ frame }) => frame)).toEqual([0, 2]);
});

test("a page that comes late gets the whole state, one that was away what it missed", async () => {
  const { id: seriesId } = await openCine();
  const late: HostEvent[] = [];
  let lastId = "";
  for await (const { id, event } of readEvents(await opened.ask("GET", "/api/events"))) {
    late.push(event);
    lastId = id;
    if (event.type === "layer") break;
  }
  expect(late.map(({ type }) => type)).toEqual(["studies", "job", "layer"]);

  await opened.ask(
    "PATCH",
    `/api/layers/${late.flatMap((event) => (event.type === "layer" ? [event.layer.id] : []))[0]!}`,
    {
      visible: false,
    },
  );
  const answer = await opened.host.request(
    new Request("slicebench://app/api/events", { headers: { "last-event-id": lastId } }),
  );
  for await (const { event } of readEvents(answer)) {
    expect(event).toMatchObject({ type: "layer", layer: { seriesId, visible: false } });
    break;
  }
});

test("a run that is cancelled stops, keeps what is finished, and the next one works", async () => {
  const { id: seriesId } = await openCine();
  const events = readEvents(await opened.ask("GET", "/api/events"));
  const [run] = await start({ seriesId, modelIds: [small, large] });
  for await (const { event } of events) {
    if (event.type === "run" && event.run.framesDone === 1) break;
  }
  expect((await opened.ask("DELETE", `/api/jobs/${run!.jobId}`)).status).toBe(200);
  expect(await opened.untilOver(run!.jobId)).toMatchObject({ state: "cancelled", problems: [] });
  const runs = await opened.get<RunView[]>(`/api/runs?seriesId=${seriesId}`);
  expect(runs.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  expect(runs[0]!.framesDone).toBeGreaterThanOrEqual(1);
  expect(runs[1]!.framesDone).toBe(0);

  const [next] = await start({ seriesId, modelIds: [large], frames: [0] });
  expect(await opened.untilOver(next!.jobId)).toMatchObject({ state: "done" });
});

test("an engine that is killed costs its frame, which says so, and the rest of the run is done", async () => {
  const { id: seriesId } = await openCine();
  const events = readEvents(await opened.ask("GET", "/api/events"));
  const [run] = await start({ seriesId, modelIds: [large] });
  let killed = false;
  const heard: string[] = [];
  for await (const { event } of events) {
    if (event.type === "run" && event.run.framesDone === 1 && !killed) {
      killed = true;
      process.kill(opened.engine.processIds()[0]!, "SIGKILL");
    }
    if (event.type === "engine") heard.push(event.state);
    if (event.type === "job" && event.job.id === run!.jobId && event.job.state === "done") break;
  }
  const [after] = await opened.get<RunView[]>(`/api/runs?seriesId=${seriesId}`);
  expect(after).toMatchObject({ state: "done", framesDone: 39, failures: [{ code: "ENGINE_CRASHED" }] });
  expect(heard).toContain("ready");
});

test("a model that may not suit the series asks first, and runs when the reader insists", async () => {
  const [retina] = await opened.open(join(samplesFolder, "retina/retina.jpg"));
  const request = { seriesId: retina!.id, modelIds: [small] };
  const answer = await opened.ask("POST", "/api/runs", request);
  const body = (await answer.clone().json()) as { warnings: { modelId: string; message: string }[] };
  expect(await failureOf(answer)).toEqual({ status: 409, code: "RUN_UNSUITABLE" });
  expect(body.warnings).toEqual([{ modelId: small, message: expect.stringMatching(/colour/) as unknown }]);
  const [run] = await start({ ...request, acceptWarnings: true });
  expect(await opened.untilOver(run!.jobId)).toMatchObject({ state: "done" });
});

test("runs of unknown models, series and frames are refused before anything starts", async () => {
  const { id: seriesId } = await openCine();
  const refusals: [object, number, string][] = [
    [{ seriesId, modelIds: ["no-model"] }, 404, "MODEL_UNKNOWN"],
    [{ seriesId: "none", modelIds: [small] }, 404, "SERIES_NOT_FOUND"],
    [{ seriesId, modelIds: [small], frames: [40] }, 400, "REQUEST_INVALID"],
    [{ seriesId, modelIds: [] }, 400, "REQUEST_INVALID"],
    [{ seriesId, modelIds: [small], frames: [] }, 400, "REQUEST_INVALID"],
    [{ modelIds: [small] }, 400, "REQUEST_INVALID"],
  ];
  for (const [body, status, code] of refusals) {
    expect(await failureOf(await opened.ask("POST", "/api/runs", body))).toEqual({ status, code });
  }
  expect(await opened.get(`/api/runs?seriesId=${seriesId}`)).toEqual([]);
});
