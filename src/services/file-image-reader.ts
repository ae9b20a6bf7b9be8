import { basename, dirname } from "node:path";
import { fromWireError, type WireError } from "../core/errors";
import { readablePersonName } from "../core/person-name";
import type { Frame, FrameReference } from "../core/image/frame";
import { describeSliceStack } from "../core/image/slice-stack";
import type { SeriesIdentity } from "../formats/open";
import type { DecodeAnswer } from "./decode-worker";
import { framesInReadingOrder, isColourImage } from "./group-series";
import type { ImageReader, ScannedFrame, ScannedObject, ScannedSeries, ScanResult } from "./image-reader";
import { findImages, type FoundObject } from "./scan-inputs";
import { type FoundImage, splitIntoStacks, type Stack, titleOfPart } from "./split-series";
import { WorkerPool } from "./worker-pool";

/** Finds images in files and folders, and decodes them in worker threads. */
export class FileImageReader implements ImageReader {
  // Between two slices of one who scrolls, the decoders stay: to start a thread takes longer than to decode.
  readonly #pool = new WorkerPool<FrameReference, DecodeAnswer>("decode-worker", {
    maxThreads: 2,
    idleMs: 30_000,
  });

  async scan(
    paths: readonly string[],
    options: { signal: AbortSignal; onProgress: (done: number, total: number | undefined) => void },
  ): Promise<ScanResult> {
    const { images, objects, failures, others } = await findImages(paths, options);
    const problems: WireError[] = [
      ...failures.map(({ error }) => error),
      ...others.map(({ file, what }) => ({
        code: "NOT_AN_IMAGE",
        message: `The file holds no picture: it is a ${what}.`,
        file,
      })),
    ];
    return { series: groupForDisplay(images).map(describe), objects: objects.map(describeObject), problems };
  }

  async decode(reference: FrameReference): Promise<Frame> {
    const answer = await this.#pool.run(reference);
    if ("frame" in answer) return answer.frame;
    throw fromWireError(answer.error);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

function describeObject({ input, kind, identity }: FoundObject): ScannedObject {
  const { sopInstanceUid } = identity;
  return {
    file: input.file,
    kind,
    studyKey: studyKeyOf(identity, input.file),
    ...(sopInstanceUid !== undefined && { sopInstanceUid }),
  };
}

const studyKeyOf = ({ studyInstanceUid }: SeriesIdentity, file: string) => studyInstanceUid ?? dirname(file);

/**
 * Files that one scrolls through together: those of a DICOM series; a volume alone; and the pictures of one
 * folder that have the same size, so that a folder of a thousand photographs is one row and not a thousand.
 */
function groupForDisplay(images: readonly FoundImage[]): (Stack & { key: string })[] {
  const groups = new Map<string, FoundImage[]>();
  for (const found of images) {
    const key = groupKeyOf(found);
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  return Array.from(groups).flatMap(([group, files]) =>
    splitIntoStacks(files).map((stack) => ({ ...stack, key: seriesKeyOf(group, stack) })),
  );
}

/** Layers are kept under it: a series that is one stack has the key that it always had. */
function seriesKeyOf(group: string, { files, part }: Stack): string {
  const { rows, columns } = files[0]!.image.header;
  const size = `${rows} x ${columns}`;
  if (!group.startsWith("series ")) return group;
  return part === undefined || part === size ? `${group} ${size}` : `${group} ${size}, ${part}`;
}

function groupKeyOf({ image }: FoundImage): string {
  const { identity, header, file, frameCount } = image;
  if (identity.seriesInstanceUid !== undefined) return `series ${identity.seriesInstanceUid}`;
  if (frameCount > 1 || image.format === "dicom" || image.format === "nifti") return `file ${file}`;
  return `folder ${dirname(file)} ${header.rows} x ${header.columns} x ${header.samplesPerPixel}`;
}

function describe({ files, part, key, warnings }: Stack & { key: string }): ScannedSeries {
  const first = files[0]!.image;
  const { identity } = first;
  const identities = new Map(files.map(({ image }) => [image.file, image.identity]));
  const frames = framesInReadingOrder(files).map(({ frame }): ScannedFrame => {
    const { instanceNumber, sopInstanceUid } = identities.get(frame.file) ?? {};
    const { file, rows, columns, geometry } = frame;
    return {
      file,
      frame: frame.frame,
      rows,
      columns,
      geometry,
      ...(instanceNumber !== undefined && { instanceNumber }),
      ...(sopInstanceUid !== undefined && { sopInstanceUid }),
    };
  });
  const stack = describeSliceStack(frames.map(({ geometry }) => geometry));
  const { studyDate, studyDescription, modality, patientId, frameOfReferenceUid } = identity;
  // A name of nothing but separators is none.
  const patientName = readablePersonName(identity.patientName ?? "") || undefined;
  return {
    studyKey: studyKeyOf(identity, first.file),
    seriesKey: key,
    title: titleOfPart(
      identity.seriesDescription ?? basename(files.length > 1 ? dirname(first.file) : first.file),
      part,
    ),
    studyTitle: patientName ?? patientId ?? basename(dirname(first.file)),
    ...(studyDate !== undefined && { studyDate }),
    ...(studyDescription !== undefined && { studyDescription }),
    ...(modality !== undefined && { modality }),
    ...(patientName !== undefined && { patientName }),
    ...(patientId !== undefined && { patientId }),
    ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
    bitsStored: first.header.bitsStored,
    colour: isColourImage(first),
    windows: first.meaning(0).windows,
    ...(stack.spacingMm !== undefined && { sliceSpacingMm: stack.spacingMm }),
    warnings: [...new Set([...files.flatMap(({ image }) => image.warnings), ...warnings, ...stack.warnings])],
    frames,
  };
}
