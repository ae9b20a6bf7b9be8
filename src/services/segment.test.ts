import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CancelledError, SlicebenchError } from "../core/errors";
import type { ModelCard } from "../core/model-card";
import type { Engine, SegmentFrameRequest } from "../engine/engine";
import { pythonWith, runPython } from "../../test-support/readers";
import type { CocoDataSet } from "../formats/coco";
import { readTargetFrames } from "./derived-sources";
import { EngineSegmenter } from "./frame-segmenter";
import { readLabelMap } from "./label-map-files";
import type { StoredModel } from "./models";
import { listFiles, scanInputs } from "./scan-inputs";
import { segmentBatch } from "./segment";
import type { SegmentBatch, SegmentEvent } from "./segment-batch";
import { readSegmentObject } from "./segment-objects";
import { parseSegmentationRecord } from "./segmentation-record";

const samples = join(import.meta.dirname, "../../resources/samples");
const digest = (digit: string): string => digit.repeat(64);

function modelNamed(id: string): StoredModel {
  const card: ModelCard = {
    schemaVersion: 1,
    id,
    name: id,
    version: "1",
    description: "",
    use: "demonstration, not for clinical use",
    limits: [],
    licence: "CC0-1.0",
    citation: [],
    weights: { file: "model.onnx", sha256: digest("a"), bytes: 1, storage: "float32" },
    architecture: {
      family: "U-Net",
      encoder: "unet",
      decoder: "unet",
      parameters: 1,
      macs: 1,
      macsAt: { rows: 256, columns: 256 },
    },
    input: {
      name: "input",
      channels: 1,
      size: { kind: "multiple-of", multiple: 16 },
      intensity: { kind: "z-score" },
      layout: "NCHW",
      suits: { modalities: ["MR"], colour: "grey" },
    },
    output: {
      name: "logits",
      layout: "NCHW",
      activation: "softmax",
      segments: [
        { value: 1, label: "first", colour: "#E69F00" },
        { value: 3, label: "third", colour: "#56B4E9" },
      ],
    },
  };
  return { card, folder: `/models/${id}`, bundled: true, cardSha256: digest("b") };
}

/** Marks the first pixel as segment 3 and the next as 1; does as it is told with files of some names. */
class ScriptedEngine implements Engine {
  readonly asked: string[] = [];

  constructor(private readonly script: (file: string) => void = () => undefined) {}

  async segment({ frame, model }: SegmentFrameRequest, options: { signal?: AbortSignal } = {}) {
    this.asked.push(frame.file);
    await Promise.resolve();
    if (options.signal?.aborted === true) throw new CancelledError();
    this.script(frame.file);
    const size = frame.file.endsWith(".dcm") ? { rows: 256, columns: 256 } : { rows: 256, columns: 320 };
    const labelMap = new Uint8Array(size.rows * size.columns);
    labelMap.set(model.folder.endsWith("/b") ? [1, 1] : [3, 1]);
    const timings = { decode: 1, prepare: 1, inference: 1, finish: 1, total: 4 };
    return { ...size, labelMap, timings, peakMemoryBytes: 0, provider: "cpu" as const };
  }
  featureMaps = () => Promise.reject(new Error("A batch looks into no network."));
  calibrate = () => Promise.reject(new Error("A batch calibrates nothing."));
  infer = () => Promise.reject(new Error("A batch runs on pictures."));
  load = () => Promise.resolve({ loadMs: 0 });
  describe = () => Promise.resolve([]);
  processIds = () => [];
  close = () => Promise.resolve();
}

let work: string;
let inputs: string;
let out: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "slicebench-segment-"));
  inputs = join(work, "in");
  out = join(work, "out");
  mkdirSync(join(inputs, "series"), { recursive: true });
  for (const phase of [1, 2]) {
    cpSync(
      join(samples, `cardiac-cine/slice-1-phase-0${phase}.dcm`),
      join(inputs, `series/phase-${phase}.dcm`),
    );
  }
  cpSync(join(samples, "nuclei-fluorescence/field-1.png"), join(inputs, "field.png"));
});
afterEach(() => rmSync(work, { recursive: true }));

