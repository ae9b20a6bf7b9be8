import { dot, sliceAxes, type SliceGeometry, type Vector } from "./patient-space";
import type { PixelArray } from "./frame";

/** A plane through a volume, by the patient's axes. */
export type AnatomicalPlane = "axial" | "coronal" | "sagittal";

/** The three axes of a volume as its frames lie in memory. */
type VolumeAxis = "column" | "row" | "slice";

/** A series whose frames are parallel, aligned and evenly spaced. */
export interface VolumeGeometry {
  rows: number;
  columns: number;
  slices: number;
  /** Between rows, columns and slices. */
  spacingMm: readonly [row: number, column: number, slice: number];
  /** Centre of the first voxel of the first slice. */
  position: Vector;
  /** Along a row, down a column, and from one slice to the next: unit vectors. */
  axes: Readonly<Record<VolumeAxis, Vector>>;
}

/**
 * The volume that a series' frames make up.
 * @param frames in the order in which they are stacked
 * @returns undefined where a frame does not say where it lies, or where fewer than two do
 */
export function volumeOf(
  frames: readonly SliceGeometry[],
  sliceSpacingMm: number | undefined,
): VolumeGeometry | undefined {
  const first = frames[0];
  const last = frames[frames.length - 1];
  if (frames.length < 2 || sliceSpacingMm === undefined || !first?.spacingMm) return undefined;
  if (!first.position || !first.orientation || !last?.position) return undefined;
  const { row, column, normal } = sliceAxes(first.orientation);
  const stack: Vector = [
    last.position[0] - first.position[0],
    last.position[1] - first.position[1],
    last.position[2] - first.position[2],
  ];
  const slice: Vector = dot(stack, normal) >= 0 ? normal : [-normal[0], -normal[1], -normal[2]];
  return {
    rows: first.rows,
    columns: first.columns,
    slices: frames.length,
    spacingMm: [first.spacingMm[0], first.spacingMm[1], sliceSpacingMm],
    position: first.position,
    axes: { row: column, column: row, slice },
  };
}

/** One direction through a volume: which axis of the volume it follows, and whether from its far end. */
interface Direction {
  axis: VolumeAxis;
  reversed: boolean;
}

/** A stack of reformatted slices: what its rows, columns and slices follow. */
export interface PlaneStack {
  plane: AnatomicalPlane;
  rows: number;
  columns: number;
  slices: number;
  /** Increasing column, row and slice of the reformatted stack. */
  right: Direction;
  down: Direction;
  through: Direction;
  volume: VolumeGeometry;
}

/** How the planes are shown (the reading-room convention): towards the screen's right, its bottom, and onwards. */
const conventions: Record<AnatomicalPlane, { right: Vector; down: Vector; through: Vector }> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], through: [0, 0, 1] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], through: [0, 1, 0] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], through: [1, 0, 0] },
};

/**
 * The stack of one plane through a volume. Planes follow the volume's own axes, each given to the anatomical axis
 * that it is closest to, so no voxel is interpolated within a slice and an oblique volume stays rectangular.
 */
export function planeStack(volume: VolumeGeometry, plane: AnatomicalPlane): PlaneStack {
  const directions = assignAxes(volume);
  const { right, down, through } = conventions[plane];
  const follow = (wanted: Vector): Direction => {
    const anatomical = wanted.findIndex((component) => component !== 0);
    const axis = directions[anatomical]!;
    return { axis, reversed: dot(volume.axes[axis], wanted) < 0 };
  };
  const followed = { right: follow(right), down: follow(down), through: follow(through) };
  return {
    plane,
    rows: extentOf(volume, followed.down.axis),
    columns: extentOf(volume, followed.right.axis),
    slices: extentOf(volume, followed.through.axis),
    ...followed,
    volume,
  };
}

const axisOrders: readonly (readonly [VolumeAxis, VolumeAxis, VolumeAxis])[] = [
  ["column", "row", "slice"],
  ["column", "slice", "row"],
  ["row", "column", "slice"],
  ["row", "slice", "column"],
  ["slice", "column", "row"],
  ["slice", "row", "column"],
];

