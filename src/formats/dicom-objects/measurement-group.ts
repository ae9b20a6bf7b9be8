import type { MeasuredFigures } from "../../core/measure/measure-shape";
import { handlesOf, type MeasuredShape, type Measurement } from "../../core/measure/measurement";
import type { CodedConcept } from "../../core/mask/label-map";
import type { ImagePoint } from "../../core/mask/paint";
import { concepts, propertyCategory, propertyType, sct, ucum } from "./codes";
import { decimalString, shortText, uidOf } from "./derived-object";
import type { SourceFrame } from "./source-instance";
import { segmentNumbers, type Segmentation } from "./write-segmentation";

/** A number of a report: what it measures, how it was derived, and its unit. */
export interface ReportedNumber {
  concept: CodedConcept;
  derivation?: CodedConcept;
  unit: CodedConcept;
  value: number;
}

/** An image that a report refers to. */
export interface ReportedImage {
  sopClassUid: string;
  sopInstanceUid: string;
  /** From 1; absent of an instance that has no frames. */
  frameNumber?: number;
}

/** Points on one image (PS3.3 C.18.6): rows and columns in pixels, the centre of the first one is 0.5, 0.5. */
export interface ReportedGraphic {
  type: "POLYLINE" | "ELLIPSE";
  points: readonly ImagePoint[];
  image: ReportedImage;
}

/**
 * What is measured of one thing (PS3.16): of a segment by TID 1411, of a region on one image by TID 1410, whose outline
 * belongs to the group; of a line or an angle by TID 1501, where each number is inferred from the points.
 * Every value is as the file keeps it: what is read back equals what was written.
 */
export interface MeasurementGroup {
  template: "1410" | "1411" | "1501";
  trackingIdentifier: string;
  trackingUid: string;
  finding?: { category: CodedConcept; type: CodedConcept };
  segment?: { sopInstanceUid: string; number: number };
  graphic?: ReportedGraphic;
  numbers: readonly ReportedNumber[];
}

/** What was measured of one segment. */
export interface SegmentFigures {
  value: number;
  volumeMm3?: number | undefined;
  /** Of the image's values within the segment, in the modality LUT's unit. */
  meanIntensity?: number | undefined;
}

/** A measurement that a person drew, with the frame that it lies on. */
export interface DrawnMeasurement extends Measurement {
  figures: MeasuredFigures;
  source: SourceFrame;
}

const units = {
  mm: ucum("mm", "millimeter"),
  "mm²": ucum("mm2", "square millimeter"),
  mm3: ucum("mm3", "cubic millimeter"),
  px: ucum("{pixels}", "pixels"),
  degree: ucum("deg", "degree"),
  none: ucum("1", "no units"),
} as const;

/**
 * What an image's values are, by modality. Of others PS3.16 has no name that fits whatever the device stored, so that a
 * private one says what they are.
 */
const intensities: ReadonlyMap<string | undefined, Pick<ReportedNumber, "concept" | "unit">> = new Map([
  ["CT", { concept: concepts.attenuation, unit: ucum("[hnsf'U]", "Hounsfield unit") }],
  ["MR", { concept: concepts.mrSignal, unit: units.none }],
]);
const otherIntensity = {
  concept: { value: "pixel-value", scheme: "99SLICEBENCH", meaning: "Pixel value after the modality LUT" },
  unit: units.none,
} as const;

const derivations = {
  mean: sct("373098007", "Mean"),
  standardDeviation: sct("386136009", "Standard Deviation"),
  minimum: sct("255605001", "Minimum"),
  maximum: sct("56851009", "Maximum"),
} as const;

