import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { FeatureMapsHeader, ImportView, ModelView, PreviewHeader } from "../contract";

const resources = join(import.meta.dirname, "../../../resources");

let host: TestHost;
let folder: string;
let seriesId: string;
const environment = process.env.SLICEBENCH_MODELS;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-imports-"));
  process.env.SLICEBENCH_MODELS = join(folder, "models");
  copyFileSync(join(resources, "models/nuclei-unet/model.onnx"), join(folder, "cells.onnx"));
  host = openHost();
  const [series] = await host.open(join(resources, "samples/nuclei-fluorescence/field-1.png"));
  seriesId = series!.id;
}, 60_000);
afterAll(async () => {
  await host.close();
  if (environment === undefined) delete process.env.SLICEBENCH_MODELS;
  else process.env.SLICEBENCH_MODELS = environment;
  rmSync(folder, { recursive: true, force: true });
});

async function begin(): Promise<ImportView> {
  const response = await host.ask("POST", "/api/imports", { path: join(folder, "cells.onnx") });
  expect(response.status).toBe(201);
  return (await response.json()) as ImportView;
}

test("a network is tried on an open slice, becomes a model, and is removed and restored", async () => {
  const { id, card, intensities } = await begin();
  const percentile = intensities.find(({ rule }) => rule.kind === "percentile")!;
  const chosen = {
    ...card,
    id: "cells",
    name: "Cells",
    input: { ...card.input, intensity: percentile.rule },
  };
  const preview = await host.ask("POST", `/api/imports/${id}/preview`, { seriesId, frame: 0, card: chosen });
  const { rows, columns } = JSON.parse(preview.headers.get("x-slicebench-header")!) as PreviewHeader;
  const labels = new Uint8Array(await preview.arrayBuffer());
  expect(labels.length).toBe(rows * columns);
  expect(new Set(labels)).toEqual(new Set([0, 1]));

  const finished = await host.ask("POST", `/api/imports/${id}/finish`, { card: chosen });
  expect(finished.status).toBe(201);
  const own = async () =>
    (await host.get<ModelView[]>("/api/models"))
      .filter(({ bundled }) => !bundled)
      .map((model) => model.card.id);
  expect(await own()).toEqual(["cells"]);
  expect((await host.ask("DELETE", "/api/models/cells")).status).toBe(204);
  expect(await own()).toEqual([]);
  expect((await host.ask("POST", "/api/models/cells/restore")).status).toBe(204);
  expect(await own()).toEqual(["cells"]);
});

test("an import that is dropped leaves nothing, and is unknown from then on", async () => {
  const { id, card } = await begin();
  expect((await host.ask("DELETE", `/api/imports/${id}`)).status).toBe(204);
  expect(readdirSync(join(folder, "models", ".imports"))).toEqual([]);
  expect(await failureOf(await host.ask("POST", `/api/imports/${id}/finish`, { card }))).toEqual({
    status: 404,
    code: "MODEL_IMPORT_NOT_FOUND",
  });
});

test("wrong files, wrong cards, unknown slices and bundled models are refused by name", async () => {
  writeFileSync(join(folder, "letter.onnx"), "Dear network,");
  const wrongFile = await host.ask("POST", "/api/imports", { path: join(folder, "letter.onnx") });
  expect(await failureOf(wrongFile)).toEqual({ status: 422, code: "ONNX_DAMAGED" });
  const { id, card } = await begin();
  const wrongCard = await host.ask("POST", `/api/imports/${id}/finish`, {
    card: { ...card, id: "../elsewhere" },
  });
  expect(await failureOf(wrongCard)).toEqual({ status: 400, code: "REQUEST_INVALID" });
  expect(existsSync(join(folder, "elsewhere"))).toBe(false);
  const noFrame = await host.ask("POST", `/api/imports/${id}/preview`, { seriesId, frame: 7, card });
  expect(await failureOf(noFrame)).toEqual({ status: 404, code: "FRAME_NOT_FOUND" });
  const bundled = await host.ask("DELETE", "/api/models/nuclei-unet");
  expect(await failureOf(bundled)).toEqual({ status: 422, code: "MODEL_BUNDLED" });
});

test("the feature maps of an imported network are the same before and after its channels are turned", async () => {
  const file = join(import.meta.dirname, "../../../test-support/graph-models/unet/model.json");
  const response = await host.ask("POST", "/api/imports", { path: file });
  const { id, card } = (await response.json()) as ImportView;
  expect(card.input.layout).toBe("NHWC");
  expect((await host.ask("POST", `/api/imports/${id}/finish`, { card })).status).toBe(201);
  const mapsOf = async (value: string) => {
    const answer = await host.ask("POST", `/api/models/${card.id}/features`, { seriesId, frame: 0, value });
    expect(answer.status).toBe(200);
    const header = JSON.parse(answer.headers.get("x-slicebench-header")!) as FeatureMapsHeader;
    return { header, maps: new Uint8Array(await answer.arrayBuffer()) };
  };
  const scope = "StatefulPartitionedCall/model";
  const last = await mapsOf("tissue");
  expect(last.header).toMatchObject({ channels: 3, rows: 256, columns: 320 });
  expect(await mapsOf(`${scope}/tissue/Softmax/softmax`)).toEqual(last);
  expect(await mapsOf(`${scope}/rescaling/add/add`)).toEqual(
    await mapsOf(`${scope}/rescaling/add/channels_first`),
  );
}, 60_000);