async function run(
  engine: Engine,
  changes: Partial<SegmentBatch> & { signal?: AbortSignal; onEvent?: (event: SegmentEvent) => void } = {},
) {
  const { signal, onEvent, ...batch } = changes;
  const events: SegmentEvent[] = [];
  const summary = await segmentBatch(
    new EngineSegmenter(engine),
    {
      inputs: await scanInputs([inputs], { resultsFolder: out }),
      models: [modelNamed("a")],
      out,
      formats: ["png"],
      resume: false,
      engineName: "scripted",
      ...batch,
    },
    {
      ...(signal && { signal }),
      onEvent: (event) => {
        events.push(event);
        onEvent?.(event);
      },
    },
  );
  return { summary, events };
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const record = (folder = out) =>
  parseSegmentationRecord(readFileSync(join(folder, "segmentation.json"), "utf8"), folder);

test("label maps are named after their inputs, one folder a model where there are several", async () => {
  await run(new ScriptedEngine());
  expect(filesOf(out)).toEqual([
    "field.png",
    "segmentation.json",
    "series/phase-1.png",
    "series/phase-2.png",
  ]);
  rmSync(out, { recursive: true });
  await run(new ScriptedEngine(), { models: [modelNamed("a"), modelNamed("b")] });
  expect(filesOf(out)).toEqual(
    ["a", "b"].flatMap((model) =>
      ["field.png", "segmentation.json", "series/phase-1.png", "series/phase-2.png"].map(
        (name) => `${model}/${name}`,
      ),
    ),
  );
});

test("a label map is read back as it was, and its record says where it lies", async () => {
  await run(new ScriptedEngine());
  const labelMap = await readLabelMap(join(out, "series/phase-1.png"));
  expect([labelMap.rows, labelMap.columns, ...labelMap.values.slice(0, 3)]).toEqual([256, 256, 3, 1, 0]);
  const item = record().items.find(({ input }) => input === "series/phase-1.dcm");
  expect(item).toMatchObject({
    frame: 0,
    output: "series/phase-1.png",
    rows: 256,
    spacingMm: [1.37, 1.37],
    position: [3.917829, -191.265244, 114.895426],
  });
});

const pillow = pythonWith("PIL");
test.skipIf(pillow === undefined)("Pillow sees an indexed picture in the segments' colours", async () => {
  await run(new ScriptedEngine());
  const program = `
import json, sys
from PIL import Image
image = Image.open(sys.argv[1])
print(json.dumps([image.mode, image.size, list(image.getdata())[:3], image.getpalette()[:12]]))`;
  expect(runPython(pillow!, program, [join(out, "field.png")])).toEqual([
    "P",
    [320, 256],
    [3, 1, 0],
    [0, 0, 0, 0xe6, 0x9f, 0, 0, 0, 0, 0x56, 0xb4, 0xe9],
  ]);
});

test("a frame whose engine was killed once is done by the next engine, as if nothing had been", async () => {
  await run(new ScriptedEngine());
  const undisturbed = readFileSync(join(out, "segmentation.json"), "utf8");
  rmSync(out, { recursive: true });
  const killed = new Set<string>();
  const { summary } = await run(
    new ScriptedEngine((file) => {
      if (killed.has(file)) return;
      killed.add(file);
      throw new SlicebenchError("ENGINE_CRASHED", "It was killed.");
    }),
  );
  expect(summary).toEqual({ written: 3, skipped: 0, failed: 0, cancelled: false });
  expect(readFileSync(join(out, "segmentation.json"), "utf8")).toBe(undisturbed);
});

test("bad files and a frame on which the engine dies are named, and the rest is done", async () => {
  writeFileSync(join(inputs, "notes.txt"), "no picture");
  writeFileSync(
    join(inputs, "series/short.dcm"),
    readFileSync(join(inputs, "series/phase-1.dcm")).subarray(0, 700),
  );
  const engine = new ScriptedEngine((file) => {
    if (file.endsWith("phase-2.dcm")) throw new SlicebenchError("ENGINE_CRASHED", "It died.");
  });
  const { summary, events } = await run(engine);
  const failed = events.flatMap((event) =>
    event.type === "file-failed" || event.type === "frame-failed" ? [[event.input, event.error.code]] : [],
  );
  expect(failed.map(([input]) => input).sort()).toEqual([
    "notes.txt",
    "series/phase-2.dcm",
    "series/short.dcm",
  ]);
  expect(failed).toContainEqual(["series/phase-2.dcm", "ENGINE_CRASHED"]);
  // One kill may be the machine's doing; a second one is the file's.
  expect(engine.asked.filter((file) => file.endsWith("phase-2.dcm"))).toHaveLength(2);
  expect(summary).toEqual({ written: 2, skipped: 0, failed: 3, cancelled: false });
  expect(record().items.map(({ output }) => output)).toEqual(["field.png", "series/phase-1.png"]);
  expect(record().failures.map(({ input }) => input)).toEqual([
    "notes.txt",
    "series/phase-2.dcm",
    "series/short.dcm",
  ]);
});

test("resume asks the engine for nothing that is done, and leaves the same bytes", async () => {
  await run(new ScriptedEngine());
  const before = filesOf(out).map((name) => readFileSync(join(out, name), "base64"));
  const engine = new ScriptedEngine();
  const { summary } = await run(engine, { resume: true });
  expect([engine.asked, summary]).toEqual([[], { written: 0, skipped: 3, failed: 0, cancelled: false }]);
  expect(filesOf(out).map((name) => readFileSync(join(out, name), "base64"))).toEqual(before);
});

test("resume does again what changed: an input, or a label map that was deleted", async () => {
  await run(new ScriptedEngine());
  cpSync(join(samples, "nuclei-fluorescence/field-2.png"), join(inputs, "field.png"));
  rmSync(join(out, "series/phase-2.png"));
  const engine = new ScriptedEngine();
  await run(engine, { resume: true });
  expect(engine.asked.map((file) => file.slice(inputs.length + 1)).sort()).toEqual([
    "field.png",
    "series/phase-2.dcm",
  ]);
});

test("a cancel keeps what was finished under a valid record, and resume does the rest", async () => {
  const controller = new AbortController();
  const { summary } = await run(new ScriptedEngine(), {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === "frame-done") controller.abort();
    },
  });
  expect(summary.cancelled).toBe(true);
  const finished = record().items.length;
  expect(finished).toBeGreaterThan(0);
  expect(finished).toBeLessThan(3);
  const resumed = await run(new ScriptedEngine(), { resume: true });
  expect(resumed.summary).toEqual({
    written: 3 - finished,
    skipped: finished,
    failed: 0,
    cancelled: false,
  });
});