/** A group a segment, in the order of the segments. What was not measured is left out. */
export function segmentGroups(
  segmentation: Segmentation,
  figures: readonly SegmentFigures[],
  sopInstanceUid: string,
): MeasurementGroup[] {
  const numbers = segmentNumbers(segmentation);
  const intensity = intensityOf(segmentation.frames[0]!.source);
  return segmentation.segments.map((segment) => {
    const { volumeMm3, meanIntensity } = figures.find(({ value }) => value === segment.value) ?? {};
    return {
      template: "1411",
      trackingIdentifier: shortText(segment.label),
      trackingUid: segment.trackingUid,
      finding: { category: propertyCategory(segment), type: propertyType(segment) },
      segment: { sopInstanceUid, number: numbers.get(segment.value)! },
      numbers: [
        ...(volumeMm3 === undefined
          ? []
          : [numberOf({ concept: sct("118565006", "Volume"), unit: units.mm3 }, volumeMm3)]),
        ...(meanIntensity === undefined
          ? []
          : [numberOf({ ...intensity, derivation: derivations.mean }, meanIntensity)]),
      ],
    };
  });
}

/**
 * The group of a measurement that was drawn: TID 1410 for what encloses pixels, TID 1501 for a length and an angle. It is
 * tracked by the measurement's own identity, the same in every report.
 */
export function drawnGroup({ id, name, source, figures, ...shape }: DrawnMeasurement): MeasurementGroup {
  return {
    template: figures.kind === "region" ? "1410" : "1501",
    trackingIdentifier: shortText(name),
    trackingUid: uidOf(id),
    graphic: { ...graphicOf(shape), image: imageOf(source) },
    numbers: figureNumbers(figures, source),
  };
}

/**
 * A shape as image-relative coordinates (PS3.3 C.18.6.1.2). A polygon is a polyline that ends where it began. An ellipse
 * has the ends of its major axis, then those of the minor one, the longer of them in pixels. An angle has both of its
 * legs, the vertex twice: the form by which viewers tell it from a polyline of three points.
 */
export function graphicOf(shape: MeasuredShape): Omit<ReportedGraphic, "image"> {
  const [first, second, third] = shape.points as [ImagePoint, ImagePoint, ImagePoint];
  switch (shape.kind) {
    case "length":
      return { type: "POLYLINE", points: shape.points.map(single) };
    case "angle":
      return { type: "POLYLINE", points: [first, second, second, third].map(single) };
    case "polygon":
      return { type: "POLYLINE", points: [...shape.points, first].map(single) };
    case "ellipse": {
      const [top, right, bottom, left] = handlesOf(shape) as [ImagePoint, ImagePoint, ImagePoint, ImagePoint];
      const isUpright = Math.abs(second.row - first.row) > Math.abs(second.column - first.column);
      const axes = isUpright ? [top, bottom, left, right] : [left, right, top, bottom];
      return { type: "ELLIPSE", points: axes.map(single) };
    }
  }
}

/** Graphic Data has 32 bits a number. */
const single = ({ row, column }: ImagePoint): ImagePoint => ({
  row: Math.fround(row),
  column: Math.fround(column),
});

function figureNumbers(figures: MeasuredFigures, source: SourceFrame): ReportedNumber[] {
  switch (figures.kind) {
    case "length":
      return [numberOf({ concept: sct("410668003", "Length"), unit: units[figures.unit] }, figures.length)];
    case "angle":
      return [numberOf({ concept: sct("1483009", "Angle"), unit: units.degree }, figures.degrees)];
    case "region": {
      const { area, unit, intensity } = figures;
      const of = intensityOf(source);
      const values = (["mean", "standardDeviation", "minimum", "maximum"] as const).flatMap((figure) =>
        intensity === undefined
          ? []
          : [numberOf({ ...of, derivation: derivations[figure] }, intensity[figure])],
      );
      return [numberOf({ concept: sct("42798000", "Area"), unit: units[unit] }, area), ...values];
    }
  }
}

/** The number as its decimal string says it. */
const numberOf = (of: Omit<ReportedNumber, "value">, value: number): ReportedNumber => ({
  ...of,
  value: Number(decimalString(value)),
});

const intensityOf = ({ instance }: SourceFrame) => intensities.get(instance.modality) ?? otherIntensity;

function imageOf({ instance, frame }: SourceFrame): ReportedImage {
  const { sopClassUid, sopInstanceUid, isMultiFrame } = instance;
  return { sopClassUid, sopInstanceUid, ...(isMultiFrame && { frameNumber: frame + 1 }) };
}
