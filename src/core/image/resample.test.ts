import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { resampleLabels, resamplePlane } from "./resample";

const python = pythonWith("numpy", "scipy", "skimage", "PIL");
const samples = join(import.meta.dirname, "../../../resources/samples");
const pictures = [
  "nuclei/cell.png",
  "retina/microaneurysms.png",
  "reference/nuclei-fluorescence/field-1.png",
];

interface Resampled {
  name: string;
  by: string;
  from: { rows: number; columns: number };
  to: { rows: number; columns: number };
  source: string;
  target: string;
}

/** Pillow shrinks with the same widened triangle; scikit-image and SciPy enlarge, where no filter widens. */
const resampleInPython = `
import base64, json, sys
import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import transform
encode = lambda a: base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()
made = []
for path in sys.argv[1:]:
    grey = np.asarray(Image.open(path).convert("L"))
    # Odd sizes: the centre of no new pixel falls between two of the old, where either is right.
    grey = grey[: (min(len(grey), 301) - 1) // 2 * 2 + 1, : (grey.shape[1] - 1) // 2 * 2 + 1]
    labels = (grey > np.median(grey)).astype("u1") + (grey > np.percentile(grey, 90))
    def add(by, source, target):
        made.append(dict(name=path.split("/")[-1], by=by, from_=source.shape, to_=target.shape, source=encode(source), target=encode(target)))
    plane = grey.astype("<f4")
    for size in ((128, 128), (61, 257), (97, 300), (640, 90)):
        add("Pillow", plane, np.asarray(Image.fromarray(plane).resize(size[::-1], Image.BILINEAR), dtype="<f4"))
    small = plane[40:93, 20:87]
    for size in ((120, 67), (131, 160)):
        add("scikit-image", small, transform.resize(small, size, order=1, mode="edge", anti_aliasing=False).astype("<f4"))
        zoom = [to / of for to, of in zip(size, small.shape)]
        add("SciPy", small, ndimage.zoom(small, zoom, order=1, mode="nearest", grid_mode=True).astype("<f4"))
    for size in ((128, 100), (700, 611)):
        add("Pillow, labels", labels, np.asarray(Image.fromarray(labels.astype("u1")).resize(size[::-1], Image.NEAREST)))
print(json.dumps(made).replace('"from_"', '"from"').replace('"to_"', '"to"'))`;

function readCases(program: string): Resampled[] {
  const files = pictures.map((name) => join(samples, name));
  const raw = runPython(program, resampleInPython, files) as (Omit<Resampled, "from" | "to"> &
    Record<"from" | "to", [number, number]>)[];
  const grid = ([rows, columns]: [number, number]) => ({ rows, columns });
  return raw.map((each) => ({ ...each, from: grid(each.from), to: grid(each.to) }));
}

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
const floatsOf = (text: string) => new Float32Array(bytesOf(text).buffer);

describe.skipIf(python === undefined)("pictures", () => {
  const cases = python === undefined ? [] : readCases(python);
  test.each(cases.filter(({ by }) => !by.includes("labels")))(
    "$name from $from to $to is what $by gives",
    ({ source, target, from, to }) => {
      const seen = resamplePlane(floatsOf(source), from, to);
      const wanted = floatsOf(target);
      expect(seen.length).toBe(wanted.length);
      // Of 255 grey levels, in single precision.
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - seen[i]!)), 0);
      expect(worst).toBeLessThan(2e-4);
    },
  );

  test.each(cases.filter(({ by }) => by.includes("labels")))(
    "label maps of $name from $from to $to are what Pillow's nearest gives",
    ({ source, target, from, to }) => {
      const seen = resampleLabels(bytesOf(source), from, to);
      expect(Buffer.compare(seen, bytesOf(target))).toBe(0);
    },
  );
});

const grid = fc.record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) });

describe("laws", () => {
  test("a plane of one value stays so, and no value leaves the range of the source's", () => {
    fc.assert(
      fc.property(
        grid,
        grid,
        fc.infiniteStream(fc.float({ min: -1000, max: 1000, noNaN: true })),
        (from, to, stream) => {
          const source = Float32Array.from(
            { length: from.rows * from.columns },
            () => stream.next().value as number,
          );
          const [low, high] = [Math.min(...source), Math.max(...source)];
          for (const value of resamplePlane(source, from, to)) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-3);
            expect(value).toBeLessThanOrEqual(high + 1e-3);
          }
          const flat = resamplePlane(new Float32Array(source.length).fill(7), from, to);
          for (const value of flat) expect(value).toBeCloseTo(7, 4);
        },
      ),
    );
  });

  test("labels are never made up, and an enlargement by a whole factor repeats each", () => {
    fc.assert(
      fc.property(
        grid,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(255)),
        (from, factor, stream) => {
          const source = Uint8Array.from(
            { length: from.rows * from.columns },
            () => stream.next().value as number,
          );
          const to = { rows: from.rows * factor, columns: from.columns * factor };
          const enlarged = resampleLabels(source, from, to);
          enlarged.forEach((value, i) => {
            const [row, column] = [Math.floor(i / to.columns), i % to.columns];
            expect(value).toBe(source[Math.floor(row / factor) * from.columns + Math.floor(column / factor)]);
          });
        },
      ),
    );
  });
});