/** Which volume axis stands for the patient's x, y and z: of the six orders, the one that agrees best. */
function assignAxes(volume: VolumeGeometry): readonly [VolumeAxis, VolumeAxis, VolumeAxis] {
  const agreement = (order: readonly VolumeAxis[]): number =>
    order.reduce((sum, axis, patientAxis) => sum + Math.abs(volume.axes[axis][patientAxis] ?? 0), 0);
  return axisOrders.reduce((best, order) => (agreement(order) > agreement(best) + 1e-9 ? order : best));
}

function extentOf(volume: VolumeGeometry, axis: VolumeAxis): number {
  return { row: volume.rows, column: volume.columns, slice: volume.slices }[axis];
}

function spacingOf(volume: VolumeGeometry, axis: VolumeAxis): number {
  const [row, column, slice] = volume.spacingMm;
  return { row, column, slice }[axis];
}

/** Where a reformatted slice lies in the patient, as if it had been acquired there. */
export function reformattedGeometry(stack: PlaneStack, slice: number): SliceGeometry & { position: Vector } {
  const { volume, right, down, through } = stack;
  const corner = [0, 0, 0];
  const start = (direction: Direction, index: number): void => {
    const steps = direction.reversed ? extentOf(volume, direction.axis) - 1 - index : index;
    const distance = steps * spacingOf(volume, direction.axis);
    volume.axes[direction.axis].forEach((component, i) => (corner[i]! += component * distance));
  };
  start(right, 0);
  start(down, 0);
  start(through, slice);
  const signed = (direction: Direction): Vector => {
    const [x, y, z] = volume.axes[direction.axis];
    return direction.reversed ? [-x, -y, -z] : [x, y, z];
  };
  const [x, y, z] = volume.position;
  return {
    rows: stack.rows,
    columns: stack.columns,
    spacingMm: [spacingOf(volume, down.axis), spacingOf(volume, right.axis)],
    position: [x + corner[0]!, y + corner[1]!, z + corner[2]!],
    orientation: [...signed(right), ...signed(down)],
  };
}

/**
 * Copies one reformatted slice out of a volume's frames.
 * @param frames the volume's frames in order, each rows x columns; one that is not there yet leaves zeros
 * @param target rows x columns of the stack; overwritten
 */
export function reformatSlice<Pixels extends PixelArray>(
  stack: PlaneStack,
  slice: number,
  source: { frames: readonly (Pixels | undefined)[]; target: Pixels },
): Pixels {
  const { volume } = stack;
  const { frames, target } = source;
  const strides = { column: 1, row: volume.columns, slice: 0 };
  const steps = (direction: Direction) => ({
    first: direction.reversed ? extentOf(volume, direction.axis) - 1 : 0,
    step: direction.reversed ? -1 : 1,
    stride: strides[direction.axis],
    frames: direction.axis === "slice" ? 1 : 0,
  });
  const right = steps(stack.right);
  const down = steps(stack.down);
  const through = steps(stack.through);
  const throughAt = through.first + through.step * slice;
  let written = 0;
  for (let row = 0; row < stack.rows; row++) {
    const downAt = down.first + down.step * row;
    const offset = downAt * down.stride + throughAt * through.stride;
    const frameOffset = downAt * down.frames + throughAt * through.frames;
    let rightAt = right.first;
    if (right.frames === 0) {
      const frame = frames[frameOffset];
      for (let column = 0; column < stack.columns; column++, rightAt += right.step)
        target[written++] = frame ? frame[offset + rightAt * right.stride]! : 0;
    } else {
      for (let column = 0; column < stack.columns; column++, rightAt += right.step)
        target[written++] = frames[rightAt]?.[offset] ?? 0;
    }
  }
  return target;
}

/** Which voxel of the volume lies at a pixel of a reformatted slice: what an annotation there would change. */
export function voxelAt(
  stack: PlaneStack,
  at: { slice: number; row: number; column: number },
): { slice: number; row: number; column: number } {
  const voxel = { slice: 0, row: 0, column: 0 };
  const place = (direction: Direction, index: number): void => {
    voxel[direction.axis] = direction.reversed ? extentOf(stack.volume, direction.axis) - 1 - index : index;
  };
  place(stack.right, at.column);
  place(stack.down, at.row);
  place(stack.through, at.slice);
  return voxel;
}
