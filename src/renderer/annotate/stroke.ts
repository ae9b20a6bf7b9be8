import type { Frame } from "../../core/image/frame";
import type { LabelMap } from "../../core/mask/label-map";
import type { Paint } from "../../core/mask/paint";
import type { PixelRectangle } from "../../core/mask/rectangle";
import { sampleRange } from "../../core/image/value-range";
import type { LayerView } from "../../host/contract";
import { toast } from "../app/toast";
import { outlinesOf } from "../viewport/outlines";
import { repaintLayer } from "../viewport/scene";
import type { ViewportSession } from "../viewport/session";
import { annotatedLayer, annotation, overwritableOn, paintedSegment } from "./annotation";
import { commitEdit, type FrameChange, isBusy, workingLabelMap } from "./commit-edit";

/** Where an edit begins: the frame on the screen, and the annotation's label map of it. */
export interface Sheet {
  session: ViewportSession;
  layer: LayerView;
  /** Index in the series. */
  index: number;
  frame: Frame;
  labelMap: LabelMap;
  /** The painted segment's value. */
  segment: number;
}

/** What lies under the tool; undefined, with a word why, where nothing can be painted now. */
export function sheetOf(session: ViewportSession): Sheet | undefined {
  const { picture, viewport } = session;
  const layer = annotatedLayer(session.state, annotation.get());
  // The slice that is wanted is not on the screen yet: what is painted would land on another.
  if (!picture || !layer || picture.index !== viewport.frameIndex || isBusy()) return undefined;
  const segment = paintedSegment(layer, annotation.get());
  const own = layer.segments.find(({ value }) => value === segment);
  if (own?.locked === true) {
    toast(`${own.label} is locked.`);
    return undefined;
  }
  const labelMap = workingLabelMap(layer.id, picture.index);
  if (!labelMap) return undefined;
  return { session, layer, index: picture.index, frame: picture.frame, labelMap, segment };
}

/** What a tool writes on a frame, by the reader's choices. */
export function paintOn(
  { layer, segment }: Pick<Sheet, "layer" | "segment">,
  frame: Frame,
  subtract: boolean,
): Paint {
  const state = annotation.get();
  const { on, low, high } = state.onlyValues;
  return {
    value: subtract ? 0 : segment,
    overwrites: overwritableOn(layer, state),
    ...(on && { within: sampleRange(frame, low, high) }),
  };
}

/** An edit of one frame while it is made: shown as it grows, then kept or given up. */
export class Stroke {
  private readonly before: LabelMap;
  private touched: PixelRectangle | undefined;

  constructor(readonly sheet: Sheet) {
    const { labelMap } = sheet;
    this.before = { ...labelMap, values: labelMap.values.slice() };
    // As they are before the first dab: outlines follow when the edit is kept.
    outlinesOf(labelMap);
  }

  /** Shows what was just painted. */
  touch(area: PixelRectangle | undefined): void {
    if (!area) return;
    const { session, layer, labelMap } = this.sheet;
    this.touched = this.touched ? unionOf(this.touched, area) : area;
    repaintLayer(session, layer, { labelMap, area });
  }

  /** What it changed so far. */
  get change(): FrameChange {
    const { index, labelMap } = this.sheet;
    return { frame: index, before: this.before, after: labelMap, within: this.touched };
  }

  /** Keeps it as a step of the history, together with what it changed on other frames. */
  keep(title: string, others: readonly FrameChange[] = []): void {
    if (!this.touched && others.length === 0) return;
    const own = this.touched ? [this.change] : [];
    const { layer, segment } = this.sheet;
    commitEdit({ layerId: layer.id, title, segment, changes: [...own, ...others] });
  }

  /** Puts everything back as it was. */
  giveUp(): void {
    if (!this.touched) return;
    const { session, layer, labelMap } = this.sheet;
    labelMap.values.set(this.before.values);
    repaintLayer(session, layer, { labelMap, area: this.touched });
    this.touched = undefined;
  }
}

function unionOf(a: PixelRectangle, b: PixelRectangle): PixelRectangle {
  const row = Math.min(a.row, b.row);
  const column = Math.min(a.column, b.column);
  return {
    row,
    column,
    rows: Math.max(a.row + a.rows, b.row + b.rows) - row,
    columns: Math.max(a.column + a.columns, b.column + b.columns) - column,
  };
}
