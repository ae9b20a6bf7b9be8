import { basename } from "node:path";
import { SlicebenchError } from "../core/errors";
import { type ExportFormat, isMeasurementFormat, measurementFormats } from "../core/export-formats";
import type { Frame, FrameReference } from "../core/image/frame";
import { renderSegments } from "../core/image/render-segments";
import type { LabelMap } from "../core/mask/label-map";
import { type CocoDataSet, describeCoco, readCocoLabelMaps } from "../formats/coco";
import { openDicom } from "../formats/dicom/open-dicom";
import { type Maker, newUid } from "../formats/dicom-objects/derived-object";
import { readSegmentation } from "../formats/dicom-objects/read-segmentation";
import { readStructureSet } from "../formats/dicom-objects/read-structure-set";
import type { TargetFrame } from "../formats/dicom-objects/target-frames";
import { encodeSecondaryCapture } from "../formats/dicom-objects/write-secondary-capture";
import {
  encodeBinarySegmentation,
  encodeFractionalSegmentation,
  encodeLabelMapSegmentation,
  type Segmentation,
  segmentNumbers,
} from "../formats/dicom-objects/write-segmentation";
import { encodeStructureSet } from "../formats/dicom-objects/write-structure-set";
import { readLabelVolume } from "../formats/nifti-label-reader";
import { encodeLabelVolume } from "../formats/nifti-label-volume";
import { readSourceFrames, readTargetFrames } from "./derived-sources";
import { requireBytes, requireFractions, requireSame } from "./export-checks";
import { type ExportMeasures, formatMeasures, measureExport } from "./export-measures";
import { makeReport } from "./export-report";
import { type ExportSource, wholeLabelMaps } from "./export-source";
import { programVersion } from "./installation";
import { decodeLabelMap, encodeLabelMap } from "./label-map-files";
import { measurementTable } from "./measurements";
import { frameFileName, withoutExtension } from "./output-names";
import { screenSamples } from "./thumbnails";
import { mismatch, type VerifiedFile } from "./verified-file";

interface ExportFilesParts {
  source: ExportSource;
  /** Names of files begin with it. */
  stem: string;
  decode: (reference: FrameReference) => Promise<Frame>;
  /** The frame of the series that a picture is made of; that with most of a segment where it is absent. */
  frame?: number | undefined;
}

/** Makes the files of an export, each with its own check. What several formats need is made once. */
export class ExportFiles {
  readonly #maker: Maker = { softwareVersion: programVersion, now: new Date() };
  readonly #labelMaps: LabelMap[];
  #segmentation: Promise<Segmentation> | undefined;
  #targets: Promise<TargetFrame[]> | undefined;
  #measures: Promise<ExportMeasures> | undefined;
  #binary: Promise<Uint8Array> | undefined;

  constructor(private readonly parts: ExportFilesParts) {
    this.#labelMaps = wholeLabelMaps(parts.source);
  }

