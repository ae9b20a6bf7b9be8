import { z } from "zod";
import type { Window } from "../../core/image/frame";

export interface StudySummary {
  id: string;
  /** Patient's name or id in DICOM, else the folder's name. */
  title: string;
  studyDate?: string;
  description?: string;
  series: SeriesSummary[];
}

export interface SeriesSummary {
  id: string;
  studyId: string;
  title: string;
  modality?: string;
  frameCount: number;
  rows: number;
  columns: number;
  bitsStored: number;
  colour: boolean;
  layerCount: number;
  hasReference: boolean;
}

export interface FrameSummary {
  /** From 0, in the series' sorted order. */
  index: number;
  /** The file's own name, without its folder. */
  fileName: string;
  instanceNumber?: number;
  rows: number;
  columns: number;
  spacingMm?: [row: number, column: number];
  pixelAspect?: [row: number, column: number];
  position?: [number, number, number];
  orientation?: [number, number, number, number, number, number];
}

export interface SeriesDetail extends SeriesSummary {
  patientName?: string;
  patientId?: string;
  studyDate?: string;
  frames: FrameSummary[];
  windows: Window[];
  /** Series that share it lie in one coordinate system, so their slices can be linked by position (PS3.3 C.7.4.1). */
  frameOfReferenceUid?: string;
  /** Present where the frames are parallel, aligned and evenly spaced: the series can be reformatted. */
  sliceSpacingMm?: number;
  warnings: string[];
}

/** Opens files and folders by path (desktop, command line). Answers 202 with a JobView. */
export const openStudiesSchema = z.object({ paths: z.array(z.string().min(1)).min(1).max(10_000) });

/** A study that ships with the program. Open it by its `path`; its picture is `GET /api/samples/:id/thumbnail`. */
export interface SampleView {
  id: string;
  title: string;
  /** "18 slices, MR, reference". */
  detail: string;
  path: string;
}