const nibabel = pythonWith("nibabel", "numpy");
test.skipIf(nibabel === undefined)(
  "a series becomes one NIfTI volume, times as its fourth dimension",
  async () => {
    const { summary } = await run(new ScriptedEngine(), { formats: ["nifti"] });
    expect(summary.failed).toBe(0);
    expect(filesOf(out)).toEqual(["field.nii.gz", "segmentation.json", "series/series.nii.gz"]);
    const program = `
import json, sys, nibabel, numpy
image = nibabel.load(sys.argv[1])
data = numpy.asarray(image.dataobj)
print(json.dumps([list(image.shape), numpy.argwhere(data == 3).tolist(), [round(float(x), 3) for x in image.affine[:3, 3]]]))`;
    expect(runPython(nibabel!, program, [join(out, "series/series.nii.gz")])).toEqual([
      [256, 256, 1, 2],
      [
        [0, 0, 0, 0],
        [0, 0, 0, 1],
      ],
      [-3.918, 191.265, 114.895],
    ]);
    const engine = new ScriptedEngine();
    await run(engine, { formats: ["nifti"], resume: true });
    expect(engine.asked).toEqual([]);
  },
);

test("a series becomes a DICOM segmentation and COCO, and what cannot be one is told", async () => {
  const engine = new ScriptedEngine();
  const { events, summary } = await run(engine, { formats: ["seg", "coco"] });
  expect(summary.failed).toBe(1);
  expect(events.filter(({ type }) => type === "volume-failed")).toMatchObject([
    { format: "seg", series: "field.png", error: { code: "EXPORT_NEEDS_DICOM" } },
  ]);
  const written = [
    "field.coco.json",
    "segmentation.json",
    "series/series.coco.json",
    "series/series.seg.dcm",
  ];
  expect(filesOf(out)).toEqual(written);

  const [series] = (await scanInputs([join(inputs, "series")])).series;
  const read = await readSegmentObject(join(out, "series/series.seg.dcm"), () =>
    readTargetFrames(series!.frames),
  );
  // Segments of a DICOM segmentation are counted from 1.
  expect(read?.labelMaps.map(({ labelMap }) => [...labelMap.values.subarray(0, 3)])).toEqual([
    [2, 1, 0],
    [2, 1, 0],
  ]);
  const coco = JSON.parse(readFileSync(join(out, "series/series.coco.json"), "utf8")) as CocoDataSet;
  expect(coco.images.map(({ file_name }) => file_name)).toEqual(["phase-1.dcm", "phase-2.dcm"]);
  expect(coco.annotations).toHaveLength(4);

  const asked = engine.asked.length;
  await run(engine, { formats: ["coco"], resume: true });
  expect(engine.asked).toHaveLength(asked);
});

