import { measureShape } from "../../core/measure/measure-shape";
import { type MeasuredShape, nextName } from "../../core/measure/measurement";
import type { MeasurementView } from "../../host/contract";
import { attempt } from "../actions/report";
import { activeSeriesId } from "../actions/series";
import { undo } from "../annotate/history";
import { host } from "../api/host";
import { counted } from "../app/format";
import { toast } from "../app/toast";
import { queryClient, queryKeys } from "../state/queries";
import { viewportsStore } from "../state/viewports";
import type { Picture } from "../viewport/session";
import { measurementsOf, measuring } from "./measuring";

/** Shows what a change makes of the list at once; where the host refuses it, what is there is read again. */
async function changeList(
  seriesId: string,
  change: (known: readonly MeasurementView[]) => MeasurementView[],
  send: () => Promise<unknown>,
): Promise<boolean> {
  const queryKey = queryKeys.measurements(seriesId);
  queryClient.setQueryData<MeasurementView[]>(queryKey, (known) => change(known ?? []));
  const isKept = await attempt("The measurement could not be kept", async () => {
    await send();
    return true;
  });
  if (isKept !== true) await queryClient.invalidateQueries({ queryKey });
  return isKept === true;
}

/** Keeps a new measurement on the picture, and chooses it. */
export async function addMeasurement(shape: MeasuredShape, { series, index, frame }: Picture): Promise<void> {
  const id = crypto.randomUUID();
  const seriesId = series.id;
  const measurement: MeasurementView = {
    id,
    seriesId,
    frame: index,
    ...shape,
    name: nextName(shape.kind, measurementsOf(seriesId)),
    madeAt: Date.now(),
    figures: measureShape(shape, frame),
  };
  measuring.set({ selectedId: id });
  await changeList(
    seriesId,
    (known) => [...known, measurement],
    () => host.addMeasurement({ id, seriesId, frame: index, kind: shape.kind, points: [...shape.points] }),
  );
}

/** Keeps a measurement's new place. */
export async function changePoints(
  measurement: MeasurementView,
  { points }: MeasuredShape,
  { frame }: Picture,
): Promise<void> {
  const { id, seriesId, kind } = measurement;
  const changed = { ...measurement, points, figures: measureShape({ kind, points }, frame) };
  await changeList(
    seriesId,
    (known) => known.map((each) => (each.id === id ? changed : each)),
    () => host.changeMeasurement(id, { points: [...points] }),
  );
}

export async function renameMeasurement({ id, seriesId }: MeasurementView, name: string): Promise<void> {
  await changeList(
    seriesId,
    (known) => known.map((each) => (each.id === id ? { ...each, name } : each)),
    () => host.changeMeasurement(id, { name }),
  );
}

/** Removes a measurement; that can be taken back. */
export async function removeMeasurement({ id, seriesId, name }: MeasurementView): Promise<void> {
  if (measuring.get().selectedId === id) measuring.set({ selectedId: undefined });
  const isGone = await changeList(
    seriesId,
    (known) => known.filter((each) => each.id !== id),
    () => host.removeMeasurement(id),
  );
  if (isGone) toast(`${name} removed`, { label: "Undo", run: () => void undo() });
}

export function removeSelected(): void {
  const seriesId = activeSeriesId();
  const { selectedId } = measuring.get();
  const selected =
    seriesId === undefined ? undefined : measurementsOf(seriesId).find(({ id }) => id === selectedId);
  if (selected) void removeMeasurement(selected);
}

/** Chooses a measurement and brings its slice into view. */
export function goToMeasurement({ id, frame }: MeasurementView): void {
  measuring.set({ selectedId: id });
  const { activeViewportId, setFrame } = viewportsStore.getState();
  setFrame(activeViewportId, frame);
}

/** Puts the series' measurements on the clipboard, as the table that is exported. */
export async function copyTable(): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined) return;
  await attempt("The measurements could not be copied", async () => {
    await navigator.clipboard.writeText(await host.measurementTable(seriesId));
    toast(`${counted(measurementsOf(seriesId).length, "measurement")} copied`);
  });
}
