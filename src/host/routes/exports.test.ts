import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { digestPixels } from "../../../test-support/pixels";
import { exportFormats } from "../../core/export-formats";
import type { JobView, LayerView, LoadedReferenceView, SeriesSummary } from "../contract";

let test_: TestHost;
let series: SeriesSummary;
let layer: LayerView;
let original: Uint8Array[];

beforeAll(async () => {
  test_ = openHost();
  series = (await test_.open(cineFolder))[0]!;
  layer = (await test_.get<LayerView[]>(`/api/layers?seriesId=${series.id}`))[0]!;
  original = await labelMapsOf(layer.id);
});
afterAll(() => test_.close());

async function exportLayer(id: string, request: object): Promise<JobView> {
  const answer = await test_.ask("POST", `/api/layers/${id}/exports`, request);
  expect(answer.status).toBe(202);
  return test_.untilOver(((await answer.json()) as JobView).id);
}

async function labelMapsOf(id: string): Promise<Uint8Array[]> {
  const maps: Uint8Array[] = [];
  for (let frame = 0; frame < series.frameCount; frame++) {
    const answer = await test_.ask("GET", `/api/layers/${id}/frames/${frame}`);
    maps.push(new Uint8Array(await answer.arrayBuffer()));
  }
  return maps;
}

describe("a layer of a DICOM series", () => {
  test("is written in every format, except for probabilities that it does not keep", async () => {
    const folder = join(test_.folder, "all");
    const job = await exportLayer(layer.id, { formats: exportFormats, folder, frame: 3 });
    expect(job).toMatchObject({ state: "done", problems: [{ code: "EXPORT_NO_PROBABILITIES" }] });
    expect(readdirSync(folder).sort()).toEqual([
      "reference-png",
      "reference.capture.dcm",
      "reference.coco.json",
      "reference.csv",
      "reference.labelmap.dcm",
      "reference.nii.gz",
      "reference.rtstruct.dcm",
      "reference.seg.dcm",
      "reference.sr.dcm",
    ]);
    expect(job.files).toHaveLength(8 + series.frameCount);
  });

  test.each([
    "reference.seg.dcm",
    "reference.labelmap.dcm",
    "reference.rtstruct.dcm",
    "reference.nii.gz",
    "reference-png",
  ])("comes back from %s as it was", async (name) => {
    const path = join(test_.folder, "all", name);
    const answer = await test_.ask("POST", "/api/layers/reference", { seriesId: series.id, paths: [path] });
    expect(answer.status).toBe(201);
    const loaded = (await answer.json()) as LoadedReferenceView;
    expect({ id: loaded.id, warnings: loaded.warnings }).toEqual({ id: layer.id, warnings: [] });
    expect((await labelMapsOf(loaded.id)).map(digestPixels)).toEqual(original.map(digestPixels));
  });

  test("is never written over what is there: a second export has names of its own", async () => {
    const folder = join(test_.folder, "twice");
    await exportLayer(layer.id, { formats: ["csv"], folder });
    await exportLayer(layer.id, { formats: ["csv"], folder });
    expect(readdirSync(folder).sort()).toEqual(["reference-2.csv", "reference.csv"]);
  });

  test("is fetched as one file, or as a zip of several", async () => {
    const alone = await exportLayer(layer.id, { formats: ["seg"] });
    const answer = await test_.ask("GET", `/api/exports/${alone.id}`);
    expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''reference.seg.dcm");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(new TextDecoder().decode(bytes.subarray(128, 132))).toBe("DICM");

    const several = await exportLayer(layer.id, { formats: ["coco", "csv"] });
    const zip = await test_.ask("GET", `/api/exports/${several.id}`);
    expect(Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())))).toEqual([
      "reference.coco.json",
      "reference.csv",
    ]);
  });

  test("measures itself: a cine has no volume, and its pixels are counted", async () => {
    const folder = join(test_.folder, "measures");
    const { files } = await exportLayer(layer.id, { formats: ["csv"], folder });
    const [heads, whole] = readFileSync(files![0]!, "utf8").split("\r\n");
    expect(heads).toBe(
      "scope,frame,file,segment,label,pixels,area_mm2,volume_mm3,mean,standard_deviation,minimum,maximum",
    );
    const pixels = original.reduce((sum, map) => sum + map.filter((value) => value === 1).length, 0);
    expect(whole).toMatch(new RegExp(`^series,,,1,[^,]+,${pixels},,,\\d+\\.\\d+,`));
  });

  test("asks for a layer and a format that there are", async () => {
    const unknown = await test_.ask("POST", `/api/layers/none/exports`, { formats: ["seg"] });
    expect(await failureOf(unknown)).toMatchObject({ code: "LAYER_NOT_FOUND" });
    const format = await test_.ask("POST", `/api/layers/${layer.id}/exports`, { formats: ["docx"] });
    expect(await failureOf(format)).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    expect(await failureOf(await test_.ask("GET", "/api/exports/none"))).toMatchObject({
      code: "EXPORT_NOT_FOUND",
    });
  });

  test("refuses as its reference what was made on other images, and what is no mask", async () => {
    const brain = (await test_.open(join(samplesFolder, "brain-mr"))).find(({ id }) => id !== series.id);
    const folder = join(test_.folder, "elsewhere");
    await exportLayer(layer.id, { formats: ["seg", "nifti"], folder });
    const load = async (...paths: string[]) =>
      failureOf(await test_.ask("POST", "/api/layers/reference", { seriesId: brain!.id, paths }));
    expect(await load(join(folder, "reference.seg.dcm"))).toMatchObject({ code: "SEGMENTATION_UNPAIRED" });
    expect(await load(join(folder, "reference.nii.gz"))).toMatchObject({ code: "LABEL_VOLUME_GRID" });
    writeFileSync(join(folder, "note.txt"), "no mask");
    expect(await load(join(folder, "note.txt"))).toMatchObject({ code: "REFERENCE_UNPAIRED" });
  });
});

test("a layer of pictures that are no DICOM is written in the formats that need none", async () => {
  const folder = join(samplesFolder, "nuclei-fluorescence");
  const nuclei = (await test_.open(folder)).find(({ modality }) => modality === undefined);
  const [reference] = await test_.get<LayerView[]>(`/api/layers?seriesId=${nuclei!.id}`);
  const out = join(test_.folder, "nuclei");
  const job = await exportLayer(reference!.id, { formats: ["seg", "rtstruct", "coco", "png"], folder: out });
  expect(job.problems.map(({ code }) => code)).toEqual(["EXPORT_NEEDS_DICOM", "EXPORT_NEEDS_DICOM"]);
  expect(readdirSync(out).sort()).toEqual(["reference-png", "reference.coco.json"]);
});

test("a layer without a label map is not exported", async () => {
  const empty = await test_.ask("POST", "/api/layers", { seriesId: series.id, name: "Mine" });
  const { id } = (await empty.json()) as LayerView;
  const job = await exportLayer(id, { formats: ["png"], folder: join(test_.folder, "empty") });
  expect(job).toMatchObject({ state: "failed", problems: [{ code: "LAYER_EMPTY" }] });
});
