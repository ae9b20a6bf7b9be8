import { z } from "zod";
import { measurementFormats } from "../../core/export-formats";
import { measurementKinds } from "../../core/measure/measurement";
import type { TabledMeasurement } from "../../core/measure/table";
import type { ValueHistogram } from "../../core/measure/value-histogram";
import type { IntensityStatistics } from "../../core/metrics/segment-statistics";
import { id } from "./fields";
import { exportLayerSchema } from "./layers";

/** The image's values within one segment, over the layer. `GET /api/layers/:id/segments/:value/values`. */
export interface SegmentValues {
  pixels: number;
  /** "HU", where the file says one. */
  unit?: string;
  /** These two are absent of colour, and of a segment without a pixel. */
  intensity?: IntensityStatistics;
  histogram?: ValueHistogram;
}

/** A length, an angle or a region with what it measures. */
export type MeasurementView = TabledMeasurement;

/** Far enough outside of any image, and no place that JSON cannot say. */
const coordinate = z.number().min(-100_000).max(1_000_000);
const pointsSchema = z
  .array(z.object({ row: coordinate, column: coordinate }))
  .min(2)
  .max(1_000);

/** `POST /api/measurements`. The same `id` sent twice is one measurement. */
export const addMeasurementSchema = z.object({
  id: z.uuid(),
  seriesId: id,
  frame: z.int().min(0).max(1_000_000),
  kind: z.enum(measurementKinds),
  points: pointsSchema,
});

/**
 * `POST /api/measurements/exports`: writes what was drawn on a series without any segment. Folder and answer are those of
 * a layer's export.
 */
export const exportMeasurementsSchema = exportLayerSchema
  .pick({ folder: true })
  .extend({ seriesId: id, formats: z.array(z.enum(measurementFormats)).min(1) });

/** `PATCH /api/measurements/:id`. */
export const changeMeasurementSchema = z.object({
  name: z.string().trim().min(1).max(64).optional(),
  points: pointsSchema.optional(),
});
