import type { TiffPage } from "./tiff-pages";

const millimetresPer: Readonly<Partial<Record<string, number>>> = {
  nm: 1e-6,
  um: 1e-3,
  µm: 1e-3,
  μm: 1e-3,
  micron: 1e-3,
  microns: 1e-3,
  mm: 1,
  cm: 10,
  inch: 25.4,
  m: 1000,
};

/**
 * The distance between pixels, where a program for images says it: OME-TIFF, ImageJ, or a resolution in
 * centimetres. A resolution in inches is that of a printer, and is not used.
 * @returns millimetres between rows, between columns
 */
export function readTiffSpacing(page: TiffPage): [row: number, column: number] | undefined {
  return readOmeSpacing(page.description) ?? readImageJSpacing(page) ?? readCentimetres(page);
}

/** `PhysicalSizeX="0.5" PhysicalSizeXUnit="µm"`; micrometres where there is no unit (OME-XML 2016-06, Pixels). */
function readOmeSpacing(description: string): [number, number] | undefined {
  const pixels = /<(?:\w+:)?Pixels\b[^>]*>/.exec(description)?.[0];
  if (pixels === undefined) return undefined;
  const size = (axis: "X" | "Y"): number => {
    const value = Number(new RegExp(`\\bPhysicalSize${axis}="([^"]*)"`).exec(pixels)?.[1]);
    const unit = new RegExp(`\\bPhysicalSize${axis}Unit="([^"]*)"`).exec(pixels)?.[1] ?? "µm";
    return value * (millimetresPer[unit] ?? NaN);
  };
  return positivePair(size("Y"), size("X"));
}

/** ImageJ writes the unit of the resolution as a line of its description: `unit=mm`. */
function readImageJSpacing({ description, resolution }: TiffPage): [number, number] | undefined {
  if (!description.startsWith("ImageJ=") || resolution === undefined) return undefined;
  const unit = /^unit=(.+)$/m.exec(description)?.[1]?.trim().replace("\\u00B5", "µ");
  const millimetres = millimetresPer[unit ?? ""] ?? NaN;
  return positivePair(millimetres / resolution[1], millimetres / resolution[0]);
}

function readCentimetres({ resolution, resolutionUnit }: TiffPage): [number, number] | undefined {
  if (resolution === undefined || resolutionUnit !== "centimetre") return undefined;
  return positivePair(10 / resolution[1], 10 / resolution[0]);
}

function positivePair(row: number, column: number): [number, number] | undefined {
  return row > 0 && column > 0 && Number.isFinite(row) && Number.isFinite(column) ? [row, column] : undefined;
}
