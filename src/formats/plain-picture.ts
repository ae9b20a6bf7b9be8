import type { Frame, PixelArray, PixelMeaning } from "../core/image/frame";
import type { FileFormat, ImageFile } from "./opened-file";

/** A picture of a format that knows no patient and no millimetres. */
export interface PlainPicture {
  file: string;
  format: FileFormat;
  rows: number;
  columns: number;
  samplesPerPixel: 1 | 3;
  bitsAllocated: number;
  bitsStored: number;
  signed?: boolean;
  lossy?: boolean;
  photometricInterpretation?: PixelMeaning["photometricInterpretation"];
  palette?: PixelMeaning["palette"];
  frameCount?: number;
  spacingMm?: [row: number, column: number];
  warnings: string[];
  heldBytes: number;
  decode(frame: number): PixelArray | Promise<PixelArray>;
}

/** The picture as an opened file: values mean themselves, and nothing says where it lies. */
export function openPlainPicture(picture: PlainPicture): ImageFile {
  const { rows, columns, samplesPerPixel, bitsStored, palette, spacingMm } = picture;
  const photometricInterpretation =
    picture.photometricInterpretation ?? (samplesPerPixel === 3 ? "RGB" : "MONOCHROME2");
  const meaning: PixelMeaning = {
    photometricInterpretation,
    bitsStored,
    rescaleSlope: 1,
    rescaleIntercept: 0,
    windows: [],
    voiFunction: "LINEAR",
    ...(palette && { palette }),
  };
  const geometry = spacingMm === undefined ? {} : { spacingMm };
  return {
    kind: "image",
    format: picture.format,
    file: picture.file,
    identity: {},
    header: {
      rows,
      columns,
      samplesPerPixel,
      photometricInterpretation,
      bitsAllocated: picture.bitsAllocated,
      bitsStored,
      signed: picture.signed ?? false,
      lossy: picture.lossy ?? false,
      ...(spacingMm && { pixelSpacing: spacingMm }),
    },
    frameCount: picture.frameCount ?? 1,
    warnings: picture.warnings,
    heldBytes: picture.heldBytes,
    geometry: () => geometry,
    meaning: () => meaning,
    readFrame: async (frame): Promise<Frame> => ({
      rows,
      columns,
      samplesPerPixel,
      pixels: await picture.decode(frame),
      meaning,
      geometry,
    }),
  };
}
