import { outputGrid, segmentProbabilities } from "../mask/network-output";
import type { ModelCard } from "../model-card";
import { resamplePlane } from "./resample";
import { cropContent, type Placement, type TileOrigin, tileWeights } from "./tiles";

/** The weighted mean of overlapping tiles, on the padded picture. */
class TileBlend {
  readonly planes: Float32Array[];
  private readonly weightSum: Float32Array;
  private readonly rowWeights: Float32Array;
  private readonly columnWeights: Float32Array;

  constructor(
    private readonly placement: Placement,
    segments: number,
  ) {
    const size = placement.padded.rows * placement.padded.columns;
    this.planes = Array.from({ length: segments }, () => new Float32Array(size));
    this.weightSum = new Float32Array(size);
    this.rowWeights = tileWeights(placement.tile.rows);
    this.columnWeights = tileWeights(placement.tile.columns);
  }

  add(tilePlanes: readonly Float32Array[], origin: TileOrigin): void {
    const { tile, padded } = this.placement;
    for (let row = 0; row < tile.rows; row++) {
      const start = (origin.row + row) * padded.columns + origin.column;
      const tileStart = row * tile.columns;
      const rowWeight = this.rowWeights[row]!;
      for (let column = 0; column < tile.columns; column++) {
        const weight = rowWeight * this.columnWeights[column]!;
        this.weightSum[start + column]! += weight;
        for (let segment = 0; segment < tilePlanes.length; segment++) {
          this.planes[segment]![start + column]! += weight * tilePlanes[segment]![tileStart + column]!;
        }
      }
    }
  }

  mean(): Float32Array[] {
    for (const plane of this.planes) {
      for (let i = 0; i < plane.length; i++) plane[i]! /= this.weightSum[i]!;
    }
    return this.planes;
  }
}

/** Probability maps of one frame, gathered tile by tile. */
export class ProbabilityMaps {
  private readonly blend: TileBlend | undefined;
  private planes: Float32Array[] = [];

  constructor(
    private readonly placement: Placement,
    private readonly output: ModelCard["output"],
  ) {
    this.blend = placement.tiles.length > 1 ? new TileBlend(placement, output.segments.length) : undefined;
  }

  /**
   * @param scores what the network gave for a tile
   * @throws MODEL_OUTPUT_MISMATCH where the number of values is not what the card promises
   */
  add(scores: Float32Array, origin: TileOrigin): void {
    const { tile } = this.placement;
    const grid = outputGrid(tile, this.output);
    this.planes = segmentProbabilities(scores, grid, this.output).map((plane) =>
      resamplePlane(plane, grid, tile),
    );
    this.blend?.add(this.planes, origin);
  }

  /** One map of 0..1 a segment, on the frame's own grid: tiles averaged, padding cut off, resampled. */
  onFrame(): Float32Array[] {
    const { content, frame } = this.placement;
    return (this.blend?.mean() ?? this.planes).map((plane) => {
      const cropped = cropContent(plane, this.placement, (length) => new Float32Array(length));
      return resamplePlane(cropped, content, frame);
    });
  }
}
