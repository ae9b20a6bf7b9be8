import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { measureCase } from "../../core/comparison/measure-case";
import {
  type ComparisonCase,
  type ComparisonRecord,
  parseComparisonRecord,
} from "../../core/comparison/record";
import { stackLabelMaps } from "../../core/comparison/volume";
import { ProcessEngine } from "../../engine/process-engine";
import { compareBatch } from "../../services/comparison/compare";
import { ModelStore } from "../../services/models";
import { scanInputs } from "../../services/scan-inputs";
import type { LaboratoryView, RunView } from "../contract";

const models = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet", "cardiac-lv-lenet-fcn"];

let opened: TestHost;
beforeEach(() => void (opened = openHost()));
afterEach(() => opened.close());

async function run(seriesId: string, modelIds: string[], frames: number[]): Promise<void> {
  const answer = await opened.ask("POST", "/api/runs", { seriesId, modelIds, frames, acceptWarnings: true });
  const [first] = (await answer.json()) as RunView[];
  expect(await opened.untilOver(first!.jobId)).toMatchObject({ state: "done" });
}

const compare = (seriesId: string, words = ""): Promise<LaboratoryView> =>
  opened.get<LaboratoryView>(`/api/comparisons/record?seriesId=${seriesId}${words}`);

/** What was measured, without where the label maps lie and what they cost. */
const measuredOf = ({ results, agreement, disagreement, consensus, unit, spacingMm }: ComparisonCase) => ({
  agreement,
  disagreement,
  consensus,
  unit,
  spacingMm,
  results: results.map(({ model, segments, objects }) => ({ model, segments, objects })),
});

const figuresOf = ({ summary, rankings, agreement }: ComparisonRecord) => ({
  rankings,
  agreement,
  segments: Object.entries(summary).map(([model, { segments }]) => [model, segments]),
});

