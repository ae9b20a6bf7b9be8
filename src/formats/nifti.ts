import { SlicebenchError } from "../core/errors";
import type { FrameGeometry, PixelArray, PixelMeaning } from "../core/image/frame";
import { isGzip, unpackGzip, unpackStart } from "./gzip";
import { checkFrameSize, checkVolumeSize, megabytes } from "./limits";
import {
  type Affine,
  longestHeaderBytes,
  type NiftiHeader,
  readNiftiHeader,
  sniffNifti,
  type VoxelType,
} from "./nifti-header";
import type { FileContent, ImageFile } from "./opened-file";

/** Whether a file that starts with these bytes is NIfTI, packed or not. */
export function looksLikeNifti(bytes: Uint8Array): boolean {
  return sniffNifti(isGzip(bytes) ? unpackStart(bytes) : bytes) !== undefined;
}

/**
 * Opens a NIfTI volume, packed or not. Each slice of each volume is a frame: rows are the second index of the
 * file, columns its first, as they are stored; where they lie in the patient the affine says.
 * @throws SlicebenchError NIFTI_HEADER_INVALID, NIFTI_TYPE_UNKNOWN, NIFTI_PAIR, NIFTI_TRUNCATED, GZIP_DAMAGED,
 *   FILE_TOO_LARGE, FRAME_TOO_LARGE
 */
export function openNifti({ file, bytes, size }: FileContent): ImageFile {
  const isPacked = isGzip(bytes);
  const start = (isPacked ? unpackStart(bytes) : bytes).subarray(0, longestHeaderBytes);
  if (sniffNifti(start) === "pair") {
    throw new SlicebenchError(
      "NIFTI_PAIR",
      "This is the header of a pair of files; the voxels are in another.",
      {
        hint: "Convert the pair to one .nii file.",
      },
    );
  }
  const header = readNiftiHeader(start);
  const frameBytes = header.rows * header.columns * header.voxel.bytes * header.voxel.samples;
  const announced = header.dataOffset + frameBytes * header.slices * header.volumes;
  checkFrameSize(frameBytes, size);
  if (isPacked) checkVolumeSize(announced, size);
  // A few bytes may follow the voxels.
  const content = isPacked ? unpackGzip(bytes, announced + 65_536) : bytes;
  if (content.length < announced) {
    throw new SlicebenchError(
      "NIFTI_TRUNCATED",
      `The header announces ${megabytes(announced)}, ${megabytes(content.length)} are there.`,
      { hint: "Copy the file again from where it came from." },
    );
  }
  return describeVolume(file, { header, frameBytes, content });
}

interface Volume {
  header: NiftiHeader;
  frameBytes: number;
  /** The whole file, unpacked. */
  content: Uint8Array;
}

function describeVolume(file: string, { header, frameBytes, content }: Volume): ImageFile {
  const { rows, columns, slices, volumes, voxel, spacingMm } = header;
  const samplesPerPixel = voxel.samples === 1 ? 1 : 3;
  const meaning = describeMeaning(header);
  const place = placeSlices(header);
  const geometry = (frame: number): FrameGeometry => place.of(frame % slices);
  return {
    kind: "image",
    format: "nifti",
    file,
    identity: header.description === "" ? {} : { seriesDescription: header.description },
    header: {
      rows,
      columns,
      samplesPerPixel,
      photometricInterpretation: meaning.photometricInterpretation,
      bitsAllocated: voxel.bytes * 8,
      bitsStored: voxel.bytes * 8,
      signed: voxel.name.startsWith("int"),
      lossy: false,
      ...(spacingMm && { pixelSpacing: spacingMm }),
      ...(header.slope !== undefined && { rescaleSlope: header.slope, rescaleIntercept: header.intercept }),
      ...(meaning.windows[0] && {
        windowCenter: meaning.windows[0].center,
        windowWidth: meaning.windows[0].width,
      }),
    },
    frameCount: slices * volumes,
    warnings: voxel.samples === 4 ? [...place.warnings, "The transparency is not used."] : place.warnings,
    heldBytes: content.length,
    geometry,
    meaning: () => meaning,
    readFrame: (frame) => {
      const begin = header.dataOffset + frame * frameBytes;
      const own = content.slice(begin, begin + frameBytes);
      const pixels = readVoxels(own, voxel, header.isLittleEndian);
      return Promise.resolve({ rows, columns, samplesPerPixel, pixels, meaning, geometry: geometry(frame) });
    },
  };
}

