import type { SegmentMeasure } from "../../../host/contract";
import { notAvailable } from "../../app/format";

/** A figure and its unit. */
interface Figure {
  figure: string;
  unit: string;
}

/** A segment's volume in ml where slices and spacing make one, else its pixels on all slices. */
export function volumeText(measure: SegmentMeasure | undefined): Figure {
  if (measure === undefined) return { figure: notAvailable, unit: "" };
  return measure.volumeMm3 === undefined
    ? { figure: measure.layerPixels.toString(), unit: "px" }
    : { figure: (measure.volumeMm3 / 1_000).toFixed(1), unit: "ml" };
}