  /**
   * Throws EXPORT_NEEDS_DICOM, EXPORT_NO_GEOMETRY, EXPORT_NO_PROBABILITIES, EXPORT_NO_SEGMENTS, EXPORT_NOT_MEASURED,
   * VOLUME_UNEVEN and what readers throw.
   */
  async make(format: ExportFormat): Promise<VerifiedFile[]> {
    const { stem } = this.parts;
    if (!this.#hasSegments && !isMeasurementFormat(format)) {
      throw new SlicebenchError("EXPORT_NO_SEGMENTS", "There are no segments that this format could hold.", {
        hint: `Measurements alone are written as ${measurementFormats.join(" or ")}.`,
      });
    }
    switch (format) {
      case "seg":
        return [
          this.#dicomSegmentation(`${stem}.seg.dcm`, await this.#encodeBinary(), await this.#numbered()),
        ];
      case "seg-labelmap": {
        const bytes = encodeLabelMapSegmentation(await this.#describe(), this.#maker);
        return [this.#dicomSegmentation(`${stem}.labelmap.dcm`, bytes, this.#labelMaps)];
      }
      case "seg-fractional":
        return [await this.#fractional()];
      case "rtstruct":
        return [await this.#structureSet()];
      case "sr":
        return [await this.#report()];
      case "sc":
        return [await this.#capture()];
      case "nifti":
        return [this.#volume()];
      case "png":
        return this.#pictures();
      case "coco":
        return [this.#coco()];
      case "csv":
        return [...(this.#hasSegments ? [await this.#table()] : []), ...this.#drawnTable()];
    }
  }

  get #hasSegments(): boolean {
    return this.parts.source.labelMaps.size > 0;
  }

  #describe(): Promise<Segmentation> {
    this.#segmentation ??= this.#readDescription();
    return this.#segmentation;
  }

  async #readDescription(): Promise<Segmentation> {
    const { source } = this.parts;
    const indices = [...source.labelMaps.keys()];
    const sources = await readSourceFrames(indices.map((index) => source.frames[index]!));
    return {
      name: source.name,
      segments: source.segments.map((segment) => ({ ...segment, trackingUid: newUid() })),
      algorithm: source.algorithm,
      frames: indices.map((index, at) => ({ source: sources[at]!, labelMap: source.labelMaps.get(index)! })),
      sliceSpacingMm: source.sliceSpacingMm,
    };
  }

  #readTargets(): Promise<TargetFrame[]> {
    this.#targets ??= readTargetFrames(this.parts.source.frames);
    return this.#targets;
  }

  #measure(): Promise<ExportMeasures> {
    this.#measures ??= measureExport(this.parts.source, this.parts.decode);
    return this.#measures;
  }

  #encodeBinary(): Promise<Uint8Array> {
    this.#binary ??= this.#describe().then((segmentation) =>
      encodeBinarySegmentation(segmentation, this.#maker),
    );
    return this.#binary;
  }

  /** The label maps with the numbers that segments have where they are counted from 1. */
  async #numbered(): Promise<LabelMap[]> {
    const numbers = segmentNumbers(await this.#describe());
    return this.#labelMaps.map((labelMap) => ({
      ...labelMap,
      values: labelMap.values.map((value) => numbers.get(value) ?? 0),
    }));
  }

  #dicomSegmentation(name: string, bytes: Uint8Array, expected: readonly LabelMap[]): VerifiedFile {
    return {
      name,
      bytes,
      verify: async (written) => {
        const { labelMaps } = await readSegmentation(written, await this.#readTargets());
        requireSame(
          expected,
          labelMaps.map(({ labelMap }) => labelMap),
        );
      },
    };
  }

  async #fractional(): Promise<VerifiedFile> {
    const { source, stem } = this.parts;
    const { probabilities } = source;
    if (probabilities === undefined) {
      throw new SlicebenchError(
        "EXPORT_NO_PROBABILITIES",
        "This layer keeps label maps and no probabilities.",
        {
          hint: "Write them with `slicebench segment --probabilities`, and export that folder.",
        },
      );
    }
    const planes = [...source.labelMaps.keys()].map((index) => probabilities.get(index) ?? []);
    const bytes = encodeFractionalSegmentation(await this.#describe(), planes, this.#maker);
    return {
      name: `${stem}.fractional.dcm`,
      bytes,
      verify: (written) => requireFractions(written, planes, source.segments),
    };
  }

  async #structureSet(): Promise<VerifiedFile> {
    const bytes = encodeStructureSet(await this.#describe(), this.#maker);
    return {
      name: `${this.parts.stem}.rtstruct.dcm`,
      bytes,
      verify: async (written) => {
        const { labelMaps } = readStructureSet(written, await this.#readTargets());
        requireSame(
          this.#labelMaps,
          labelMaps.map(({ labelMap }) => labelMap),
        );
      },
    };
  }

  async #report(): Promise<VerifiedFile> {
    const { source, stem } = this.parts;
    const segments = this.#hasSegments
      ? {
          segmentation: await this.#describe(),
          measures: (await this.#measure()).series,
          binary: await this.#encodeBinary(),
        }
      : undefined;
    return makeReport(`${stem}.sr.dcm`, { source, segments, maker: this.#maker });
  }

  async #capture(): Promise<VerifiedFile> {
    const { source, decode, stem } = this.parts;
    const index = this.parts.frame ?? fullestFrame(source);
    const frame = source.frames[index];
    if (frame === undefined) {
      throw new SlicebenchError(
        "FRAME_NOT_FOUND",
        `Frame ${index + 1} was asked for; the series has ${source.frames.length}.`,
      );
    }
    const [reference] = await readSourceFrames([frame]);
    const { samples } = screenSamples(await decode({ file: frame.file, frame: frame.frame }));
    const pixels = renderSegments(samples, this.#labelMaps[index]!, source.segments);
    const { rows, columns } = frame;
    const description = `${source.name}, slice ${index + 1}`;
    return {
      name: `${stem}.capture.dcm`,
      bytes: encodeSecondaryCapture(reference!, { rows, columns, pixels, description }, this.#maker),
      verify: async (written) => {
        const image = openDicom(written);
        const read = image.kind === "image" ? (await image.readFrame(0)).pixels : [];
        if (read.length !== pixels.length || !pixels.every((value, at) => value === read[at]))
          throw mismatch("its picture is another");
      },
    };
  }

  #volume(): VerifiedFile {
    const { source, stem } = this.parts;
    const bytes = encodeLabelVolume(
      this.#labelMaps.map((labelMap, index) => ({ ...labelMap, geometry: source.frames[index]!.geometry })),
    );
    return {
      name: `${stem}.nii.gz`,
      bytes,
      verify: async (written) => {
        const { labelMaps } = await readLabelVolume(written, await this.#readTargets());
        requireSame(
          this.#labelMaps,
          labelMaps.map(({ labelMap }) => labelMap),
        );
      },
    };
  }

  #pictures(): VerifiedFile[] {
    const { source, stem } = this.parts;
    const counts = new Map<string, number>();
    for (const { file } of source.frames) counts.set(file, (counts.get(file) ?? 0) + 1);
    return [...source.labelMaps].map(([index, labelMap]) => {
      const { file, frame } = source.frames[index]!;
      const name = frameFileName(withoutExtension(basename(file)), frame, counts.get(file)!, "png");
      return {
        name: `${stem}-png/${name}`,
        bytes: encodeLabelMap(labelMap, source.segments),
        verify: (written) => {
          requireSame([labelMap], [decodeLabelMap(written.bytes, written.file)]);
          return Promise.resolve();
        },
      };
    });
  }

  #coco(): VerifiedFile {
    const { source, stem } = this.parts;
    const images = [...source.labelMaps].map(([index, labelMap]) => {
      const { file, frame } = source.frames[index]!;
      const isAlone = source.frames.filter((each) => each.file === file).length === 1;
      return { fileName: isAlone ? basename(file) : `${basename(file)}#${frame}`, labelMap };
    });
    const dataSet = describeCoco(images, source.segments, { description: source.name, version: "1.0" });
    return {
      name: `${stem}.coco.json`,
      bytes: new TextEncoder().encode(JSON.stringify(dataSet)),
      verify: ({ bytes }) => {
        const read = JSON.parse(new TextDecoder().decode(bytes)) as CocoDataSet;
        requireSame(
          images.map(({ labelMap }) => labelMap),
          readCocoLabelMaps(read),
        );
        return Promise.resolve();
      },
    };
  }

  async #table(): Promise<VerifiedFile> {
    return textFile(`${this.parts.stem}.csv`, formatMeasures(await this.#measure()));
  }

  /** What was drawn beside the segments, if anything was. */
  #drawnTable(): VerifiedFile[] {
    const { source, stem } = this.parts;
    return source.drawn === undefined
      ? []
      : [
          textFile(
            this.#hasSegments ? `${stem}.measurements.csv` : `${stem}.csv`,
            measurementTable(source.drawn),
          ),
        ];
  }
}

function textFile(name: string, text: string): VerifiedFile {
  const bytes = new TextEncoder().encode(text);
  return { name, bytes, verify: (written) => requireBytes(written, bytes) };
}

/** The frame with most pixels of segments. */
function fullestFrame({ labelMaps }: ExportSource): number {
  let fullest = 0;
  let most = -1;
  for (const [index, { values }] of labelMaps) {
    const pixels = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
    if (pixels <= most) continue;
    most = pixels;
    fullest = index;
  }
  return fullest;
}
