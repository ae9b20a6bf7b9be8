import type { Brush } from "../../core/mask/paint";
import { pixelExtent, type PixelShape } from "../../core/image/view";
import { annotation, type AnnotationState } from "./annotation";

/** Least and most diameter, and the smallest step between two. */
export const diameterLimits = {
  mm: { least: 0.1, most: 200, step: 0.1 },
  px: { least: 1, most: 512, step: 1 },
} as const;

const stepFactor = 1.12;

/** The brush's diameter in the unit that the frame allows. */
export function diameterOf(
  { diameterMm, diameterPixels }: AnnotationState["brush"],
  spacingMm: PixelShape["spacingMm"],
): { diameter: number; unit: "mm" | "px" } {
  return spacingMm ? { diameter: diameterMm, unit: "mm" } : { diameter: diameterPixels, unit: "px" };
}

export function formatDiameter(diameter: number, unit: "mm" | "px"): string {
  return `${unit === "mm" ? diameter.toFixed(1) : diameter.toFixed(0)} ${unit}`;
}

/** Sets the diameter, in the unit that the frame allows. */
export function setDiameter(wanted: number, unit: "mm" | "px"): void {
  const { least, most, step } = diameterLimits[unit];
  const diameter = Math.min(most, Math.max(least, Math.round(wanted / step) * step));
  annotation.setBrush(unit === "mm" ? { diameterMm: diameter } : { diameterPixels: diameter });
}

/** Makes the brush larger or smaller by some steps, each an eighth or so. */
export function stepDiameter(steps: number, spacingMm: PixelShape["spacingMm"]): void {
  const { diameter, unit } = diameterOf(annotation.get().brush, spacingMm);
  const { step } = diameterLimits[unit];
  const wanted = diameter * stepFactor ** steps;
  setDiameter(Math.abs(wanted - diameter) < step ? diameter + Math.sign(steps) * step : wanted, unit);
}

/**
 * The brush on one slice, in pixels.
 * @param pressure 0 to 1; a light pen makes a third of the size
 * @param awayMm how far the slice lies from the one that is painted on: a sphere is smaller there
 * @returns undefined where the brush does not reach
 */
export function brushOn(
  brush: AnnotationState["brush"],
  pixel: PixelShape,
  { pressure = 1, awayMm = 0 }: { pressure?: number; awayMm?: number } = {},
): Brush | undefined {
  const radius = ((diameterOf(brush, pixel.spacingMm).diameter / 2) * (1 + 2 * pressure)) / 3;
  if (awayMm > radius) return undefined;
  const here = Math.sqrt(radius ** 2 - awayMm ** 2);
  // Round on the screen in either unit: without a spacing a pixel is the shorter side of one.
  const side = pixel.spacingMm ? Math.min(...pixel.spacingMm) : 1;
  const extent = pixelExtent(pixel);
  const [radiusRows, radiusColumns] = [here / (side * extent.y), here / (side * extent.x)];
  const shape = brush.shape === "square" ? "square" : "round";
  // A ball that touches a slice in a point leaves no more there than that.
  return { shape, radiusRows: Math.max(radiusRows, 1e-3), radiusColumns: Math.max(radiusColumns, 1e-3) };
}
