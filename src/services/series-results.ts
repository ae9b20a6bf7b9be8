import { SlicebenchError } from "../core/errors";
import { describeSliceStack } from "../core/image/slice-stack";
import type { LabelMap } from "../core/mask/label-map";
import { ExportFiles } from "./export-files";
import type { ExportSource } from "./export-source";
import { FileImageReader } from "./file-image-reader";
import type { InputSeries } from "./inputs";
import type { StoredModel } from "./models";
import type { SegmentationVolume } from "./segmentation-record";
import type { VerifiedFile } from "./verified-file";

/** Formats that hold the label maps of a whole series in one file, with the ending of its name. */
export const seriesEndings = { nifti: ".nii.gz", seg: ".seg.dcm", coco: ".coco.json" } as const;
export type SeriesFormat = keyof typeof seriesEndings;

/** One file of a series that is to be written, or that an earlier run wrote. */
export interface SeriesResult {
  format: SeriesFormat;
  /** Relative to the folder of results. */
  output: string;
  /** The file is in the folder already. */
  isDone: boolean;
}

/** Gathers the label maps of a series until all are there, to write them as files that hold the series. */
export class SeriesCollector {
  readonly #labelMaps = new Map<number, LabelMap>();

  constructor(
    private readonly series: InputSeries,
    readonly frames: SegmentationVolume["frames"],
    readonly results: readonly SeriesResult[],
    private readonly model: StoredModel,
  ) {}

  /** Whether label maps are still wanted. */
  get isOpen(): boolean {
    return this.results.some(({ isDone }) => !isDone);
  }

  add(index: number, labelMap: LabelMap): void {
    this.#labelMaps.set(index, labelMap);
  }

  /**
   * The file of a result, with its check.
   * Throws VOLUME_INCOMPLETE where a frame failed: an empty slice would look like "nothing found"; and what
   * `ExportFiles.make` throws.
   */
  async make({ format, output }: SeriesResult): Promise<VerifiedFile> {
    const missing = this.frames.length - this.#labelMaps.size;
    if (missing > 0) {
      throw new SlicebenchError(
        "VOLUME_INCOMPLETE",
        `The file was not written, because ${missing} of its ${this.frames.length} frames failed.`,
        { file: output, hint: "Put the failed files right and run again with --resume." },
      );
    }
    const reader = new FileImageReader();
    const files = new ExportFiles({
      source: this.#source(),
      stem: output,
      decode: (reference) => reader.decode(reference),
    });
    const [file] = await files.make(format);
    return file!;
  }

  #source(): ExportSource {
    const { card } = this.model;
    const { frames } = this.series;
    return {
      name: card.name,
      segments: card.output.segments,
      algorithm: { type: "AUTOMATIC", name: card.name, version: card.version },
      frames,
      sliceSpacingMm: describeSliceStack(frames.map(({ geometry }) => geometry)).spacingMm,
      labelMaps: new Map([...this.#labelMaps].sort(([a], [b]) => a - b)),
    };
  }
}
