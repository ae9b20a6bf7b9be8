import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import { patientToImage, type SliceGeometry, type Vector } from "../../core/image/patient-space";
import { type Segment, segmentColours } from "../../core/mask/label-map";
import type { ImagePoint } from "../../core/mask/paint";
import { paintPolygons } from "../../core/mask/shapes";
import { decodeText } from "../dicom/character-set";
import { parseDicom } from "../dicom/data-set";
import { readBytes, readCode, readDecimals, readItems } from "../dicom/elements";
import { tags } from "../dicom/tags";
import type { FileContent } from "../opened-file";
import { objectTags } from "./object-tags";
import { hexColour } from "./segment-colour";
import {
  emptyLabelMaps,
  readReferences,
  type ReadSegments,
  type TargetFrame,
  TargetIndex,
} from "./target-frames";

/** A contour lies on a slice up to this share of the distance between slices; alone, up to this many millimetres. */
const sliceTolerance = 0.5;
const lonelyToleranceMm = 0.5;

const polygonTypes: ReadonlySet<string | undefined> = new Set(["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"]);

/**
 * Reads the contours of a DICOM RT Structure Set as label maps of a series. A pixel is inside where its centre is, by
 * the even-odd rule over all contours of its ROI on its image: a contour within another is a hole. A centre on a
 * border is inside if the border is its left or upper one. Contours lie on the image that they name, else on the
 * nearest slice. Where ROIs overlap, the later one lies on top.
 * @throws SlicebenchError STRUCTURE_SET_INVALID, STRUCTURE_SET_UNPAIRED; and what the reader throws
 */
export function readStructureSet(content: FileContent, targets: readonly TargetFrame[]): ReadSegments {
  const { dataSet } = parseDicom(content.bytes);
  const regions = readRegions(dataSet);
  const index = new TargetIndex(targets);
  const planes = new Planes(targets);
  const labelMaps = emptyLabelMaps(targets);
  const seen = { contours: 0, unpaired: 0, open: 0, overlapping: 0 };
  for (const { value, contours } of regions) {
    const polygons = new Map<number, ImagePoint[][]>();
    for (const contour of contours) {
      if (!polygonTypes.has(readCode(contour, objectTags.contourGeometricType))) {
        seen.open++;
        continue;
      }
      seen.contours++;
      const points = readPoints(contour);
      const named = index.find(readReferences(readItems(contour, objectTags.contourImageSequence)));
      const frames = planes.onWhich(points, named);
      if (frames.length === 0) seen.unpaired++;
      for (const frame of frames) {
        const polygon = toPixels(points, planes.slices[frame]!);
        polygons.set(frame, [...(polygons.get(frame) ?? []), polygon]);
      }
    }
    for (const [frame, each] of polygons) {
      const labelMap = labelMaps[frame]!;
      const before = labelMap.values.slice();
      paintPolygons(labelMap, each, { value, overwrites: everything });
      before.forEach((old, pixel) => {
        if (old !== 0 && labelMap.values[pixel] !== old) seen.overlapping++;
      });
    }
  }
  if (seen.contours > 0 && seen.unpaired === seen.contours) throw unpaired();
  return {
    segments: regions.map(({ value, label, colour }) => ({ value, label, colour })),
    labelMaps: labelMaps.map((labelMap, frame) => ({ frame, labelMap })),
    warnings: [
      ...(seen.unpaired > 0
        ? [`${seen.unpaired} of its ${seen.contours} contours lie on no image of this series.`]
        : []),
      ...(seen.open > 0 ? [`${seen.open} points and open contours enclose nothing and are left out.`] : []),
      ...(seen.overlapping > 0
        ? [`Its regions overlap on ${seen.overlapping} pixels, where the later one is kept.`]
        : []),
    ],
  };
}

const everything = new Uint8Array(256).fill(1);

interface Region extends Pick<Segment, "value" | "label" | "colour"> {
  contours: DataSet[];
}

