import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openHost, type TestHost } from "../../test-support/open-host";
import { pythonWith, runPython } from "../../test-support/readers";
import {
  segmentationFile,
  type SegmentedStudy,
  writeObjectsBeside,
  writeSegmentedStudy,
} from "../../test-support/segmented-study";
import type { JobView, LayerView } from "../host/contract";
import { scanInputs } from "./scan-inputs";

let opened: TestHost;
let study: SegmentedStudy;
beforeEach(async () => {
  opened = openHost();
  study = await writeSegmentedStudy(join(opened.folder, "study"));
});
afterEach(() => opened.close());

/** Opens paths and returns the job at its end. */
async function open(...paths: string[]): Promise<JobView> {
  const answer = await opened.ask("POST", "/api/studies", { paths });
  return opened.untilOver(((await answer.json()) as JobView).id);
}

const openSeries = () => opened.workstation.studies.all();
const layersOf = (seriesId: string) => opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`);

/** Every layer of the only open series, by name: its label maps' values. */
async function readLayers(): Promise<Record<string, Uint8Array[]>> {
  const [series] = openSeries();
  const layers = await layersOf(series!.id);
  const read = layers.map(async ({ id, name, frames }) => {
    const maps = await Promise.all(frames.map((frame) => opened.workstation.layers.labelMap(id, frame)));
    return [name, maps.map(({ values }) => values)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const drawn = () => study.segmentation.frames.map(({ labelMap }) => labelMap.values);

test("a segmentation and a structure set beside their images become two layers of these, and no series", async () => {
  const { seg, rtstruct } = writeObjectsBeside(study);
  const job = await open(study.folder);
  expect(job).toMatchObject({ state: "done", problems: [] });
  expect(openSeries().map(({ modality, frames }) => [modality, frames.length])).toEqual([["MR", 5]]);
  expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn(), "Contours: Kidneys": drawn() });
  const [series] = openSeries();
  expect(await layersOf(series!.id)).toMatchObject([
    {
      origin: {
        kind: "dicom-object",
        object: "SEG",
        algorithm: { type: "AUTOMATIC", name: "Test network" },
        warnings: [],
      },
      segments: [
        { value: 1, label: "Left kidney" },
        { value: 2, label: "Right kidney" },
      ],
    },
    { origin: { kind: "dicom-object", object: "RTSTRUCT", algorithm: { type: "AUTOMATIC" } } },
  ]);
  // What is written of the study, to de-identify it, has them too.
  expect(opened.workstation.studies.files(series!.studyId)).toEqual([...study.imageFiles, seg, rtstruct]);
});

test("a study that is opened again has each of its objects once, and keeps what was changed of them", async () => {
  writeObjectsBeside(study);
  await open(study.folder);
  const [series] = openSeries();
  const [first] = await layersOf(series!.id);
  await opened.ask("PATCH", `/api/layers/${first!.id}`, { name: "Mine", visible: false });
  // A copy of the same object is the same object.
  copyFileSync(join(study.folder, "seg.dcm"), join(study.folder, "seg-copy.dcm"));
  await open(study.folder);
  const layers = await layersOf(series!.id);
  expect(layers.map(({ name, visible }) => [name, visible])).toEqual([
    ["Mine", false],
    ["Contours: Kidneys", true],
  ]);
});

test("two objects of one name are told apart", async () => {
  writeObjectsBeside(study);
  writeFileSync(join(study.folder, "second-reader.dcm"), segmentationFile(study.segmentation));
  await open(study.folder);
  const names = (await layersOf(openSeries()[0]!.id)).map(({ name }) => name);
  expect(names).toEqual(["Segmentation: Kidneys", "Segmentation: Kidneys 2", "Contours: Kidneys"]);
});

test("objects in a zip archive lie on the images in it", async () => {
  writeObjectsBeside(study);
  const names = ["001.dcm", "002.dcm", "003.dcm", "004.dcm", "005.dcm", "seg.dcm", "structures.dcm"];
  const entries = Object.fromEntries(names.map((name) => [name, readFileSync(join(study.folder, name))]));
  const archive = join(opened.folder, "study.zip");
  writeFileSync(archive, zipSync(entries));
  expect((await open(archive)).problems).toEqual([]);
  expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn(), "Contours: Kidneys": drawn() });
});

test("an object without its images is told by name and is nothing; it is a layer once they are open", async () => {
  const { seg } = writeObjectsBeside(study);
  const alone = join(opened.folder, "alone.dcm");
  cpSync(seg, alone);
  for (const file of ["seg.dcm", "structures.dcm"]) rmSync(join(study.folder, file));
  const refused = await open(alone);
  expect(refused.problems).toMatchObject([{ code: "OBJECT_IMAGES_NOT_OPEN", file: alone }]);
  expect(openSeries()).toEqual([]);
  await open(study.folder);
  const job = await open(alone);
  expect(job).toMatchObject({ state: "done", problems: [], studyIds: [openSeries()[0]!.studyId] });
  expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn() });
  expect(opened.workstation.recent.list().map(({ path }) => path)).toEqual([study.folder]);
});

test("a damaged object is told by name and hinders neither the images nor the other object", async () => {
  const { seg, rtstruct } = writeObjectsBeside(study);
  const bytes = readFileSync(seg);
  writeFileSync(seg, bytes.subarray(0, bytes.length - 600));
  // Its contours' points are no numbers any more.
  const text = readFileSync(rtstruct, "latin1");
  writeFileSync(rtstruct, text.replaceAll("\\-", "\\x"), "latin1");
  writeFileSync(join(study.folder, "whole.dcm"), segmentationFile(study.segmentation));
  const job = await open(study.folder);
  expect(job.state).toBe("done");
  expect(job.problems).toMatchObject([
    { code: "SEGMENTATION_INVALID", file: seg },
    { code: "STRUCTURE_SET_INVALID", file: rtstruct },
  ]);
  expect(openSeries()).toHaveLength(1);
  expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn() });
});

test("of several series the one whose images an object names has the layer", async () => {
  writeObjectsBeside(study);
  const other = await writeSegmentedStudy(join(opened.folder, "other"));
  await open(other.folder, study.folder);
  const counts = await Promise.all(
    openSeries().map(async ({ id, frames }) => [frames[0]!.file, (await layersOf(id)).length]),
  );
  expect(counts).toEqual([
    [other.imageFiles[0], 0],
    [study.imageFiles[0], 2],
  ]);
});

test("objects made on images that are not open lie on others of their frame of reference, and say so", async () => {
  // The same patient space, other instances: the objects name images of which only a copy under new UIDs is here.
  const { frameOfReferenceUid } = study.segmentation.frames[0]!.source.instance;
  const elsewhere = await writeSegmentedStudy(join(opened.folder, "elsewhere"));
  for (const { source } of elsewhere.segmentation.frames)
    source.instance.frameOfReferenceUid = frameOfReferenceUid!;
  const objects = writeObjectsBeside(elsewhere);
  const job = await open(study.folder, objects.seg, objects.rtstruct);
  expect(job.problems).toEqual([]);
  const layers = await layersOf(openSeries()[0]!.id);
  const warning = "It was made on other images of the same frame of reference, which are not open.";
  expect(layers.map(({ origin }) => origin)).toMatchObject([
    { warnings: [warning] },
    { warnings: [warning] },
  ]);
  expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn(), "Contours: Kidneys": drawn() });
});

test("an object that names images but lies on none of their pixels is refused with the reason", async () => {
  const shifted = await writeSegmentedStudy(join(opened.folder, "shifted"), { firstMm: 1.3 });
  const frames = shifted.segmentation.frames.map(({ source, labelMap }, slice) => ({
    source: { ...study.segmentation.frames[slice]!.source, geometry: source.geometry },
    labelMap,
  }));
  const file = join(study.folder, "shifted.dcm");
  writeFileSync(file, segmentationFile({ ...study.segmentation, frames }));
  const job = await open(study.folder);
  expect(job.problems).toMatchObject([{ code: "SEGMENTATION_GRID", file }]);
  expect(await layersOf(openSeries()[0]!.id)).toEqual([]);
});

test("an imported layer is exported as made by what made it", async () => {
  writeObjectsBeside(study);
  await open(study.folder);
  const [layer] = await layersOf(openSeries()[0]!.id);
  const { algorithm } = await opened.workstation.exports.source({ layerId: layer!.id });
  expect(algorithm).toEqual({ type: "AUTOMATIC", name: "Test network" });
  const out = join(opened.folder, "out");
  mkdirSync(out);
  const answer = await opened.ask("POST", `/api/layers/${layer!.id}/exports`, {
    formats: ["seg", "rtstruct"],
    folder: out,
  });
  const job = await opened.untilOver(((await answer.json()) as JobView).id);
  expect(job).toMatchObject({ state: "done", problems: [] });
});

test("a command that wants images leaves the objects out and names them", async () => {
  const { seg, rtstruct } = writeObjectsBeside(study);
  const { series, others } = await scanInputs([study.folder]);
  expect(series.map(({ frames }) => frames.length)).toEqual([5]);
  expect(others.map(({ file, what }) => [file, what])).toEqual([
    [seg, "segmentation (DICOM SEG)"],
    [rtstruct, "RT structure set (contours)"],
  ]);
});

const pydicom = pythonWith("pydicom");

const writeMedium = `
import sys, pydicom
from pydicom.fileset import FileSet
out, *files = sys.argv[1:]
medium = FileSet()
for file in files:
    instance = pydicom.dcmread(file)
    instance.setdefault("SeriesNumber", 1)
    instance.setdefault("InstanceNumber", 1)
    medium.add(instance)
