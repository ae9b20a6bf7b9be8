import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { failureOf, openHost, samplesFolder, type TestHost } from "../../../test-support/open-host";
import { runProgram } from "../../cli/program";
import { readModel } from "../../core/onnx/read";
import { zoo } from "../../core/zoo/registry";
import type { ArchitectureDescription } from "../../services/architectures";
import { maskAtThreshold } from "../../core/mask/probability-map";
import type {
  ArchitectureView,
  FeatureMapsHeader,
  ModelView,
  NetworkView,
  ProbabilityMapHeader,
} from "../contract";

let host: TestHost;
let seriesId: string;
beforeAll(async () => {
  host = openHost();
  const [series] = await host.open(`${samplesFolder}/cardiac-cine/slice-3-phase-01.dcm`);
  seriesId = series!.id;
});
afterAll(() => host.close());

const lookInto = (modelId: string, body: object) => host.ask("POST", `/api/models/${modelId}/features`, body);

async function mapsOf(answer: Response): Promise<{ header: FeatureMapsHeader; maps: Uint8Array }> {
  expect(answer.status).toBe(200);
  const header = JSON.parse(answer.headers.get("x-slicebench-header")!) as FeatureMapsHeader;
  return { header, maps: new Uint8Array(await answer.arrayBuffer()) };
}

test("the architectures are listed in the zoo's order, each with its paper", async () => {
  const listed = await host.get<ArchitectureView[]>("/api/zoo");
  expect(listed.map(({ id }) => id)).toEqual(zoo.map(({ id }) => id));
  expect(listed.find(({ id }) => id === "resnet18-unet")).toMatchObject({
    encoder: "resnet18",
    decoder: "unet",
    paper: { authors: "He, Zhang, Ren & Sun" },
  });
});

/** Those as published, and each decoder once: the other encoders with decoders are made of the same parts. */
const told = zoo.filter(
  ({ id, encoder, decoder }) => id !== `${encoder}-${decoder}` || encoder === "resnet18",
);

test.each(told.map(({ id }) => id))("the graph of %s is what `zoo show --json` prints", async (id) => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await runProgram(["zoo", "show", id, "--json"]);
  const line = String(printed.mock.calls[0]![0]);
  printed.mockRestore();
  const { layers, parameters, multiplyAdds, options, name } = JSON.parse(line) as ArchitectureDescription;
  expect(await host.get<NetworkView>(`/api/zoo/${id}/graph`)).toEqual({
    id,
    name,
    nodes: layers,
    parameters,
    multiplyAdds,
    size: { rows: options.rows, columns: options.columns },
    inputs: layers[0]!.inputs,
    outputs: ["logits"],
  });
});

test("a model's graph has the parameters and multiply-adds of its card", async () => {
  const models = await host.get<ModelView[]>("/api/models");
  const { card } = models.find((model) => model.card.id === "cardiac-lv-resnet18-unet")!;
  const view = await host.get<NetworkView>(`/api/models/${card.id}/graph`);
  expect(view.size).toEqual(card.architecture.macsAt);
  expect(view.multiplyAdds).toBe(card.architecture.macs);
  expect(view.weightBytes).toBe(card.weights.bytes);
  // The file has its batch normalisations folded into the convolutions: two vectors less at each of them.
  expect(view.parameters).toBeLessThan(card.architecture.parameters);
  expect(view.parameters).toBeGreaterThan(0.99 * card.architecture.parameters);
});

test("an architecture or model that is not there is 404 and names those that are", async () => {
  expect(await failureOf(await host.ask("GET", "/api/zoo/resnet19/graph"))).toEqual({
    status: 404,
    code: "ZOO_UNKNOWN",
  });
  expect(await failureOf(await host.ask("GET", "/api/models/none/graph"))).toEqual({
    status: 404,
    code: "MODEL_UNKNOWN",
  });
});

test("the first layer's feature maps are what the engine computes, the most varied channel first", async () => {
  const { header, maps } = await mapsOf(
    await lookInto("cardiac-lv-unet", { seriesId, frame: 0, value: "encoder/level1/relu", most: 5 }),
  );
  expect(header).toMatchObject({ channels: 16, tile: { index: 0, count: 1 } });
  expect([header.rows, header.columns]).toEqual([header.input.rows, header.input.columns]);
  expect(header.chosen).toHaveLength(5);
  expect(new Set(header.chosen).size).toBe(5);
  // After a ReLU nothing is below zero; each map reaches from its black to its white.
  for (const [place, { minimum, maximum }] of header.ranges.entries()) {
    expect(minimum).toBeGreaterThanOrEqual(0);
    expect(maximum).toBeGreaterThan(minimum);
    const size = header.rows * header.columns;
    const map = maps.subarray(place * size, (place + 1) * size);
    expect([Math.min(...map), Math.max(...map)]).toEqual([0, 255]);
  }
});

