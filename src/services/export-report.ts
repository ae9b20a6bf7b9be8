import { SlicebenchError } from "../core/errors";
import { parseDicom } from "../formats/dicom/data-set";
import { readIdentity } from "../formats/dicom/identity";
import type { Maker } from "../formats/dicom-objects/derived-object";
import { drawnGroup, type DrawnMeasurement, segmentGroups } from "../formats/dicom-objects/measurement-group";
import { readMeasurementReport } from "../formats/dicom-objects/read-measurement-report";
import { encodeMeasurementReport } from "../formats/dicom-objects/write-measurement-report";
import type { Segmentation } from "../formats/dicom-objects/write-segmentation";
import { readSourceFrames } from "./derived-sources";
import { requireGroups } from "./export-checks";
import type { SegmentMeasures } from "./export-measures";
import type { ExportSource } from "./export-source";
import type { VerifiedFile } from "./verified-file";

/** Segments with what they measure over the series, and the DICOM segmentation that holds them. */
interface ReportedSegments {
  segmentation: Segmentation;
  measures: readonly SegmentMeasures[];
  binary: Uint8Array;
}

/**
 * A report of what segments measure, where there are some, and of what was drawn on the series.
 * Throws EXPORT_NOT_MEASURED where that is nothing, EXPORT_NEEDS_DICOM.
 */
export async function makeReport(
  name: string,
  {
    source,
    segments,
    maker,
  }: { source: ExportSource; segments?: ReportedSegments | undefined; maker: Maker },
): Promise<VerifiedFile> {
  const drawn = await readDrawn(source);
  if (segments === undefined && drawn.length === 0)
    throw new SlicebenchError("EXPORT_NOT_MEASURED", "Nothing was measured on this series.");
  const { sopInstanceUid = "", seriesInstanceUid = "" } =
    segments === undefined ? {} : readIdentity(parseDicom(segments.binary).dataSet);
  const groups = [
    ...(segments === undefined
      ? []
      : segmentGroups(segments.segmentation, figuresOf(segments), sopInstanceUid)),
    ...drawn.map(drawnGroup),
  ];
  const bytes = encodeMeasurementReport(
    {
      description: segments === undefined ? source.name : `Measurements: ${source.name}`,
      groups,
      sources: [
        ...(segments?.segmentation.frames ?? []).map((frame) => frame.source),
        ...drawn.map((measurement) => measurement.source),
      ],
      segmentation: segments && { sopInstanceUid, seriesInstanceUid },
    },
    maker,
  );
  return {
    name,
    bytes,
    verify: (written) => {
      requireGroups(groups, readMeasurementReport(written));
      return Promise.resolve();
    },
  };
}

/** What was drawn, with the images that it lies on: they need not have a label map. */
async function readDrawn({ frames, drawn }: ExportSource): Promise<DrawnMeasurement[]> {
  const measurements = drawn?.measurements ?? [];
  const sources = await readSourceFrames(measurements.map(({ frame }) => frames[frame]!));
  return measurements.map((measurement, at) => ({ ...measurement, source: sources[at]! }));
}

const figuresOf = ({ measures }: ReportedSegments) =>
  measures.map(({ value, volumeMm3, intensity }) => ({ value, volumeMm3, meanIntensity: intensity?.mean }));