medium.write(out)
print("{}")
`;

test.skipIf(pydicom === undefined)(
  "objects that a DICOMDIR lists lie on the images that it lists",
  async () => {
    const objects = writeObjectsBeside(study);
    const medium = join(opened.folder, "medium");
    runPython(pydicom!, writeMedium, [medium, ...study.imageFiles, ...Object.values(objects)]);
    expect((await open(join(medium, "DICOMDIR"))).problems).toEqual([]);
    expect(await readLayers()).toEqual({ "Segmentation: Kidneys": drawn(), "Contours: Kidneys": drawn() });
  },
);

const highdicom = pythonWith("highdicom");

/** Two overlapping segments over the images, and what their label map is, the higher number on top. */
const writeWithHighdicom = `
import json, sys, numpy, pydicom, highdicom
from highdicom.sr.coding import CodedConcept
from pydicom.sr.codedict import codes
out, *files = sys.argv[1:]
images = [pydicom.dcmread(file) for file in files]
for image in images: image.AccessionNumber = image.ReferringPhysicianName = ""
masks = numpy.zeros((len(images), images[0].Rows, images[0].Columns, 2), numpy.uint8)
masks[1:4, 10:30, 12:40, 0] = 1
masks[2:5, 20:50, 30:50, 1] = 1
def describe(number, label):
    return highdicom.seg.SegmentDescription(segment_number=number, segment_label=label,
        segmented_property_category=codes.SCT.Organ, segmented_property_type=codes.SCT.Kidney,
        algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL)
