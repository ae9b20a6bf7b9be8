import { NIFTI1, NIFTI2, readHeader } from "nifti-reader-js";
import { SlicebenchError } from "../core/errors";

/** From voxel indices (column, row, slice, 1) to millimetres: right, front, head. Three rows of four. */
export type Affine = readonly (readonly [number, number, number, number])[];

/** A NIfTI header, checked (NIfTI-1 and NIfTI-2). */
export interface NiftiHeader {
  columns: number;
  rows: number;
  slices: number;
  /** Volumes one after the other: times, directions, channels. */
  volumes: number;
  voxel: VoxelType;
  isLittleEndian: boolean;
  /** Where the first voxel lies in the file (unpacked). */
  dataOffset: number;
  /** Undefined where the file says none. */
  slope: number | undefined;
  intercept: number;
  /** The range to show, where the file says one. */
  shown: { low: number; high: number } | undefined;
  /** Between rows, between columns, in mm; undefined where the header has no positive ones. */
  spacingMm: [row: number, column: number] | undefined;
  affine: Affine | undefined;
  description: string;
}

/** How a voxel is stored; `samples` 3 and 4 are RGB and RGBA of 8 bits. */
export interface VoxelType {
  name:
    "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "int64" | "uint64" | "float32" | "float64";
  bytes: 1 | 2 | 4 | 8;
  samples: 1 | 3 | 4;
}

const rgba32 = 2304;

const voxelTypes: ReadonlyMap<number, VoxelType> = new Map([
  [NIFTI1.TYPE_UINT8, { name: "uint8", bytes: 1, samples: 1 }],
  [NIFTI1.TYPE_INT8, { name: "int8", bytes: 1, samples: 1 }],
  [NIFTI1.TYPE_UINT16, { name: "uint16", bytes: 2, samples: 1 }],
  [NIFTI1.TYPE_INT16, { name: "int16", bytes: 2, samples: 1 }],
  [NIFTI1.TYPE_UINT32, { name: "uint32", bytes: 4, samples: 1 }],
  [NIFTI1.TYPE_INT32, { name: "int32", bytes: 4, samples: 1 }],
  [NIFTI1.TYPE_INT64, { name: "int64", bytes: 8, samples: 1 }],
  [NIFTI1.TYPE_UINT64, { name: "uint64", bytes: 8, samples: 1 }],
  [NIFTI1.TYPE_FLOAT32, { name: "float32", bytes: 4, samples: 1 }],
  [NIFTI1.TYPE_FLOAT64, { name: "float64", bytes: 8, samples: 1 }],
  [NIFTI1.TYPE_RGB24, { name: "uint8", bytes: 1, samples: 3 }],
  [rgba32, { name: "uint8", bytes: 1, samples: 4 }],
]);

const headerBytes = { one: 348, two: 540 } as const;

/** Unpacked bytes that suffice for any header. */
export const longestHeaderBytes = headerBytes.two;

/** Whether unpacked bytes are NIfTI; "pair" is the header of a pair of files (.hdr and .img). */
export function sniffNifti(bytes: Uint8Array): "single" | "pair" | undefined {
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  for (const magic of [text(344), text(4)]) {
    if (magic === "n+1\0" || magic === "n+2\0") return "single";
    if (magic === "ni1\0" || magic === "ni2\0") return "pair";
  }
  return undefined;
}

/**
 * Reads and checks the header.
 * @param bytes the file's start, unpacked
 * @throws SlicebenchError NIFTI_HEADER_INVALID, NIFTI_TYPE_UNKNOWN
 */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const isSecond = String.fromCharCode(...bytes.subarray(4, 7)) === "n+2";
  const length = isSecond ? headerBytes.two : headerBytes.one;
  if (bytes.length < length) throw invalid(`The file ends within its header of ${length} bytes`);
  // Exactly the header: the package follows the lengths of extensions without checking them.
  const own = bytes.slice(0, length).buffer;
  const header = readHeader(own);
  const [, columns = 0, rows = 0] = header.dims;
  const voxel = voxelTypes.get(header.datatypeCode);
  if (voxel === undefined) {
    throw new SlicebenchError(
      "NIFTI_TYPE_UNKNOWN",
      `The voxels are of NIfTI type ${header.datatypeCode} (${header.getDatatypeCodeString(header.datatypeCode).trim()}), which is no picture.`,
      { hint: "Convert the volume to integers or floats." },
    );
  }
  if (columns < 1 || rows < 1) throw invalid(`The header describes ${rows} rows and ${columns} columns`);
  const dataOffset = header.vox_offset;
  if (!Number.isSafeInteger(dataOffset) || dataOffset < length) {
    throw invalid(`The header says that the voxels begin at byte ${dataOffset}`);
  }
  const { slope, intercept } = readScaling(header);
  return {
    columns,
    rows,
    ...countSlices(header),
    voxel,
    isLittleEndian: header.littleEndian,
    dataOffset,
    slope,
    intercept,
    shown: readShownRange(header),
    spacingMm: readSpacing(header),
    affine: readAffine(header, new DataView(own)),
    description: header.description.replace(/\0.*$/s, "").trim(),
  };
}

