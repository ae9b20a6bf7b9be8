import { countLabelPixels } from "../core/mask/label-map";
import { findSameSegment } from "../core/mask/segment-list";
import type { SegmentMeasure } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";
import type { Layers } from "./layers";

/** What a measure needs to know of the series: a pixel's area by frame, and the distance between slices. */
export interface MeasuredSeries {
  frames: readonly { spacingMm?: [row: number, column: number] }[];
  sliceSpacingMm?: number;
}

type Counts = Map<number, number>;

/** What the segments of a layer measure. A label map is counted once, so that a stroke costs its own slice alone. */
export class SegmentMeasures {
  /** Pixels by segment of a label map, by layer and frame, for as long as the map is that one. */
  readonly #counts = new Map<string, { revision: number; counts: Counts }>();

  constructor(private readonly layers: Layers) {}

  /**
   * What each segment of a layer measures: on `frame`, and over the layer. An area needs the frame's spacing; a volume
   * needs evenly spaced slices and, of a layer that a model or a file made, a label map on every one of them. Where an
   * annotation has none, nothing is drawn.
   */
  async measure(id: string, frame: number | undefined, series: MeasuredSeries): Promise<SegmentMeasure[]> {
    const layer = this.layers.get(id);
    const here = frame === undefined ? new Map<number, number>() : await this.#countPixels(id, frame);
    const spacing = frame === undefined ? undefined : series.frames[frame]?.spacingMm;
    const dices = frame === undefined ? undefined : await this.#dicesToStart(layer, frame);
    const totals = await this.#total(layer, series);
    return layer.segments.map(({ value }) => {
      const pixels = here.get(value) ?? 0;
      const dice = dices?.get(value);
      return {
        value,
        pixels,
        ...(spacing && { areaMm2: pixels * spacing[0] * spacing[1] }),
        ...totals(value),
        ...(dice !== undefined && { dice }),
      };
    });
  }

  /** Values of a layer's segments that have no pixel on any frame. */
  async emptySegments(id: string): Promise<Set<number>> {
    const { segments, frames } = this.layers.get(id);
    const empty = new Set(segments.map(({ value }) => value));
    for (const frame of frames)
      for (const value of (await this.#countPixels(id, frame)).keys()) empty.delete(value);
    return empty;
  }

  /** What a segment has over the whole layer. */
  async #total(
    layer: StoredLayer,
    { frames, sliceSpacingMm }: MeasuredSeries,
  ): Promise<(value: number) => Pick<SegmentMeasure, "layerPixels" | "slices" | "volumeMm3">> {
    const counted: { counts: Counts; voxelMm3: number }[] = [];
    for (const frame of layer.frames) {
      const spacing = frames[frame]?.spacingMm;
      const voxelMm3 = spacing && sliceSpacingMm ? spacing[0] * spacing[1] * sliceSpacingMm : NaN;
      counted.push({ counts: await this.#countPixels(layer.id, frame), voxelMm3 });
    }
    const isWhole = layer.origin.kind === "annotation" || layer.frames.length === frames.length;
    const hasVolume = isWhole && sliceSpacingMm !== undefined;
    return (value) => {
      const drawn = counted.filter(({ counts }) => counts.has(value));
      const sumOf = (weigh: (voxelMm3: number) => number) =>
        drawn.reduce((sum, { counts, voxelMm3 }) => sum + counts.get(value)! * weigh(voxelMm3), 0);
      const volumeMm3 = hasVolume ? sumOf((voxelMm3) => voxelMm3) : NaN;
      return {
        layerPixels: sumOf(() => 1),
        slices: drawn.length,
        ...(!Number.isNaN(volumeMm3) && { volumeMm3 }),
      };
    };
  }

  /** On one frame, by our value, for the segments that the layer it started from has as well. */
  async #dicesToStart(layer: StoredLayer, frame: number): Promise<Map<number, number>> {
    const dices = new Map<number, number>();
    const { origin } = layer;
    if (origin.kind !== "annotation" || origin.startedFrom === undefined) return dices;
    const start = this.layers.stored(layer.seriesId).find(({ id }) => id === origin.startedFrom);
    if (!start?.frames.includes(frame) || !layer.frames.includes(frame)) return dices;
    const ours = await this.layers.labelMap(layer.id, frame);
    const theirs = await this.layers.labelMap(start.id, frame);
    // Our value to theirs, 0 where they have none.
    const same = Uint8Array.from({ length: 256 }, (_, value) => {
      const segment = layer.segments.find((each) => each.value === value);
      return (segment && findSameSegment(start.segments, segment)?.value) ?? 0;
    });
    const both = new Uint32Array(256);
    ours.values.forEach((value, at) => {
      if (value !== 0 && same[value] === theirs.values[at]) both[value]!++;
    });
    const ourCounts = countLabelPixels(ours);
    const theirCounts = countLabelPixels(theirs);
    for (const { value } of layer.segments) {
      const total = (ourCounts.get(value) ?? 0) + (theirCounts.get(same[value]!) ?? 0);
      if (same[value] !== 0 && total > 0) dices.set(value, (2 * both[value]!) / total);
    }
    return dices;
  }

  async #countPixels(id: string, frame: number): Promise<Counts> {
    const key = `${id}/${frame}`;
    const revision = this.layers.labelMapRevision(id, frame);
    if (revision === undefined) return new Map();
    const known = this.#counts.get(key);
    if (known?.revision === revision) return known.counts;
    const labelMap = await this.layers.labelMap(id, frame);
    const counts = countLabelPixels(labelMap);
    this.#counts.set(key, { revision: labelMap.revision, counts });
    return counts;
  }
}
