import { sampleRange } from "../../../core/image/value-range";
import { paintPixels } from "../../../core/mask/paint";
import { growOnSlice } from "../../../core/mask/region-growing";
import { attempt } from "../../actions/report";
import { useWorkbench } from "../../state/workbench";
import { commitEdit, type FrameChange, readWorkingLabelMap, whileBusy } from "../commit-edit";
import { readFrame } from "../read-frame";
import { paintOn, type Sheet } from "../stroke";

export interface VolumeSeed {
  /** Index of the pixel on the sheet's slice. */
  seed: number;
  /** Of the image's values, both ends included. */
  low: number;
  high: number;
  subtract: boolean;
}

/**
 * Grows a region through the slices of a series, slice by slice: only those that it reaches are read. The status line
 * says how far it is and can cancel it; a cancel changes nothing.
 */
export async function growThroughVolume(sheet: Sheet, request: VolumeSeed): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const total = sheet.session.state.series[sheet.layer.seriesId]?.frames.length ?? 1;
  const tell = (done: number) =>
    useWorkbench.setState({
      pageWork: { title: "Growing the region", done, total, cancel: () => controller.abort() },
    });
  await attempt("The region could not be grown", () =>
    whileBusy(async () => {
      try {
        const changes = await grow(sheet, request, { signal, tell });
        const { layer, segment } = sheet;
        commitEdit({ layerId: layer.id, title: "Region growing in 3D", segment, changes });
      } finally {
        useWorkbench.setState({ pageWork: undefined });
      }
    }),
  );
}

interface Growth {
  marks: Uint8Array;
  gained: number[];
}

async function grow(
  sheet: Sheet,
  { seed, low, high, subtract }: VolumeSeed,
  { signal, tell }: { signal: AbortSignal; tell: (done: number) => void },
): Promise<FrameChange[]> {
  const { layer, index: start, session } = sheet;
  const { rows, columns } = sheet.frame;
  const count = session.state.series[layer.seriesId]?.frames.length ?? 1;
  const growths = new Map<number, Growth>();
  const waiting = new Map<number, number[]>([[start, [seed]]]);
  for (;;) {
    const [next] = waiting;
    if (!next) break;
    const [slice, seeds] = next;
    waiting.delete(slice);
    const frame = await readFrame(layer.seriesId, slice, signal);
    signal.throwIfAborted();
    // A slice of another matrix is no part of the volume.
    if (frame.rows !== rows || frame.columns !== columns) continue;
    const growth = growths.get(slice) ?? { marks: new Uint8Array(rows * columns), gained: [] };
    growths.set(slice, growth);
    const range = sampleRange(frame, low, high);
    const isInRange = (at: number) => range.samples[at]! >= range.low && range.samples[at]! <= range.high;
    const gained = growOnSlice({ rows, columns, marks: growth.marks }, seeds, isInRange);
    growth.gained = growth.gained.concat(gained);
    tell(growths.size);
    // The page stays alive between slices.
    await new Promise((resolve) => setTimeout(resolve));
    for (const other of [slice - 1, slice + 1]) {
      if (other < 0 || other >= count) continue;
      const marks = growths.get(other)?.marks;
      const seedsThere = marks ? gained.filter((at) => marks[at] === 0) : gained;
      if (seedsThere.length > 0) waiting.set(other, [...(waiting.get(other) ?? []), ...seedsThere]);
    }
  }
  const changes: FrameChange[] = [];
  for (const [slice, { gained }] of growths) {
    if (gained.length === 0) continue;
    const before = await readWorkingLabelMap(layer.id, slice);
    const after = { ...before, values: before.values.slice() };
    const frame = await readFrame(layer.seriesId, slice, signal);
    signal.throwIfAborted();
    paintPixels(after, gained, paintOn(sheet, frame, subtract));
    changes.push({ frame: slice, before, after });
  }
  return changes;
}
