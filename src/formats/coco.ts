import { contoursOf } from "../core/mask/contours";
import type { LabelMap, Segment } from "../core/mask/label-map";
import { paintPolygon } from "../core/mask/shapes";

/** A label map and the picture that it belongs to. */
export interface CocoImage {
  /** As in the data set: the picture's own name. */
  fileName: string;
  labelMap: LabelMap;
}

/** Run lengths column by column, background first, as pycocotools writes them before it compresses them. */
interface CocoRunLengths {
  size: [rows: number, columns: number];
  counts: number[];
}

interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  /** One polygon along the pixels' edges, holes joined by a keyhole: x, y alternating. */
  segmentation: number[][];
  /** The same pixels exactly: programs that fill polygons differ by half a pixel. */
  rle: CocoRunLengths;
  /** Pixels. */
  area: number;
  /** Left, top, width, height in pixels. */
  bbox: [number, number, number, number];
  iscrowd: 0;
}

/** A COCO data set of instances (cocodataset.org, "Data format"). */
export interface CocoDataSet {
  info: { description: string; version: string };
  images: { id: number; file_name: string; width: number; height: number }[];
  categories: { id: number; name: string; supercategory: string }[];
  annotations: CocoAnnotation[];
}

/** Label maps as a COCO data set: each piece of a segment that hangs together by its sides is one annotation. */
export function describeCoco(
  images: readonly CocoImage[],
  segments: readonly Segment[],
  info: CocoDataSet["info"],
): CocoDataSet {
  const annotations: CocoAnnotation[] = [];
  images.forEach(({ labelMap }, index) => {
    const scratch = { ...labelMap, values: new Uint8Array(labelMap.values.length) };
    for (const [value, polygons] of contoursOf(labelMap)) {
      for (const polygon of polygons) {
        const bbox = boundingBox(polygon);
        annotations.push({
          id: annotations.length + 1,
          image_id: index + 1,
          category_id: value,
          segmentation: [[...polygon]],
          rle: encodeRunLengths(polygon, bbox, scratch),
          area: areaOf(polygon),
          bbox,
          iscrowd: 0,
        });
      }
    }
  });
  return {
    info,
    images: images.map(({ fileName, labelMap }, index) => ({
      id: index + 1,
      file_name: fileName,
      width: labelMap.columns,
      height: labelMap.rows,
    })),
    categories: segments.map(({ value, label, category }) => ({
      id: value,
      name: label,
      supercategory: category?.meaning ?? "",
    })),
    annotations,
  };
}

/** The label maps of a data set that `describeCoco` made, by its run lengths. */
export function readCocoLabelMaps(dataSet: CocoDataSet): LabelMap[] {
  const labelMaps = dataSet.images.map(({ width, height }) => ({
    rows: height,
    columns: width,
    values: new Uint8Array(width * height),
  }));
  for (const { image_id, category_id, rle } of dataSet.annotations) {
    const { rows, columns, values } = labelMaps[image_id - 1]!;
    let at = 0;
    rle.counts.forEach((count, run) => {
      const end = at + count;
      for (; at < end; at++)
        if (run % 2 === 1) values[(at % rows) * columns + Math.floor(at / rows)] = category_id;
    });
  }
  return labelMaps;
}

function boundingBox(polygon: Int32Array): CocoAnnotation["bbox"] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < polygon.length; i += 2) {
    left = Math.min(left, polygon[i]!);
    right = Math.max(right, polygon[i]!);
    top = Math.min(top, polygon[i + 1]!);
    bottom = Math.max(bottom, polygon[i + 1]!);
  }
  return [left, top, right - left, bottom - top];
}

/** The way to a hole and back encloses nothing, so the shoelace formula counts the pixels. */
function areaOf(polygon: Int32Array): number {
  let doubled = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const next = (i + 2) % polygon.length;
    doubled += polygon[i]! * polygon[next + 1]! - polygon[next]! * polygon[i + 1]!;
  }
  return doubled / 2;
}

const everything = new Uint8Array(256).fill(1);

/** @param scratch empty, and left so */
function encodeRunLengths(
  polygon: Int32Array,
  [left, top, width, height]: CocoAnnotation["bbox"],
  scratch: LabelMap,
): CocoRunLengths {
  const { rows, columns, values } = scratch;
  const corners = Array.from({ length: polygon.length / 2 }, (_, corner) => ({
    column: polygon[2 * corner]!,
    row: polygon[2 * corner + 1]!,
  }));
  paintPolygon(scratch, corners, { value: 1, overwrites: everything });
  const counts: number[] = [];
  let begun = 0;
  let isInside = false;
  for (let column = left; column < left + width; column++) {
    for (let row = top; row <= top + height; row++) {
      const isPixelInside = row < top + height && values[row * columns + column] === 1;
      if (isPixelInside === isInside) continue;
      // Where the box ends at the picture's bottom, this is the next column's first pixel: the run may go on there.
      const at = column * rows + row;
      counts.push(at - begun);
      begun = at;
      isInside = isPixelInside;
    }
  }
  counts.push(rows * columns - begun);
  for (let row = top; row < top + height; row++)
    values.fill(0, row * columns + left, row * columns + left + width);
  return { size: [rows, columns], counts };
}