segmentation = highdicom.seg.Segmentation(source_images=images, pixel_array=masks,
    segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
    segment_descriptions=[describe(1, "First"), describe(2, "Second")],
    series_instance_uid=highdicom.UID(), series_number=7, sop_instance_uid=highdicom.UID(), instance_number=1,
    manufacturer="Test", manufacturer_model_name="Test", software_versions="1", device_serial_number="1",
    series_description="Reader two")
segmentation.save_as(out)
labels = masks[..., 0].copy(); labels[masks[..., 1] > 0] = 2
print(json.dumps({"labels": labels.reshape(len(images), -1).tolist(), "overlap": int((masks.sum(-1) > 1).sum())}))
`;

test.skipIf(highdicom === undefined)(
  "a segmentation that highdicom wrote is a layer, its overlap told",
  async () => {
    const written = runPython(highdicom!, writeWithHighdicom, [
      join(study.folder, "seg.dcm"),
      ...study.imageFiles,
    ]);
    const { labels, overlap } = written as { labels: number[][]; overlap: number };
    expect((await open(study.folder)).problems).toEqual([]);
    expect(await readLayers()).toEqual({ "Reader two": labels.map((values) => Uint8Array.from(values)) });
    const [layer] = await layersOf(openSeries()[0]!.id);
    expect(layer!.origin).toMatchObject({
      algorithm: { type: "MANUAL" },
      warnings: [`Its segments overlap on ${overlap} pixels, where the one of the higher number is kept.`],
    });
  },
);