test("layers are measured as `compare` measures label maps on disk, figure for figure", async () => {
  const { id: seriesId } = (await opened.open(cineFolder))[0]!;
  const frames = [0, 1, 2, 3, 4, 5];
  await run(seriesId, models, frames);
  const { record, places, layers, references, leftOut } = await compare(seriesId);
  expect(places).toEqual(frames.map((frame) => ({ seriesId, frame })));
  expect(layers.map(({ model }) => model)).toEqual(models);
  expect([references.length, leftOut]).toEqual([1, []]);
  for (const id of models) {
    const { cost } = record.summary[id]!;
    expect(cost.slices).toBe(6);
    expect(cost.millisecondsMedian).toBeGreaterThan(0);
    expect(cost.memoryBytes).toBeGreaterThan(0);
  }

  const out = mkdtempSync(join(tmpdir(), "slicebench-compare-"));
  try {
    const files = record.cases.map(({ input }) => join(cineFolder, input));
    const { record: wanted } = await compareBatch(() => new ProcessEngine({ spare: false }), {
      inputs: await scanInputs(files, { resultsFolder: out }),
      models: await new ModelStore().find(models),
      out,
      resume: false,
      engineName: "onnxruntime",
      objects: false,
      command: "test",
      withNames: false,
    });
    // The command line knows only these six files, so that a case has its own place in each.
    expect(record.cases.map(measuredOf)).toEqual(wanted.cases.map(measuredOf));
    expect(figuresOf(record)).toEqual(figuresOf(wanted));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test("without a reference candidates are measured against each other, and a new label map is measured again", async () => {
  const { id: seriesId } = (await opened.open(join(samplesFolder, "brain-mr")))[0]!;
  await run(seriesId, models, [7]);
  const { record } = await compare(seriesId);
  expect([record.reference, record.rankings]).toEqual([undefined, []]);
  expect(record.cases[0]!.consensus!.readers.map(({ model }) => model)).toEqual(models);
  expect(record.cases[0]!.results.map(({ segments }) => segments)).toEqual(models.map(() => undefined));

  await run(seriesId, models.slice(0, 1), [8]);
  const again = await compare(seriesId);
  expect(again.places.map(({ frame }) => frame)).toEqual([7, 8]);
  expect(again.record.cases[0]).toEqual(record.cases[0]);
  expect(again.record.cases[1]!.results.map(({ model }) => model)).toEqual(models.slice(0, 1));
});

test("a series that is a volume is measured as a whole too, as by `compare`, and against a reference of all slices", async () => {
  const folder = join(samplesFolder, "brain-mr");
  const { id: seriesId, frameCount } = (await opened.open(folder))[0]!;
  const frames = Array.from({ length: frameCount }, (_, index) => index);
  await run(seriesId, models.slice(0, 2), frames);
  const { record } = await compare(seriesId);
  const [volume] = record.volumes!;
  expect(volume).toMatchObject({ slices: frameCount, unit: "mm", series: 0 });
  expect(volume!.spacingMm).toHaveLength(3);

  const out = mkdtempSync(join(tmpdir(), "slicebench-compare-"));
  try {
    const { record: wanted, files } = await compareBatch(() => new ProcessEngine({ spare: false }), {
      inputs: await scanInputs([folder], { resultsFolder: out }),
      models: await new ModelStore().find(models.slice(0, 2)),
      out,
      resume: false,
      engineName: "onnxruntime",
      objects: false,
      command: "test",
      withNames: false,
    });
    expect(wanted.cases).toHaveLength(frameCount);
    expect(wanted.volumes!.map(measuredOf)).toEqual(record.volumes!.map(measuredOf));
    expect(wanted.volumes![0]!.agreement[0]!.dice).toBeGreaterThan(0);
    expect(parseComparisonRecord(readFileSync(files.json, "utf8"), files.json)).toEqual(wanted);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }

  // What the first model marked becomes the reference: its Dice is 1, and distances of the other go through slices.
  const { layers } = opened.workstation;
  const [first, second] = layers.stored(seriesId);
  const reference = layers.create({ ...first!, name: "Reference", origin: { kind: "reference" } });
  for (const frame of frames)
    await layers.putLabelMap(reference.id, frame, await layers.labelMap(first!.id, frame));
  const referenced = (await compare(seriesId)).record;
  const [a, b] = referenced.volumes![0]!.results.map(({ segments }) => Object.values(segments!)[0]!);
  expect([a!.dice!.value, a!.hd95!.value]).toEqual([1, 0]);
  const stack = async (id: string) =>
    stackLabelMaps(await Promise.all(frames.map((frame) => layers.labelMap(id, frame))));
  const direct = measureCase(
    [{ model: "b", labels: await stack(second!.id) }],
    { labels: await stack(first!.id) },
    {
      segments: referenced.segments,
      spacingMm: referenced.volumes![0]!.spacingMm as [number, number, number],
      objects: false,
    },
  );
  expect(b).toEqual(Object.values(direct.results[0]!.segments!)[0]);
  const table = await (await opened.ask("GET", `/api/comparisons/report?seriesId=${seriesId}`)).text();
  expect(table).toContain("<h2>Series as volumes</h2>");
});

test("the report is one page without a script, and there is none of nothing", async () => {
  const { id: seriesId } = (await opened.open(cineFolder))[0]!;
  const nothing = await compare(seriesId);
  expect([nothing.record.cases, nothing.record.models]).toEqual([[], []]);
  const path = `/api/comparisons/report?seriesId=${seriesId}`;
  expect((await failureOf(await opened.ask("GET", path))).code).toBe("NOTHING_TO_COMPARE");

  await run(seriesId, models.slice(0, 2), [16, 17]);
  const answer = await opened.ask("GET", path);
  expect(answer.headers.get("content-disposition")).toContain("report.html");
  const paper = await opened.ask("GET", path.replace("report?", "page?"));
  expect(paper.headers.get("content-disposition")).toBeNull();
  const policy = paper.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'; img-src data:; font-src data:");
  expect(policy).not.toMatch(/script-src|connect-src|https?:|\*/);
  const page = await answer.text();
  const { record } = await compare(seriesId);
  for (const id of models.slice(0, 2))
    expect(page).toContain(record.summary[id]!.segments["Left ventricle"]!.dice!.mean!.toFixed(3));
  expect(page).toContain("data:image/webp;base64,");
  expect(page).not.toContain("<script");
});
