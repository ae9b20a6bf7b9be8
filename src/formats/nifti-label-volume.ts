import { gzipSync } from "fflate";
import { NIFTI1 } from "nifti-reader-js";
import { SlicebenchError } from "../core/errors";
import type { FrameGeometry } from "../core/image/frame";
import { dot, sliceAxes, type Vector } from "../core/image/patient-space";

/** A label map with its place, in the series' order. */
export interface PlacedLabelMap {
  rows: number;
  columns: number;
  /** Length rows x columns. */
  values: Uint8Array;
  geometry: FrameGeometry;
}

/** How frames stack up: which of them lies at each slice and time, and how far slices are apart. */
interface Stack {
  /** Frame indices by slice, then by time: all slices have as many times. */
  slices: number[][];
  /** From one slice to the next, in the patient's coordinates; undefined for frames that do not say where they lie. */
  step: Vector | undefined;
}

/** Positions closer than this are the same slice of another time. */
const samePositionMm = 0.01;
/** Distances between slices may differ by this share of their mean: files round positions. */
const unevenness = 0.02;

/**
 * Encodes label maps of a whole series as one NIfTI-1 volume (.nii.gz), columns x rows x slices, with the
 * time as fourth dimension where a slice was taken more than once. The affine is that of the frames, from
 * DICOM's coordinates (to the left, to the back, to the head) to NIfTI's (right, front, head).
 * The same label maps give the same bytes.
 * Throws VOLUME_UNEVEN where the frames do not fill one grid: differing sizes or orientations, gaps, missing times.
 */
export function encodeLabelVolume(frames: readonly PlacedLabelMap[]): Uint8Array {
  const first = frames[0];
  if (first === undefined) throw uneven("There are no label maps.");
  if (frames.some(({ rows, columns }) => rows !== first.rows || columns !== first.columns)) {
    throw uneven("The frames differ in size.");
  }
  const stack = stackFrames(frames.map(({ geometry }) => geometry));
  const times = stack.slices[0]!.length;
  const header = describeGrid(frames, stack);
  header.dims = [times > 1 ? 4 : 3, first.columns, first.rows, stack.slices.length, times, 1, 1, 1];

  const size = first.rows * first.columns;
  const voxels = new Uint8Array(size * frames.length);
  stack.slices.forEach((indices, slice) =>
    indices.forEach((index, time) =>
      voxels.set(frames[index]!.values, (time * stack.slices.length + slice) * size),
    ),
  );
  const file = new Uint8Array(header.vox_offset + voxels.length);
  file.set(new Uint8Array(header.toArrayBuffer()));
  file.set(voxels, header.vox_offset);
  return gzipSync(file, { mtime: 0 });
}

function uneven(seen: string): SlicebenchError {
  return new SlicebenchError("VOLUME_UNEVEN", `The series is no single volume. ${seen}`, {
    hint: "Write it with --format png, one label map a frame.",
  });
}

/** Sorts frames by where they lie along their normal, and by their order in the series within one place. */
function stackFrames(geometries: readonly FrameGeometry[]): Stack {
  const { orientation } = geometries[0]!;
  const positions = geometries.map(({ position }) => position);
  if (orientation === undefined || positions.some((position) => position === undefined)) {
    return { slices: geometries.map((_, index) => [index]), step: undefined };
  }
  if (geometries.some((geometry) => !isParallel(geometry.orientation, orientation))) {
    throw uneven("Its frames are not parallel.");
  }
  const { normal } = sliceAxes(orientation);
  const places = positions
    .map((position, index) => ({ index, along: dot(position!, normal) }))
    .sort((a, b) => a.along - b.along || a.index - b.index);
  const groups: { along: number; indices: number[] }[] = [];
  for (const { index, along } of places) {
    const last = groups.at(-1);
    if (last !== undefined && along - last.along < samePositionMm) last.indices.push(index);
    else groups.push({ along, indices: [index] });
  }
  const slices = groups.map(({ indices }) => indices.sort((a, b) => a - b));
  if (slices.some((indices) => indices.length !== slices[0]!.length)) {
    throw uneven("Its slices were not all taken equally often.");
  }
  return { slices, step: stepBetween(groups, positions as Vector[], normal) };
}

function isParallel(a: FrameGeometry["orientation"], b: NonNullable<FrameGeometry["orientation"]>): boolean {
  return a?.every((value, index) => Math.abs(value - b[index]!) < 1e-3) ?? false;
}

/** The way from one slice to the next: evenly spaced, and not necessarily along the normal (a sheared stack). */
function stepBetween(
  groups: readonly { along: number; indices: number[] }[],
  positions: readonly Vector[],
  normal: Vector,
): Vector {
  if (groups.length === 1) return normal;
  const start = positions[groups[0]!.indices[0]!]!;
  const end = positions[groups.at(-1)!.indices[0]!]!;
  const count = groups.length - 1;
  const step: Vector = [
    (end[0] - start[0]) / count,
    (end[1] - start[1]) / count,
    (end[2] - start[2]) / count,
  ];
  const length = Math.hypot(...step);
  groups.forEach(({ indices }, slice) => {
    const position = positions[indices[0]!]!;
    const off = Math.hypot(...position.map((value, axis) => value - start[axis]! - slice * step[axis]!));
    if (off > unevenness * length + samePositionMm) throw uneven("Its slices are not evenly spaced.");
  });
  return step;
}

function describeGrid(frames: readonly PlacedLabelMap[], stack: Stack): NIFTI1 {
  const { geometry } = frames[stack.slices[0]![0]!]!;
  const [betweenRows, betweenColumns] = geometry.spacingMm ?? [1, 1];
  const header = new NIFTI1();
  header.littleEndian = true;
  header.datatypeCode = NIFTI1.TYPE_UINT8;
  header.numBitsPerVoxel = 8;
  header.vox_offset = 352;
  header.scl_slope = 1;
  header.scl_inter = 0;
  header.magic = "n+1";
  header.intent_code = 1002; // NIFTI_INTENT_LABEL
  header.description = "slicebench label map";
  header.xyzt_units = geometry.spacingMm === undefined ? NIFTI1.UNITS_UNKNOWN : NIFTI1.UNITS_MM;
  const { orientation, position } = geometry;
  const thickness = geometry.sliceThicknessMm ?? 1;
  if (stack.step === undefined || orientation === undefined || position === undefined) {
    header.pixDims = [1, betweenColumns, betweenRows, thickness, 1, 1, 1, 1];
    header.affine = [
      [betweenColumns, 0, 0, 0],
      [0, betweenRows, 0, 0],
      [0, 0, thickness, 0],
      [0, 0, 0, 1],
    ];
    return header;
  }
  const { row, column } = sliceAxes(orientation);
  const isSingle = stack.slices.length === 1;
  const gap = isSingle ? thickness : Math.hypot(...stack.step);
  const step = isSingle ? stack.step.map((value) => value * thickness) : stack.step;
  header.pixDims = [1, betweenColumns, betweenRows, gap, 1, 1, 1, 1];
  header.sform_code = NIFTI1.XFORM_SCANNER_ANAT;
  // x and y point the other way in NIfTI; -0 would be other bytes than 0.
  header.affine = [0, 1, 2].map((axis) => {
    const sign = axis < 2 ? -1 : 1;
    return [row[axis]! * betweenColumns, column[axis]! * betweenRows, step[axis]!, position[axis]!].map(
      (value) => sign * value + 0,
    );
  });
  header.affine.push([0, 0, 0, 1]);
  return header;
}