function describeMeaning({ voxel, slope, intercept, shown }: NiftiHeader): PixelMeaning {
  const isGrey = voxel.samples === 1;
  return {
    photometricInterpretation: isGrey ? "MONOCHROME2" : "RGB",
    bitsStored: voxel.bytes * 8,
    rescaleSlope: isGrey ? (slope ?? 1) : 1,
    rescaleIntercept: isGrey ? intercept : 0,
    windows: isGrey && shown ? [{ center: (shown.low + shown.high) / 2, width: shown.high - shown.low }] : [],
    voiFunction: "LINEAR_EXACT",
  };
}

interface SlicePlaces {
  of(slice: number): FrameGeometry;
  warnings: string[];
}

/** Where slices lie: NIfTI's axes point right, to the front and to the head, DICOM's left, to the back and to the head. */
function placeSlices({ affine, spacingMm, slices }: NiftiHeader): SlicePlaces {
  const spacing = spacingMm && { spacingMm };
  const unplaced = (...warnings: string[]): SlicePlaces => ({ of: () => ({ ...spacing }), warnings });
  if (affine === undefined) {
    return unplaced("The file does not say how the volume lies in the patient.");
  }
  const [across, down, along] = [0, 1, 2].map((column) => patientVector(affine, column));
  const origin = patientVector(affine, 3);
  const [column, row] = [Math.hypot(...across!), Math.hypot(...down!)];
  const cosine = across!.reduce((sum, value, axis) => sum + value * down![axis]!, 0) / (row * column);
  if (!(row > 0 && column > 0) || Math.abs(cosine) > 0.001) {
    return unplaced(
      "The volume is sheared: rows and columns are not at right angles, so its place is not used.",
    );
  }
  const unit = (vector: Vector, length: number) => vector.map((value) => value / length) as unknown as Vector;
  const thickness = Math.hypot(...along!);
  return {
    warnings: [],
    of: (slice) => ({
      spacingMm: [row, column],
      orientation: [...unit(across!, column), ...unit(down!, row)],
      position: origin.map((value, axis) => value + along![axis]! * slice) as unknown as Vector,
      ...(slices > 1 && thickness > 0 && { sliceThicknessMm: thickness }),
    }),
  };
}

type Vector = [x: number, y: number, z: number];

/** A column of the affine in DICOM's axes; never minus zero, which would be printed. */
function patientVector(affine: Affine, column: number): Vector {
  const [x, y, z] = affine.map((row) => row[column]!);
  return [0 - x!, 0 - y!, z!];
}

function readVoxels(
  own: Uint8Array,
  { name, bytes, samples }: VoxelType,
  isLittleEndian: boolean,
): PixelArray {
  if (!isLittleEndian && bytes !== 1) swapBytes(own, bytes);
  const { buffer } = own;
  switch (name) {
    case "uint8":
      return samples === 4 ? withoutTransparency(own) : own;
    case "int8":
      return new Int8Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    // Exact up to 2^53; larger ones do not occur in pictures.
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "uint64":
      return Float64Array.from(new BigUint64Array(buffer), Number);
  }
}

function swapBytes(own: Uint8Array, width: 2 | 4 | 8): void {
  const words = Buffer.from(own.buffer);
  if (width === 2) words.swap16();
  else if (width === 4) words.swap32();
  else words.swap64();
}

function withoutTransparency(rgba: Uint8Array): Uint8Array {
  return rgba.filter((_, index) => index % 4 !== 3);
}
