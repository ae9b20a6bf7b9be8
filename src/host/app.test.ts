import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, openHost, type TestHost } from "../../test-support/open-host";
import type { EngineView, ModelView, SampleView, Settings } from "./contract";

let opened: TestHost;
beforeAll(() => void (opened = openHost()));
afterAll(() => opened.close());

test("settings are read whole and changed in part", async () => {
  const before = await opened.get<Settings>("/api/settings");
  const answer = await opened.ask("PATCH", "/api/settings", { theme: "light", cacheMegabytes: 128 });
  const expected = { ...before, theme: "light", cacheMegabytes: 128 };
  expect(await answer.json()).toEqual(expected);
  expect(await opened.get("/api/settings")).toEqual(expected);
});

test("a setting that does not exist so changes nothing, and the answer names the field", async () => {
  const before = await opened.get("/api/settings");
  const answer = await opened.ask("PATCH", "/api/settings", {
    theme: "pink",
    fillOpacity: 2,
    density: "dense",
  });
  const { error } = (await answer.clone().json()) as { error: { message: string } };
  expect(await failureOf(answer)).toEqual({ status: 400, code: "REQUEST_INVALID" });
  expect(error.message).toMatch(/theme.*fillOpacity/s);
  expect(await opened.get("/api/settings")).toEqual(before);
});

test("a body that is no JSON, and one that is too large, are refused with a sentence", async () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    opened.host.request(
      new Request("slicebench://app/api/studies", {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      }),
    );
  expect(await failureOf(await send("{"))).toEqual({ status: 400, code: "REQUEST_INVALID" });
  const paths = Array.from({ length: 9_000 }, () => "a".repeat(2_000));
  expect(await failureOf(await send(JSON.stringify({ paths })))).toEqual({
    status: 413,
    code: "REQUEST_TOO_LARGE",
  });
});

test("a body that does not say it is JSON is refused, not taken for a change of nothing", async () => {
  const send = (headers: Record<string, string>) =>
    opened.host.request(
      new Request("slicebench://app/api/settings", { method: "PATCH", body: '{"theme":"light"}', headers }),
    );
  for (const headers of [{}, { "content-type": "text/plain" }, { "content-type": "application/jsonx" }]) {
    expect(await failureOf(await send(headers))).toEqual({ status: 400, code: "REQUEST_INVALID" });
  }
  expect((await send({ "content-type": "application/json; charset=utf-8" })).status).toBe(200);
});

test("the bundled models come with their cards, the engine with what it can do", async () => {
  const models = await opened.get<ModelView[]>("/api/models");
  expect(models.map(({ card }) => card.id)).toEqual(
    expect.arrayContaining(["cardiac-lv-unet", "cardiac-lv-resnet18-unet", "nuclei-unet"]),
  );
  const engines = await opened.get<EngineView[]>("/api/engines");
  expect(engines.find(({ id }) => id === "onnxruntime")).toMatchObject({
    available: true,
    providers: expect.arrayContaining([{ id: "cpu", inUse: true, available: true }]) as unknown,
  });
});

test("the samples say what they are, where they lie and how they look", async () => {
  const samples = await opened.get<SampleView[]>("/api/samples");
  expect(samples[0]).toMatchObject({ id: "cardiac-cine", detail: "40 slices, reference" });
  const picture = await opened.ask("GET", "/api/samples/cardiac-cine/thumbnail?size=64");
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(await failureOf(await opened.ask("GET", "/api/samples/..%2f..%2fmodels/thumbnail"))).toEqual({
    status: 404,
    code: "SAMPLE_NOT_FOUND",
  });
});

test("an unknown address is 404 with a code, as everything else that is not there", async () => {
  const codes = new Map([
    ["/api/nothing", "RESOURCE_NOT_FOUND"],
    ["/api/series/none", "SERIES_NOT_FOUND"],
    ["/api/jobs/none", "JOB_NOT_FOUND"],
    ["/api/layers/none/frames/0", "LAYER_NOT_FOUND"],
  ]);
  for (const [path, code] of codes) {
    expect(await failureOf(await opened.ask("GET", path))).toEqual({ status: 404, code });
  }
});
