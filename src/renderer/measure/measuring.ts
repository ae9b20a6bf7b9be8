import { create } from "zustand";
import type { MeasuredShape } from "../../core/measure/measurement";
import type { MeasurementView } from "../../host/contract";
import { queryClient, queryKeys } from "../state/queries";
import type { Picture } from "../viewport/session";

/** A shape under the pointer, before it is kept. */
export interface MeasureDraft {
  viewportId: string;
  shape: MeasuredShape;
  /** The measurement that is changed; a new one without it. */
  of?: MeasurementView;
}

/** What is chosen and what is under the pointer: ids and points, never pixels. */
interface MeasuringState {
  selectedId: string | undefined;
  draft: MeasureDraft | undefined;
}

export const useMeasuring = create<MeasuringState>()(() => ({ selectedId: undefined, draft: undefined }));

export const measuring = { get: useMeasuring.getState, set: useMeasuring.setState };

/** The measurements of a series as far as they arrived. */
export function measurementsOf(seriesId: string): readonly MeasurementView[] {
  return queryClient.getQueryData<MeasurementView[]>(queryKeys.measurements(seriesId)) ?? [];
}

/** Calls back when a series' measurements changed. Returns the end. */
export function followMeasurements(onChange: () => void): () => void {
  const [kind] = queryKeys.measurements("");
  return queryClient.getQueryCache().subscribe(({ type, query }) => {
    const [changed] = query.queryKey as readonly unknown[];
    if (type === "updated" && changed === kind) onChange();
  });
}

/** The measurements on the picture. A reformatted plane has none: they lie on frames. */
export function measurementsOn({ series, plane, index }: Picture): readonly MeasurementView[] {
  return plane === "native" ? measurementsOf(series.id).filter(({ frame }) => frame === index) : [];
}
