import type { z } from "zod";
import type { Segment } from "../../../core/mask/label-map";
import type { changeSegmentsSchema, EditView, LayerView } from "../../../host/contract";
import { attempt } from "../../actions/report";
import { replaceLayer } from "../../actions/layers";
import { host } from "../../api/host";
import { toast } from "../../app/toast";
import { annotation } from "../annotation";
import { performStep } from "../commit-edit";
import { undo } from "../history";

export type SegmentChange = z.input<typeof changeSegmentsSchema>["change"];

/** Changes an annotation's segments as a step of the history. */
export function changeSegments(layer: LayerView, change: SegmentChange): Promise<EditView | undefined> {
  return performStep("The segments could not be changed", () =>
    host.changeSegments(layer.id, { edit: crypto.randomUUID(), change }),
  );
}

/** Adds a segment and paints with it. */
export async function addSegment(layer: LayerView): Promise<void> {
  const known = new Set(layer.segments.map(({ value }) => value));
  if (!(await changeSegments(layer, { kind: "add" }))) return;
  for (let value = 1; value <= 255; value++) {
    if (known.has(value)) continue;
    annotation.set({ segment: value });
    return;
  }
}

/** Removes a segment with its pixels; that can be taken back. */
export async function removeSegment(layer: LayerView, { value, label }: Segment): Promise<void> {
  if (await changeSegments(layer, { kind: "remove", value }))
    toast(`${label} removed`, { label: "Undo", run: () => void undo() });
}

/** Moves a segment by one place in the list. */
export function moveSegment(layer: LayerView, value: number, by: 1 | -1): Promise<EditView | undefined> {
  const values = layer.segments.map((segment) => segment.value);
  const from = values.indexOf(value);
  values.splice(from, 1);
  values.splice(from + by, 0, value);
  return changeSegments(layer, { kind: "reorder", values });
}

/** Locks or hides a segment, or ends that: at once, and no step of the history. */
export async function setSegmentState(
  layer: LayerView,
  value: number,
  state: { locked?: boolean; hidden?: boolean },
): Promise<void> {
  const segments = layer.segments.map((each) => (each.value === value ? { ...each, ...state } : each));
  replaceLayer({ ...layer, segments });
  const changed = await attempt("The segment could not be changed", () =>
    host.setSegmentState(layer.id, value, state),
  );
  replaceLayer(changed ?? layer);
}