test("the network's own output, looked into, is the mask that a run gives", async () => {
  const reference = host.workstation.studies.series(seriesId).frames[0]!;
  const bytes = await readFile(`${samplesFolder}/../models/cardiac-lv-unet/model.onnx`);
  const { outputs } = readModel(bytes).graph;
  const [{ folder }] = (await host.workstation.models()).flatMap(({ card }) =>
    card.id === "cardiac-lv-unet" ? [{ folder: `${samplesFolder}/../models/${card.id}` }] : [],
  ) as [{ folder: string }];
  const run = await host.engine.segment({ model: { folder }, frame: reference });
  const { header, maps } = await mapsOf(
    await lookInto("cardiac-lv-unet", { seriesId, frame: 0, value: outputs[0]!.name }),
  );
  expect(header.channels).toBe(2);
  // The ventricle is where its channel exceeds the background's; the maps are those scores as bytes.
  const size = header.rows * header.columns;
  const score = (channel: number, at: number) => {
    const place = header.chosen.indexOf(channel);
    const { minimum, maximum } = header.ranges[place]!;
    return minimum + (maps[place * size + at]! / 255) * (maximum - minimum);
  };
  let inside = 0;
  for (let at = 0; at < size; at++) if (score(1, at) > score(0, at)) inside++;
  const wanted = run.labelMap.reduce((sum, value) => sum + value, 0);
  const scale = (run.rows * run.columns) / size;
  expect(wanted).toBeGreaterThan(100);
  expect(Math.abs(inside * scale - wanted) / wanted).toBeLessThan(0.1);
});

test("what gives no maps, does not exist or lies outside the series is refused", async () => {
  const look = async (body: object) =>
    failureOf(await lookInto("cardiac-lv-unet", { seriesId, frame: 0, ...body }));
  expect(await look({ value: "nothing" })).toEqual({ status: 422, code: "ONNX_VALUE_UNKNOWN" });
  expect(await look({ value: "encoder/level1/relu", frame: 7 })).toEqual({
    status: 400,
    code: "REQUEST_INVALID",
  });
  expect(await look({ value: "encoder/level1/relu", most: 65 })).toEqual({
    status: 400,
    code: "REQUEST_INVALID",
  });
  expect((await lookInto("none", { seriesId, frame: 0, value: "x" })).status).toBe(404);
});

const probabilitiesAt = (modelId: string, asked: { frame?: number; segment?: number }) =>
  host.ask(
    "GET",
    `/api/models/${modelId}/probabilities?${new URLSearchParams({
      seriesId,
      frame: String(asked.frame ?? 0),
      segment: String(asked.segment ?? 1),
    }).toString()}`,
  );

test("probabilities at the model's own threshold are the mask that a run gives", async () => {
  const answer = await probabilitiesAt("cardiac-lv-unet", {});
  expect(answer.status).toBe(200);
  const header = JSON.parse(answer.headers.get("x-slicebench-header")!) as ProbabilityMapHeader;
  const map = { ...header, values: new Uint8Array(await answer.arrayBuffer()) };
  const run = await host.engine.segment({
    model: { folder: `${samplesFolder}/../models/cardiac-lv-unet` },
    frame: host.workstation.studies.series(seriesId).frames[0]!,
  });
  expect(header).toEqual({ rows: run.rows, columns: run.columns, ownThreshold: 0.5 });
  const { values } = maskAtThreshold(map, { segment: 1, threshold: header.ownThreshold });
  expect(values).toEqual(run.labelMap);
  expect(values.filter((value) => value === 1).length).toBeGreaterThan(100);
});

test("probabilities of a model, frame or segment that is not there are refused", async () => {
  const refused = async (modelId: string, asked: object) => failureOf(await probabilitiesAt(modelId, asked));
  expect(await refused("none", {})).toEqual({ status: 404, code: "MODEL_UNKNOWN" });
  expect(await refused("cardiac-lv-unet", { frame: 7 })).toEqual({ status: 400, code: "REQUEST_INVALID" });
  expect(await refused("cardiac-lv-unet", { segment: 2 })).toEqual({ status: 400, code: "REQUEST_INVALID" });
  expect(await refused("cardiac-lv-unet", { segment: 0 })).toEqual({ status: 400, code: "REQUEST_INVALID" });
});
