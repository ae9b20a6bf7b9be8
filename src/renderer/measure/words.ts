import type { MeasuredFigures } from "../../core/measure/measure-shape";
import { formatDistance } from "../app/format";

/** The one figure that a measurement is known by: "12.3 mm", "34.5°", "456.7 mm²", "812 px". */
export function mainFigure(figures: MeasuredFigures): string {
  switch (figures.kind) {
    case "length":
      return `${formatDistance(figures.length)} ${figures.unit}`;
    case "angle":
      return `${formatDistance(figures.degrees)}°`;
    case "region":
      return figures.unit === "px"
        ? `${figures.pixels} px`
        : `${formatDistance(figures.area)} ${figures.unit}`;
  }
}

/** What the pixels of a region hold, in two lines; none of a line, or of colour. */
export function valueLines(figures: MeasuredFigures, unit: string | undefined): string[] {
  if (figures.kind !== "region" || figures.intensity === undefined) return [];
  const { mean, standardDeviation, minimum, maximum } = figures.intensity;
  const after = unit === undefined ? "" : ` ${unit}`;
  return [
    `Mean ${valueText(mean)} SD ${valueText(standardDeviation)}${after}`,
    `Min ${rawText(minimum)} Max ${rawText(maximum)}${after}`,
  ];
}

const signed = (text: string) => text.replace("-", "−");

/** A computed value to a tenth; small ones with three digits that tell them apart. */
export const valueText = (value: number): string =>
  signed(value !== 0 && Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(1));

/** A value that a pixel has: whole where it is. */
export const rawText = (value: number): string =>
  Number.isInteger(value) ? signed(value.toString()) : valueText(value);
