import { expect, test } from "vitest";
import { pythonWith, runPython, sharedData } from "../../../test-support/readers";
import { openImage } from "../../formats/open";
import { paintFrame, storedRange } from "./display";
import type { Frame } from "./frame";
import { displayValues, modalityValues, voiTransform } from "./voi";

const pydicom = pythonWith("pydicom", "numpy");

interface Shown {
  file: string;
  /** Of the first frame: the modality LUT's output, and what is shown of it as 0..1. */
  modality: number[];
  shown: number[];
}

const showInPython = `
import glob, json, sys, numpy as np, pydicom
from pydicom.data import get_testdata_files
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi, apply_windowing
made, kinds = [], {}
for file in sorted(get_testdata_files("*.dcm")) + [f for folder in sys.argv[1:] for f in sorted(glob.glob(folder + "/*"))]:
    try:
        ds = pydicom.dcmread(file)
        if ds.SamplesPerPixel != 1 or not ds.PhotometricInterpretation.startswith("MONO") or ds.Rows * ds.Columns > 400000: continue
        table = len(ds.get("VOILUTSequence") or []) > 0
        kind = (table, ds.get("VOILUTFunction"), len(ds.get("ModalityLUTSequence") or []) > 0, ds.PhotometricInterpretation, ds.PixelRepresentation)
        if kinds.get(kind, 0) >= 2 or not (table or ds.get("WindowWidth")): continue
        array = ds.pixel_array
    except Exception: continue
    kinds[kind] = kinds.get(kind, 0) + 1
    if getattr(ds, "NumberOfFrames", 1) > 1: array = array[0]
    values = apply_modality_lut(array, ds)
    if table:
        shown = apply_voi(values.astype(int), ds) / (2.0 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1)
    else:
        ramp = pydicom.Dataset(); ramp.update({e.tag: e for e in ds if e.tag.group == 0x28 and e.tag.element in (0x1050, 0x1051, 0x1056)})
        ramp.PhotometricInterpretation, ramp.BitsStored, ramp.PixelRepresentation = "MONOCHROME2", 16, 0
        shown = apply_windowing(values.astype(float), ramp) / 65535.0
    if ds.PhotometricInterpretation == "MONOCHROME1": shown = 1 - shown
    made.append(dict(file=file, modality=values.astype(float).ravel().tolist(), shown=shown.astype(float).ravel().tolist()))
print(json.dumps(made))`;

const collection = sharedData("dicom-dev/files");
const shownFiles =
  pydicom === undefined
    ? []
    : (runPython(pydicom, showInPython, collection === undefined ? [] : [collection]) as Shown[]);

test.skipIf(pydicom === undefined)("there are files to compare", () => {
  expect(shownFiles.length).toBeGreaterThanOrEqual(collection === undefined ? 1 : 5);
});

test.each(shownFiles)(
  "what is shown of $file is what pydicom's transforms give",
  async ({ file, modality, shown }) => {
    const frame = await (await openImage(file)).readFrame(0);
    const values = modalityValues(frame);
    expect(values.length).toBe(modality.length);
    const worst = modality.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
    expect(worst).toBeLessThan(1e-3);
    const { padding } = frame.meaning;
    displayValues(frame).forEach((grey, i) => {
      const stored = frame.pixels[i]!;
      const isPadding = padding !== undefined && stored >= padding.low && stored <= padding.high;
      if (Math.abs(grey - (isPadding ? 0 : 255 * shown[i]!)) > 0.51) {
        expect({ file, i, stored, grey }).toEqual({ file, i, stored, grey: 255 * shown[i]! });
      }
    });
  },
);

/** A frame with every stored value of 12 bits once. */
function ramp(meaning: Partial<Frame["meaning"]>): Frame {
  return {
    rows: 64,
    columns: 64,
    samplesPerPixel: 1,
    pixels: Int16Array.from({ length: 4096 }, (_, i) => i - 1000),
    geometry: {},
    meaning: {
      photometricInterpretation: "MONOCHROME2",
      bitsStored: 12,
      rescaleSlope: 2,
      rescaleIntercept: -24,
      windows: [{ center: 40, width: 400 }],
      voiFunction: "LINEAR",
      ...meaning,
    },
  };
}

test.each<[string, Partial<Frame["meaning"]>]>([
  ["a linear window", {}],
  ["an exact one", { voiFunction: "LINEAR_EXACT" }],
  ["a sigmoid", { voiFunction: "SIGMOID" }],
  ["white as black", { photometricInterpretation: "MONOCHROME1" }],
  ["padding", { padding: { low: -1000, high: -900 } }],
  ["a threshold", { windows: [{ center: 40, width: 1 }] }],
])("the viewport shows %s as a model that takes displayed values sees it", (_name, meaning) => {
  const frame = ramp(meaning);
  const target = new Uint32Array(frame.pixels.length);
  const [window] = frame.meaning.windows;
  paintFrame(
    frame,
    { window: window!, invert: false, fromFile: true },
    { range: storedRange(frame.pixels), target },
  );
  const seen = displayValues(frame);
  target.forEach((colour, i) => expect(Math.abs((colour & 0xff) - seen[i]!)).toBeLessThanOrEqual(1));
});

test("the linear function is that of the standard's pseudo-code, to its ends", () => {
  // PS3.3 C.11.2.1.2.1, its own example: center 2048, width 4096 and 1.
  const whole = voiTransform({ center: 2048, width: 4096 }, "LINEAR");
  expect([whole(0), whole(4095), whole(-1), whole(5000)]).toEqual([0, 1, 0, 1]);
  const threshold = voiTransform({ center: 2048, width: 1 }, "LINEAR");
  expect([threshold(2047), threshold(2048)]).toEqual([0, 1]);
});
