import { expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import type { LabelMap } from "../core/mask/label-map";
import { describeCoco, readCocoLabelMaps } from "./coco";

const segments = [
  { value: 2, label: "Nucleus", colour: "#E69F00" },
  { value: 9, label: "Other", colour: "#56B4E9" },
];

/** Pieces at all borders, with holes and islands. */
function speckled(seed: number): LabelMap {
  const [rows, columns] = [17, 23];
  const values = Uint8Array.from({ length: rows * columns }, (_, pixel) => {
    const noise = ((pixel + 1) * 2_654_435_761 * seed) >>> 27;
    return noise < 14 ? 2 : noise < 22 ? 9 : 0;
  });
  return { rows, columns, values };
}

const images = [1, 2, 3].map((seed) => ({ fileName: `${seed}.png`, labelMap: speckled(seed) }));
const dataSet = describeCoco(images, segments, { description: "Test", version: "1" });

test("label maps come back pixel by pixel from run lengths, and area and box are those of the pixels", () => {
  expect(readCocoLabelMaps(dataSet)).toEqual(images.map(({ labelMap }) => labelMap));
  const pixels = images.flatMap(({ labelMap }) => [...labelMap.values]).filter((value) => value !== 0).length;
  expect(dataSet.annotations.reduce((sum, { area }) => sum + area, 0)).toBe(pixels);
});

test("a piece of three pixels in a corner", () => {
  const labelMap = { rows: 2, columns: 3, values: Uint8Array.from([0, 9, 9, 0, 0, 9]) };
  expect(describeCoco([{ fileName: "a.png", labelMap }], segments, dataSet.info).annotations).toEqual([
    {
      id: 1,
      image_id: 1,
      category_id: 9,
      segmentation: [[1, 0, 3, 0, 3, 2, 2, 2, 2, 1, 1, 1]],
      rle: { size: [2, 3], counts: [2, 1, 1, 2, 0] },
      area: 3,
      bbox: [1, 0, 2, 2],
      iscrowd: 0,
    },
  ]);
});

const python = pythonWith("pycocotools");

const program = `
import io, json, sys, contextlib
from pycocotools.coco import COCO
from pycocotools import mask
coco = COCO()
with contextlib.redirect_stdout(io.StringIO()):
    coco.dataset = json.load(sys.stdin)
    coco.createIndex()
seen = []
for annotation in coco.loadAnns(coco.getAnnIds()):
    exact = mask.frPyObjects(annotation["rle"], *annotation["rle"]["size"])
    polygon = coco.annToMask(annotation)
    seen.append({
        "area": int(mask.area(exact)),
        "box": mask.toBbox(exact).astype(int).tolist(),
        "overlap": int((polygon & mask.decode(exact)).sum()),
    })
print(json.dumps(seen))
`;

test.skipIf(python === undefined)(
  "pycocotools finds the same areas and boxes, and its polygons cover the pixels",
  () => {
    const seen = runPython(python!, program, [], JSON.stringify(dataSet));
    expect(seen).toEqual(dataSet.annotations.map(({ area, bbox }) => ({ area, box: bbox, overlap: area })));
  },
);
