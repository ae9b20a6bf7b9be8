import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { type CineProtocol, scanFrame } from "./cine";
import { encodeCineFrame } from "./cine-dicom";
import { computeFluorescence } from "./fluorescence";

const protocol: CineProtocol = {
  rows: 96,
  columns: 96,
  spacingMm: 2.6,
  slicePositionsMm: [20, 45],
  sliceThicknessMm: 8,
  phases: 8,
  noise: 9,
  bloodValue: 300,
  seed: 3,
};
const folder = mkdtempSync(join(tmpdir(), "slicebench-phantom-"));
afterAll(() => rmSync(folder, { recursive: true }));
const pydicom = pythonWith("pydicom", "numpy");

const areaMm2 = (cavity: Uint8Array): number =>
  cavity.reduce((total, value) => total + value, 0) * protocol.spacingMm ** 2;

test("the cavity is a healthy adult's: about 50 mm wide at end-diastole, half its area at end-systole", () => {
  const diastole = areaMm2(scanFrame(protocol, 0, 0).cavity);
  const systole = areaMm2(scanFrame(protocol, 0, 3).cavity);
  expect(2 * Math.sqrt(diastole / Math.PI)).toBeGreaterThan(45);
  expect(2 * Math.sqrt(diastole / Math.PI)).toBeLessThan(52);
  expect(systole / diastole).toBeGreaterThan(0.4);
  expect(systole / diastole).toBeLessThan(0.6);
});

test("blood is brighter than the muscle around it, by more than the noise", () => {
  const { pixels, cavity } = scanFrame(protocol, 0, 0);
  const isNear = (pixel: number, reach: number): boolean =>
    [1, -1, protocol.columns, -protocol.columns].some((step) => cavity[pixel + reach * step] === 1);
  const mean = (keep: (pixel: number) => boolean): number => {
    const kept = Array.from(pixels).filter((_, pixel) => keep(pixel));
    return kept.reduce((total, value) => total + value, 0) / kept.length;
  };
  const blood = mean((pixel) => cavity[pixel] === 1);
  const muscle = mean((pixel) => cavity[pixel] === 0 && isNear(pixel, 2) && !isNear(pixel, 1));
  expect(blood / muscle).toBeGreaterThan(1.5);
});

test("the same protocol gives the same pixels, another seed gives others", () => {
  const once = scanFrame(protocol, 1, 2).pixels;
  expect(scanFrame(protocol, 1, 2).pixels).toEqual(once);
  expect(scanFrame({ ...protocol, seed: 4 }, 1, 2).pixels).not.toEqual(once);
});

test.skipIf(pydicom === undefined)(
  "pydicom reads back the pixels and finds the slices 25 mm apart along the normal",
  () => {
    const frames = [0, 1].map((slice) => scanFrame(protocol, slice, 0));
    const paths = frames.map((frame, index) => {
      const path = join(folder, `${index}.dcm`);
      writeFileSync(path, encodeCineFrame(protocol, frame));
      return path;
    });
    const program = `
import json, sys, numpy, pydicom
read = [pydicom.dcmread(path) for path in sys.argv[1:]]
orientation = numpy.array(read[0].ImageOrientationPatient, float)
normal = numpy.cross(orientation[:3], orientation[3:])
step = numpy.array(read[1].ImagePositionPatient, float) - numpy.array(read[0].ImagePositionPatient, float)
print(json.dumps({
  "pixels": [data.pixel_array.ravel().tolist() for data in read],
  "gapMm": round(abs(float(step @ normal)), 4),
  "sideways": round(float(numpy.linalg.norm(step - (step @ normal) * normal)), 4),
  "normalLength": round(float(numpy.linalg.norm(normal)), 5),
  "sameSeries": read[0].SeriesInstanceUID == read[1].SeriesInstanceUID,
  "sopClass": read[0].SOPClassUID.name,
  "trigger": float(read[0].TriggerTime),
}))`;
    expect(runPython(pydicom!, program, paths)).toEqual({
      pixels: frames.map((frame) => Array.from(frame.pixels)),
      gapMm: 25,
      sideways: 0,
      normalLength: 1,
      sameSeries: true,
      sopClass: "MR Image Storage",
      trigger: 0,
    });
  },
);

test("the committed cine is what the code computes today", () => {
  const samples = join(import.meta.dirname, "../../../resources/samples");
  const committed: CineProtocol = {
    ...protocol,
    rows: 256,
    columns: 256,
    spacingMm: 1.37,
    slicePositionsMm: [14, 28, 42, 56, 70],
    seed: 20250101,
  };
  const encoded = encodeCineFrame(committed, scanFrame(committed, 2, 4));
  const file = readFileSync(join(samples, "cardiac-cine", "slice-3-phase-05.dcm"));
  expect(Buffer.compare(Buffer.from(encoded), file)).toBe(0);
});

test("computed nuclei are brighter than their surroundings and cover a fifth to a half of the field", () => {
  const { pixels, nuclei } = computeFluorescence({ rows: 128, columns: 160, count: 20, seed: 1 });
  const meanWhere = (value: number): number => {
    const kept = Array.from(pixels).filter((_, pixel) => nuclei[pixel] === value);
    return kept.reduce((total, brightness) => total + brightness, 0) / kept.length;
  };
  expect(meanWhere(1)).toBeGreaterThan(3 * meanWhere(0));
  const share = nuclei.reduce((total, value) => total + value, 0) / nuclei.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.5);
});