function readRegions(dataSet: DataSet): Region[] {
  const characterSet = readCode(dataSet, tags.specificCharacterSet);
  const names = readItems(dataSet, objectTags.structureSetRoiSequence);
  const bodies = new Map(
    readItems(dataSet, objectTags.roiContourSequence).map((item) => [
      readDecimals(item, objectTags.referencedRoiNumber)[0],
      item,
    ]),
  );
  if (names.length === 0) throw invalid("It names no region.");
  if (names.length > 255) throw invalid(`It names ${names.length} regions; up to 255 can be shown.`);
  const numbers = names.map((item) => readDecimals(item, objectTags.roiNumber)[0]);
  // Numbers that cannot be segment values give way to the order.
  const areValues =
    new Set(numbers).size === numbers.length &&
    numbers.every(
      (number) => number !== undefined && Number.isInteger(number) && number >= 1 && number <= 255,
    );
  return names.map((item, order) => {
    const value = areValues ? numbers[order]! : order + 1;
    const body = bodies.get(numbers[order]);
    const bytes = readBytes(item, objectTags.roiName);
    const rgb = body === undefined ? [] : readDecimals(body, objectTags.roiDisplayColor);
    const name = bytes && decodeText(bytes.subarray(0, 1_024), characterSet, "LO").replace(/[\0 ]+$/, "");
    return {
      value,
      label: name === undefined || name === "" ? `Segment ${value}` : name,
      colour: rgb.length === 3 ? hexColour(rgb) : segmentColours[order % segmentColours.length]!,
      contours: body === undefined ? [] : readItems(body, objectTags.contourSequence),
    };
  });
}

/** Points of a contour, in the patient (PS3.3 C.8.8.6). */
function readPoints(contour: DataSet): Vector[] {
  const bytes = readBytes(contour, objectTags.contourData) ?? new Uint8Array();
  const numbers = new TextDecoder("latin1").decode(bytes).split("\\").map(Number);
  if (numbers.length % 3 !== 0 || numbers.length < 9 || !numbers.every(Number.isFinite)) {
    throw invalid("A contour is no list of points.");
  }
  const points: Vector[] = [];
  for (let i = 0; i < numbers.length; i += 3) points.push([numbers[i]!, numbers[i + 1]!, numbers[i + 2]!]);
  return points;
}

/** The planes of a series, and which of them a contour lies on. */
class Planes {
  readonly slices: readonly SliceGeometry[];
  readonly #toleranceMm: number;

  constructor(targets: readonly TargetFrame[]) {
    this.slices = targets.map(({ rows, columns, geometry }) => ({ rows, columns, ...geometry }));
    const [first] = this.slices;
    const origin = first?.position;
    const steps =
      origin === undefined
        ? []
        : this.slices.flatMap((slice) => {
            const distance = Math.abs(patientToImage(slice, origin)?.distanceMm ?? 0);
            return distance > 0.01 ? [distance] : [];
          });
    this.#toleranceMm = steps.length === 0 ? lonelyToleranceMm : Math.min(...steps) * sliceTolerance;
  }

  /** The named images that the points lie on; else the nearest slice, at all its times. */
  onWhich(points: readonly Vector[], named: readonly number[]): number[] {
    const own = named.filter((frame) => this.#distance(points, frame) <= this.#toleranceMm);
    if (own.length > 0) return own;
    // One point chooses the slice; that all lie on it is seen to after.
    const distances = this.slices.map((_, frame) => this.#distance(points.slice(0, 1), frame));
    const least = Math.min(...distances);
    return distances.flatMap((distance, frame) =>
      distance <= least + 1e-3 && this.#distance(points, frame) <= this.#toleranceMm ? [frame] : [],
    );
  }

  /** How far the farthest of a contour's points lies out of a slice's plane. */
  #distance(points: readonly Vector[], frame: number): number {
    let farthest = 0;
    for (const point of points) {
      const distance = patientToImage(this.slices[frame]!, point)?.distanceMm ?? Infinity;
      farthest = Math.max(farthest, Math.abs(distance));
    }
    return farthest;
  }
}

function toPixels(points: readonly Vector[], slice: SliceGeometry): ImagePoint[] {
  return points.map((point) => {
    const { x, y } = patientToImage(slice, point)!;
    return { row: y, column: x };
  });
}

function invalid(seen: string): SlicebenchError {
  return new SlicebenchError(
    "STRUCTURE_SET_INVALID",
    `The file is no set of contours that can be read. ${seen}`,
  );
}

function unpaired(): SlicebenchError {
  return new SlicebenchError(
    "STRUCTURE_SET_UNPAIRED",
    "The contours lie on other images than those of this series.",
    { hint: "Open the series that they belong to." },
  );
}
