import { basename } from "node:path";
import { dot, sliceAxes, type Vector } from "../core/image/patient-space";
import type { ImageFile } from "../formats/open";
import type { InputFrame, InputSeries } from "./inputs";
import { type FoundImage, splitIntoStacks, titleOfPart } from "./split-series";

/**
 * Puts the files of a DICOM series together, in the order in which one scrolls through them: by position
 * along the slices' normal, then by instance number. Files that name no series are each one of their own.
 * @returns series in the order in which their first file was found
 */
export function groupIntoSeries(images: readonly FoundImage[]): InputSeries[] {
  const groups = new Map<string, FoundImage[]>();
  for (const found of images) {
    const { seriesInstanceUid } = found.image.identity;
    const key = seriesInstanceUid === undefined ? `file ${found.input.file}` : `series ${seriesInstanceUid}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return [...groups.values()].flatMap((group) =>
    splitIntoStacks(group, { areCopiesWanted: true }).map(({ files, part }) => describeSeries(files, part)),
  );
}

function describeSeries(files: readonly FoundImage[], part: string | undefined): InputSeries {
  const { image } = files[0]!;
  const { modality, seriesDescription } = image.identity;
  return {
    title: titleOfPart(seriesDescription ?? basename(image.file), part),
    ...(modality !== undefined && { modality }),
    colour: isColourImage(image),
    frames: framesInReadingOrder(files).map(({ frame }) => frame),
  };
}

/** Whether an image's pixels have a hue. */
export function isColourImage({ header }: ImageFile): boolean {
  return header.samplesPerPixel === 3 || header.photometricInterpretation === "PALETTE COLOR";
}

/** All frames of files that belong together, in the order in which one scrolls through them. */
export function framesInReadingOrder(files: readonly FoundImage[]): PlacedFrame[] {
  // One normal for all: each slice's own would put slices of two directions in no order at all.
  const orientation = files
    .map(({ image }) => image.geometry(0).orientation)
    .find((each) => each !== undefined);
  const normal = orientation && sliceAxes(orientation).normal;
  return files
    .flatMap((found) =>
      Array.from({ length: found.image.frameCount }, (_, frame) => placeOf(found, frame, normal)),
    )
    .sort((a, b) => a.along - b.along || a.instance - b.instance || a.frame.frame - b.frame.frame);
}

interface PlacedFrame {
  frame: InputFrame;
  /** Along the slices' normal, in steps of `placeStepMm`. */
  along: number;
  instance: number;
}

/** Positions that agree to a hundredth of a millimetre are one place: its frames follow by instance number. */
const placeStepMm = 0.01;

function placeOf({ input, image }: FoundImage, frame: number, normal: Vector | undefined): PlacedFrame {
  const geometry = image.geometry(frame);
  const { position, orientation } = geometry;
  const isPlaced = position !== undefined && orientation !== undefined && normal !== undefined;
  const along = isPlaced ? dot(position, normal) : 0;
  const { rows, columns } = image.header;
  return {
    frame: { ...input, frame, frameCount: image.frameCount, rows, columns, geometry },
    along: Math.round(along / placeStepMm),
    instance: image.identity.instanceNumber ?? 0,
  };
}