test("a volume with a failed frame is not written, since an empty slice would look like nothing found", async () => {
  const engine = new ScriptedEngine((file) => {
    if (file.endsWith("phase-2.dcm")) throw new SlicebenchError("DICOM_DAMAGED", "Damaged.");
  });
  const { events } = await run(engine, { formats: ["nifti"] });
  expect(filesOf(out)).toEqual(["field.nii.gz", "segmentation.json"]);
  expect(events.find((event) => event.type === "volume-failed")?.error.code).toBe("VOLUME_INCOMPLETE");
});

test("a model that was not made for a series says so, once", async () => {
  const { events } = await run(new ScriptedEngine(), {
    models: [{ ...modelNamed("a"), card: { ...modelNamed("a").card, name: "Lung CT" } }].map((model) => {
      model.card.input.suits = { modalities: ["CT"], colour: "either" };
      return model;
    }),
  });
  expect(events.filter(({ type }) => type === "warning")).toEqual([
    {
      type: "warning",
      model: "a",
      series: "Short axis cine (computed, not a patient)",
      message: "Lung CT was made for CT, this series is MR.",
    },
  ]);
});

test("results never go among the pictures, and earlier results are no inputs", async () => {
  await expect(scanInputs([inputs], { resultsFolder: inputs })).rejects.toMatchObject({
    code: "OUTPUT_IS_INPUT",
  });
  const inside = join(inputs, "results");
  mkdirSync(inside);
  cpSync(join(inputs, "field.png"), join(inside, "field.png"));
  const scanned = await scanInputs([inputs], { resultsFolder: inside });
  expect(scanned.series.flatMap(({ frames }) => frames).length).toBe(3);
  await expect(
    run(new ScriptedEngine(), { out: inputs, inputs: await scanInputs([join(inputs, "field.png")]) }),
  ).rejects.toMatchObject({ code: "OUTPUT_OVER_INPUT" });
});

test("a picture is not written over through a relative path or a link, and a mask drawn by hand is not either", async () => {
  const given = await scanInputs([join(inputs, "field.png")]);
  const link = join(work, "link");
  symlinkSync(inputs, link);
  for (const out of [relative(process.cwd(), inputs), link]) {
    await expect(run(new ScriptedEngine(), { out, inputs: given })).rejects.toMatchObject({
      code: "OUTPUT_OVER_INPUT",
    });
  }
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "field.png"), "drawn by hand");
  await expect(run(new ScriptedEngine(), { inputs: given })).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  expect(readFileSync(join(out, "field.png"), "utf8")).toBe("drawn by hand");
});

test("a volume is not written over one that is an input", async () => {
  const volume = join(inputs, "scan.nii.gz");
  cpSync(join(inputs, "field.png"), volume);
  const { summary, events } = await run(new ScriptedEngine(), {
    out: inputs,
    formats: ["nifti"],
    inputs: await scanInputs([volume]),
  });
  expect(summary.failed).toBe(1);
  expect(events.find(({ type }) => type === "volume-failed")).toMatchObject({
    error: { code: "OUTPUT_EXISTS" },
  });
  expect(readFileSync(volume)).toEqual(readFileSync(join(inputs, "field.png")));
});

test("links to folders are not followed, so that a circle of them ends", async () => {
  symlinkSync(inputs, join(inputs, "circle"));
  const { files, failures } = await listFiles([inputs]);
  expect(failures).toEqual([]);
  expect(files.some(({ file }) => file.includes("circle"))).toBe(false);
});
