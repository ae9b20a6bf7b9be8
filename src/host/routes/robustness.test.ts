import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { JobView, RobustnessView } from "../contract";

let opened: TestHost;
let seriesId: string;
beforeAll(async () => {
  opened = openHost();
  seriesId = (await opened.open(cineFolder))[0]!.id;
});
afterAll(() => opened.close());

const models = ["cardiac-lv-unet", "cardiac-lv-lenet-fcn"];
const start = (wish: object = {}) =>
  opened.ask("POST", "/api/robustness", { seriesId, models, frame: 3, ...wish });
const found = () => opened.get<RobustnessView | null>(`/api/robustness?seriesId=${seriesId}`);

async function measure(wish: object = {}): Promise<RobustnessView> {
  const job = (await (await start(wish)).json()) as JobView;
  expect(await opened.untilOver(job.id)).toMatchObject({ state: "done", kind: "robustness" });
  return (await found())!;
}

test("each model's masks are compared with its own and the reference, step by step, the same twice", async () => {
  expect(await found()).toBeNull();
  const { id, frame, robustness } = await measure();
  expect([frame, robustness.slices.length, robustness.perturbations.length]).toEqual([3, 1, 12]);
  expect(robustness.models.map(({ model }) => model)).toEqual(models);
  for (const { steps, stability, reference } of robustness.models) {
    expect(reference).toMatchObject({ n: 1 });
    expect(steps.map(({ own, shown }) => own.mean === shown)).not.toContain(false);
    expect(stability).toBeGreaterThan(0);
    expect(stability).toBeLessThan(1);
  }
  const [unet] = robustness.models;
  // A pixel of blur hardly moves a network that was trained; noise of a fifth of the contrast moves it more.
  expect(unet!.steps[3]!.own.mean).toBeGreaterThan(0.9);
  expect(unet!.steps[2]!.own.mean).toBeLessThan(unet!.steps[0]!.own.mean!);
  expect((await measure()).robustness).toEqual(robustness);
  expect((await measure({ seed: 9 })).robustness.models[0]!.steps[2]).not.toEqual(unet!.steps[2]);
  expect(await failureOf(await opened.ask("GET", `/api/robustness/${id}/pictures/${models[0]}/0`))).toEqual({
    status: 404,
    code: "ROBUSTNESS_NOT_FOUND",
  });
});

test("the strip is drawn, and goes into the report", async () => {
  const { id } = await measure({ models: models.slice(0, 1) });
  const answer = await opened.ask("GET", `/api/robustness/${id}/pictures/${models[0]}/12`);
  expect(answer.headers.get("content-type")).toBe("image/webp");
  const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  expect([width, height]).toEqual([176, 176]);
  const [run] = (await (
    await opened.ask("POST", "/api/runs", {
      seriesId,
      modelIds: [models[0]],
      frames: [3],
      acceptWarnings: true,
    })
  ).json()) as { jobId: string }[];
  await opened.untilOver(run!.jobId);
  const report = await (await opened.ask("GET", `/api/comparisons/report?seriesId=${seriesId}`)).text();
  expect(report).toContain("<h2>Robustness</h2>");
  expect(report.split("data:image/webp").length - 1).toBeGreaterThan(12);
});

test("a cancel ends it and leaves what was found before", async () => {
  const before = await found();
  const job = (await (await start({ slices: 20 })).json()) as JobView;
  await opened.ask("DELETE", `/api/jobs/${job.id}`);
  expect(await opened.untilOver(job.id)).toMatchObject({ state: "cancelled" });
  expect(await found()).toEqual(before);
});

test("a frame or a model that is not there is refused", async () => {
  expect(await failureOf(await start({ frame: 5_000 }))).toEqual({ status: 404, code: "FRAME_NOT_FOUND" });
  expect(await failureOf(await start({ models: ["none"] }))).toEqual({ status: 404, code: "MODEL_UNKNOWN" });
});
