import { basename } from "node:path";
import type { Frame, FrameReference } from "../core/image/frame";
import { modalityValues } from "../core/image/voi";
import { type IntensityStatistics, SegmentStatistics } from "../core/metrics/segment-statistics";
import type { ExportSource } from "./export-source";

/** What one segment measures, on one frame or over the series. */
export interface SegmentMeasures {
  value: number;
  label: string;
  pixels: number;
  /** On one frame, where its spacing is known. */
  areaMm2?: number;
  /** Over the series, where slices are evenly spaced and all of them have a label map. */
  volumeMm3?: number;
  /** In the modality LUT's unit; absent for colour, and for a segment without a pixel. */
  intensity?: IntensityStatistics;
}

/** Measures by frame, and over the series. */
export interface ExportMeasures {
  frames: { frame: number; file: string; segments: SegmentMeasures[] }[];
  series: SegmentMeasures[];
}

/** Measures each segment on each frame that has a label map, and over all of them. */
export async function measureExport(
  source: ExportSource,
  decode: (reference: FrameReference) => Promise<Frame>,
): Promise<ExportMeasures> {
  const whole = new SegmentStatistics();
  const frames: ExportMeasures["frames"] = [];
  let hasVolume = source.sliceSpacingMm !== undefined && source.labelMaps.size === source.frames.length;
  for (const [index, labelMap] of source.labelMaps) {
    const { file, frame, geometry } = source.frames[index]!;
    const picture = await decode({ file, frame });
    const isGrey = picture.samplesPerPixel === 1 && picture.meaning.palette === undefined;
    const values = isGrey ? modalityValues(picture) : undefined;
    const { spacingMm } = geometry;
    if (spacingMm === undefined) hasVolume = false;
    const pixelAreaMm2 = spacingMm && spacingMm[0] * spacingMm[1];
    const own = new SegmentStatistics();
    own.add(labelMap, values, pixelAreaMm2);
    whole.add(labelMap, values, pixelAreaMm2);
    frames.push({
      frame: index,
      file: basename(file),
      segments: source.segments.map((segment) => ({
        ...describe(segment, own),
        ...(spacingMm && { areaMm2: own.areaMm2(segment.value) }),
      })),
    });
  }
  const series = source.segments.map((segment) => ({
    ...describe(segment, whole),
    ...(hasVolume && { volumeMm3: whole.areaMm2(segment.value) * source.sliceSpacingMm! }),
  }));
  return { frames, series };
}

function describe(
  { value, label }: { value: number; label: string },
  statistics: SegmentStatistics,
): SegmentMeasures {
  const intensity = statistics.intensity(value);
  return { value, label, pixels: statistics.pixels(value), ...(intensity && { intensity }) };
}

const heads = [
  "scope",
  "frame",
  "file",
  "segment",
  "label",
  "pixels",
  "area_mm2",
  "volume_mm3",
  "mean",
  "standard_deviation",
  "minimum",
  "maximum",
];

/**
 * The measures as CSV (RFC 4180): a row a segment over the series, then one for each frame. Frames count from 1; what
 * is unknown is empty.
 */
export function formatMeasures({ series, frames }: ExportMeasures): string {
  const rowOf = (place: string[], { value, label, pixels, areaMm2, volumeMm3, intensity }: SegmentMeasures) =>
    [
      ...place,
      String(value),
      label,
      String(pixels),
      ...[
        areaMm2,
        volumeMm3,
        intensity?.mean,
        intensity?.standardDeviation,
        intensity?.minimum,
        intensity?.maximum,
      ].map((figure) => (figure === undefined ? "" : String(Number(figure.toPrecision(10))))),
    ]
      .map(quoted)
      .join(",");
  const rows = [
    heads.join(","),
    ...series.map((segment) => rowOf(["series", "", ""], segment)),
    ...frames.flatMap(({ frame, file, segments }) =>
      segments.map((segment) => rowOf(["frame", String(frame + 1), file], segment)),
    ),
  ];
  return `${rows.join("\r\n")}\r\n`;
}

/** A cell that begins like a formula would be one in a spreadsheet: labels come from files. */
function quoted(cell: string): string {
  const isNumber = cell.trim() !== "" && Number.isFinite(Number(cell));
  const safe = !isNumber && /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
