import { SlicebenchError } from "../core/errors";
import type { Frame, FrameGeometry } from "../core/image/frame";
import { cross, sliceAxes, type Vector } from "../core/image/patient-space";
import type { LabelMap } from "../core/mask/label-map";
import { emptyLabelMaps, type TargetFrame } from "./dicom-objects/target-frames";
import { openNifti } from "./nifti";
import type { FileContent } from "./opened-file";

/** How far a voxel may lie from its pixel, in voxels: files round their affines. */
const placeTolerance = 0.1;

/**
 * Reads the label maps of a series from a NIfTI volume of segment values. Voxels are found by where they lie in the
 * patient, so the volume may be turned, flipped or cropped by whole voxels; without places, slices follow each other
 * as the frames do. A frame of the series outside the volume has no segment.
 * @throws SlicebenchError LABEL_VOLUME_GRID, LABEL_VOLUME_VALUES; and what the reader throws
 */
export async function readLabelVolume(
  content: FileContent,
  targets: readonly TargetFrame[],
): Promise<{ labelMaps: { frame: number; labelMap: LabelMap }[] }> {
  const image = openNifti(content);
  const frames: Frame[] = [];
  for (let frame = 0; frame < image.frameCount; frame++) frames.push(await image.readFrame(frame));
  const labelMaps = emptyLabelMaps(targets);
  const arePlaced = isPlaced(frames[0]!.geometry) && targets.every(({ geometry }) => isPlaced(geometry));
  if (arePlaced) fillByPlace(labelMaps, targets, frames);
  else fillInOrder(labelMaps, frames);
  return { labelMaps: labelMaps.map((labelMap, frame) => ({ frame, labelMap })) };
}

type PlacedGeometry = FrameGeometry & Required<Pick<FrameGeometry, "position" | "orientation" | "spacingMm">>;

function isPlaced(geometry: FrameGeometry): geometry is PlacedGeometry {
  return (
    geometry.position !== undefined && geometry.orientation !== undefined && geometry.spacingMm !== undefined
  );
}

function fillInOrder(labelMaps: readonly LabelMap[], frames: readonly Frame[]): void {
  const [first] = frames;
  const isAlike =
    frames.length === labelMaps.length &&
    labelMaps.every(({ rows, columns }) => rows === first!.rows && columns === first!.columns);
  if (!isAlike) throw otherGrid();
  labelMaps.forEach(({ values }, index) => {
    const read = valueReader(frames[index]!);
    for (let pixel = 0; pixel < values.length; pixel++) values[pixel] = read(pixel);
  });
}

function fillByPlace(
  labelMaps: readonly LabelMap[],
  targets: readonly TargetFrame[],
  frames: readonly Frame[],
): void {
  const grid = describeGrid(frames);
  const readers = frames.map(valueReader);
  // Frames at one place are the times of a volume of four dimensions.
  const seen = new Map<string, number>();
  targets.forEach((target, index) => {
    const way = voxelWay(target, grid);
    const key = way.start.join(" ");
    const time = seen.get(key) ?? 0;
    seen.set(key, time + 1);
    if (time >= grid.times) throw otherGrid();
    const { rows, columns, values } = labelMaps[index]!;
    const [startX, startY, startZ] = way.start;
    const [acrossX, acrossY, acrossZ] = way.column;
    const [downX, downY, downZ] = way.row;
    for (let row = 0, pixel = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, pixel++) {
        const x = startX + column * acrossX + row * downX;
        const y = startY + column * acrossY + row * downY;
        const z = startZ + column * acrossZ + row * downZ;
        if (x < 0 || y < 0 || z < 0 || x >= grid.columns || y >= grid.rows || z >= grid.slices) continue;
        values[pixel] = readers[time * grid.slices + z]!(y * grid.columns + x);
      }
    }
  });
}

/** A volume's voxels, and the way from one to the next in the patient. */
interface VoxelGrid {
  columns: number;
  rows: number;
  slices: number;
  times: number;
  origin: Vector;
  /** From the patient's millimetres to column, row and slice. */
  inverse: readonly [Vector, Vector, Vector];
}

function describeGrid(frames: readonly Frame[]): VoxelGrid {
  const { rows, columns } = frames[0]!;
  const geometry = frames[0]!.geometry as PlacedGeometry;
  const { position: origin, spacingMm } = geometry;
  const { row: across, column: down, normal } = sliceAxes(geometry.orientation);
  const isOrigin = ({ geometry: { position } }: Frame) =>
    position!.every((value, axis) => value === origin[axis]);
  const repeat = frames.findIndex((frame, index) => index > 0 && isOrigin(frame));
  const slices = repeat < 0 ? frames.length : repeat;
  const next = slices > 1 ? frames[1]!.geometry.position! : undefined;
  const along: Vector = next ? [next[0] - origin[0], next[1] - origin[1], next[2] - origin[2]] : normal;
  const inverse = invert([scale(across, spacingMm[1]), scale(down, spacingMm[0]), along]);
  return { columns, rows, slices, times: frames.length / slices, origin, inverse };
}

/** The voxel of a frame's first pixel, and the steps to those of the next column and row: whole numbers. */
function voxelWay(target: TargetFrame, { origin, inverse }: VoxelGrid) {
  const geometry = target.geometry as PlacedGeometry;
  const { row: across, column: down } = sliceAxes(geometry.orientation);
  const { position } = geometry;
  const toVoxels = (vector: Vector, reach: number): Vector => {
    const [x, y, z] = inverse.map((line) => {
      const exact = line[0] * vector[0] + line[1] * vector[1] + line[2] * vector[2];
      const whole = Math.round(exact);
      if (Math.abs(exact - whole) * reach > placeTolerance) throw otherGrid();
      return whole;
    });
    return [x!, y!, z!];
  };
  return {
    start: toVoxels([position[0] - origin[0], position[1] - origin[1], position[2] - origin[2]], 1),
    column: toVoxels(scale(across, geometry.spacingMm[1]), target.columns - 1),
    row: toVoxels(scale(down, geometry.spacingMm[0]), target.rows - 1),
  };
}

function valueReader({ pixels, meaning, samplesPerPixel }: Frame): (voxel: number) => number {
  const { rescaleSlope, rescaleIntercept } = meaning;
  return (voxel) => {
    const value = pixels[voxel]! * rescaleSlope + rescaleIntercept;
    if (samplesPerPixel === 1 && Number.isInteger(value) && value >= 0 && value <= 255) return value;
    throw new SlicebenchError(
      "LABEL_VOLUME_VALUES",
      `The volume has the value ${value}, which is no segment.`,
      {
        hint: "A volume of segments has whole numbers from 0 to 255.",
      },
    );
  };
}

const scale = (vector: Vector, factor: number): Vector => [
  vector[0] * factor,
  vector[1] * factor,
  vector[2] * factor,
];

/** The inverse of the matrix with these columns, line by line (Cramer). */
function invert([a, b, c]: readonly [Vector, Vector, Vector]): [Vector, Vector, Vector] {
  const bc = cross(b, c);
  const determinant = a[0] * bc[0] + a[1] * bc[1] + a[2] * bc[2];
  if (Math.abs(determinant) < 1e-12) throw otherGrid();
  return [
    scale(bc, 1 / determinant),
    scale(cross(c, a), 1 / determinant),
    scale(cross(a, b), 1 / determinant),
  ];
}

function otherGrid(): SlicebenchError {
  return new SlicebenchError(
    "LABEL_VOLUME_GRID",
    "The volume's voxels do not lie on the pixels of this series.",
    {
      hint: "Resample it to the images' own pixels, or open the series that it belongs to.",
    },
  );
}
