import type { MeasuredFigures } from "./measure-shape";
import { type Measurement, measurementNames } from "./measurement";

/** A measurement with what it measures. */
export interface TabledMeasurement extends Measurement {
  figures: MeasuredFigures;
}

export const tableHeads = [
  "name",
  "kind",
  "frame",
  "length",
  "length_unit",
  "angle_degrees",
  "pixels",
  "area",
  "area_unit",
  "mean",
  "standard_deviation",
  "minimum",
  "maximum",
  "value_unit",
  "points_row_column",
] as const;

/**
 * A row a measurement, under `tableHeads`. Frames count from 1; what a kind has not is empty; points are rows and columns
 * in pixels, the centre of the first one is 0.5, 0.5.
 * @param valueUnit of the modality LUT's values ("HU"), where it is known
 */
export function tableRows(
  measurements: readonly TabledMeasurement[],
  valueUnit: string | undefined,
): string[][] {
  return measurements.map(({ name, kind, frame, points, figures }) => {
    const place = points.map(({ row, column }) => `${figure(row)} ${figure(column)}`).join("; ");
    const begin = [name, measurementNames[kind], String(frame + 1)];
    switch (figures.kind) {
      case "length":
        return [...begin, figure(figures.length), figures.unit, ...empty(9), place];
      case "angle":
        return [...begin, ...empty(2), figure(figures.degrees), ...empty(8), place];
      case "region": {
        const { pixels, area, unit, intensity } = figures;
        const values = intensity
          ? [intensity.mean, intensity.standardDeviation, intensity.minimum, intensity.maximum].map(figure)
          : empty(4);
        const size = [String(pixels), figure(area), unit === "mm²" ? "mm2" : unit];
        return [...begin, ...empty(3), ...size, ...values, intensity ? (valueUnit ?? "") : "", place];
      }
    }
  });
}

const empty = (count: number): string[] => Array.from({ length: count }, () => "");

/** Ten digits tell any two measurements apart and hide the last bits of binary fractions. */
const figure = (value: number): string => String(Number(value.toPrecision(10)));