/** How many dimensions count, `dims[0]` says; beyond them values are often left at 0. */
function countSlices({ dims }: NIFTI1 | NIFTI2): { slices: number; volumes: number } {
  const rank = dims[0] ?? 0;
  if (rank < 1 || rank > 7) throw invalid(`The header announces ${rank} dimensions`);
  const extents = dims.slice(3, rank + 1);
  if (extents.some((extent) => extent < 1))
    throw invalid(`The header describes a size of ${dims.slice(1).join(" x ")}`);
  const [slices = 1, ...others] = extents;
  return { slices, volumes: others.reduce((product, extent) => product * extent, 1) };
}

/** A slope of 0 stands for "values mean themselves" (nifti1.h, "DATA SCALING"). */
function readScaling({ scl_slope, scl_inter }: NIFTI1 | NIFTI2): {
  slope: number | undefined;
  intercept: number;
} {
  const isScaled = Number.isFinite(scl_slope) && scl_slope !== 0 && Number.isFinite(scl_inter);
  return isScaled ? { slope: scl_slope, intercept: scl_inter } : { slope: undefined, intercept: 0 };
}

function readShownRange({ cal_min: low, cal_max: high }: NIFTI1 | NIFTI2): NiftiHeader["shown"] {
  return Number.isFinite(low) && Number.isFinite(high) && high > low ? { low, high } : undefined;
}

/** Millimetres in the header's unit of length; without one it is taken for millimetres, as everybody does. */
function millimetresPerUnit({ xyzt_units }: NIFTI1 | NIFTI2): number {
  switch (xyzt_units & NIFTI1.SPATIAL_UNITS_MASK) {
    case NIFTI1.UNITS_METER:
      return 1000;
    case NIFTI1.UNITS_MICRON:
      return 0.001;
    default:
      return 1;
  }
}

function readSpacing(header: NIFTI1 | NIFTI2): NiftiHeader["spacingMm"] {
  const unit = millimetresPerUnit(header);
  const [, column = 0, row = 0] = header.pixDims;
  const isKnown = row > 0 && column > 0 && Number.isFinite(row) && Number.isFinite(column);
  return isKnown ? [row * unit, column * unit] : undefined;
}

/**
 * The affine that nibabel takes too: the sform where its code is set, else the qform, else none: then nothing
 * says where the patient's right is (nifti1.h, methods 1 to 3).
 */
function readAffine(header: NIFTI1 | NIFTI2, bytes: DataView): Affine | undefined {
  const { sform_code, qform_code } = header;
  if (sform_code < 1 && qform_code < 1) return undefined;
  const unit = millimetresPerUnit(header);
  const element = sform_code > 0 ? sformElement(header, bytes) : qformElement(header);
  const affine = [0, 1, 2].map(
    (row) => [0, 1, 2, 3].map((column) => element(row, column) * unit) as [number, number, number, number],
  );
  return affine.flat().every(Number.isFinite) ? affine : undefined;
}

type AffineElement = (row: number, column: number) => number;

/** Not the package's `affine`: that is the qform where its code is greater. */
function sformElement(header: NIFTI1 | NIFTI2, bytes: DataView): AffineElement {
  const isSecond = header instanceof NIFTI2;
  const { littleEndian } = header;
  return (row, column) => {
    const index = row * 4 + column;
    return isSecond
      ? bytes.getFloat64(400 + index * 8, littleEndian)
      : bytes.getFloat32(280 + index * 4, littleEndian);
  };
}

/** A rotation by quaternion, the voxels' size and a shift (nifti1.h, method 2); the package has it for NIfTI-1 only. */
function qformElement(header: NIFTI1 | NIFTI2): AffineElement {
  const { quatern_b: b, quatern_c: c, quatern_d: d, pixDims } = header;
  // Rounding can bring the sum over 1.
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
  const shift = [header.qoffset_x, header.qoffset_y, header.qoffset_z];
  const handedness = (pixDims[0] ?? 0) < 0 ? -1 : 1;
  return (row, column) => {
    if (column === 3) return shift[row]!;
    return rotation[row]![column]! * (pixDims[column + 1] ?? NaN) * (column === 2 ? handedness : 1);
  };
}

function invalid(seen: string): SlicebenchError {
  return new SlicebenchError("NIFTI_HEADER_INVALID", `${seen}; this is no NIfTI volume.`, {
    hint: "Copy or export the file again from where it came from.",
  });
}
