import { randomUUID } from "node:crypto";
import { stringify } from "csv-stringify/sync";
import { SlicebenchError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import { type MeasuredFigures, measureShape } from "../core/measure/measure-shape";
import { isComplete, type MeasuredShape, type Measurement, nextName } from "../core/measure/measurement";
import { type TabledMeasurement, tableHeads, tableRows } from "../core/measure/table";
import type { EditView, MeasurementView } from "../host/contract";
import type { MeasurementStep, MeasurementStore } from "../workspace/measurements";
import type { EventLog } from "./events";
import type { DrawnMeasurements } from "./export-source";

interface MeasurementsParts {
  store: MeasurementStore;
  findSeries: (id: string) => { frames: readonly unknown[] };
  frame: (seriesId: string, index: number) => Promise<Frame>;
  events: EventLog;
  /** Called with the series of a new step: what was undone on it is forgotten. */
  onStep: (seriesId: string) => void;
}

/** Lengths, angles and regions on the frames of series. Each change is a step that can be taken back. */
export class Measurements {
  /** By measurement and its points: frames of a series never change. */
  readonly #figures = new Map<string, Promise<MeasuredFigures>>();

  constructor(private readonly parts: MeasurementsParts) {}

  /** A series' measurements by frame, with what they measure. Throws SERIES_NOT_FOUND and what decoding throws. */
  async list(seriesId: string): Promise<MeasurementView[]> {
    this.parts.findSeries(seriesId);
    return Promise.all(this.parts.store.list(seriesId).map((measurement) => this.#view(measurement)));
  }

  /** Throws SERIES_NOT_FOUND, FRAME_NOT_FOUND, MEASUREMENT_INVALID. */
  async add(
    request: { id: string; seriesId: string; frame: number } & MeasuredShape,
  ): Promise<MeasurementView> {
    const { store, findSeries } = this.parts;
    const { id, seriesId, frame, kind, points } = request;
    const known = store.get(id);
    if (known !== undefined) return this.#view(known);
    if (frame >= findSeries(seriesId).frames.length)
      throw new SlicebenchError("FRAME_NOT_FOUND", `The series has no frame ${frame + 1}.`);
    requireComplete({ kind, points });
    const name = nextName(kind, store.list(seriesId));
    const after = { id, seriesId, frame, kind, points, name, madeAt: Date.now() };
    this.#step({ seriesId, title: name, after });
    return this.#view(after);
  }

  /** Throws MEASUREMENT_NOT_FOUND, MEASUREMENT_INVALID. */
  async change(
    id: string,
    change: { name?: string | undefined; points?: MeasuredShape["points"] | undefined },
  ): Promise<MeasurementView> {
    const before = this.#get(id);
    const { name = before.name, points = before.points } = change;
    const after = { ...before, name, points };
    requireComplete(after);
    const title = name === before.name ? `Change ${name}` : `Rename ${before.name}`;
    this.#step({ seriesId: before.seriesId, title, before, after });
    return this.#view(after);
  }

  /** Throws MEASUREMENT_NOT_FOUND. */
  remove(id: string): void {
    const before = this.#get(id);
    this.#step({ seriesId: before.seriesId, title: `Remove ${before.name}`, before });
  }

  /** The steps of a series, the first made first. */
  steps(seriesId: string): MeasurementStep[] {
    return this.parts.store.steps(seriesId);
  }

  /** Takes a step back, or does it again. */
  setUndone(step: MeasurementStep, isUndone: boolean): EditView {
    this.parts.store.setUndone(step, isUndone);
    return this.#tell({ ...step, isUndone });
  }

  has(seriesId: string): boolean {
    return this.parts.store.list(seriesId).length > 0;
  }

  /** A series' measurements to be exported; undefined where it has none. */
  async drawn(seriesId: string): Promise<DrawnMeasurements | undefined> {
    const listed = this.parts.store.list(seriesId);
    const [first] = listed;
    if (first === undefined) return undefined;
    const { meaning } = await this.parts.frame(seriesId, first.frame);
    const measurements: TabledMeasurement[] = [];
    for (const measurement of listed) {
      measurements.push({ ...measurement, figures: await this.#figuresOf(measurement) });
    }
    return { measurements, valueUnit: meaning.unit };
  }

  #get(id: string): Measurement {
    const measurement = this.parts.store.get(id);
    if (measurement !== undefined) return measurement;
    throw new SlicebenchError("MEASUREMENT_NOT_FOUND", "This measurement is not there any more.");
  }

  #step(step: Pick<MeasurementStep, "seriesId" | "title" | "before" | "after">): void {
    const made = { ...step, id: randomUUID(), madeAt: Date.now() };
    this.parts.store.add(made);
    this.parts.onStep(step.seriesId);
    this.#tell({ ...made, isUndone: false });
  }

  #tell(step: MeasurementStep): EditView {
    const { seriesId } = step;
    const edit = measurementStepView(step);
    this.parts.events.publish({ type: "measurements", seriesId });
    this.parts.events.publish({ type: "history", seriesId, edit });
    return edit;
  }

  async #view(measurement: Measurement): Promise<MeasurementView> {
    return { ...measurement, figures: await this.#figuresOf(measurement) };
  }

  #figuresOf(measurement: Measurement): Promise<MeasuredFigures> {
    const { id, seriesId, frame, points } = measurement;
    const key = `${id} ${JSON.stringify(points)}`;
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    const figures = this.parts.frame(seriesId, frame).then((picture) => measureShape(measurement, picture));
    this.#figures.set(key, figures);
    // A frame that cannot be decoded now may be there again later.
    figures.catch(() => this.#figures.delete(key));
    return figures;
  }
}

/** Measurements as CSV (RFC 4180). */
export function measurementTable({ measurements, valueUnit }: DrawnMeasurements): string {
  return stringify([[...tableHeads], ...tableRows(measurements, valueUnit)], {
    record_delimiter: "windows",
    escape_formulas: true,
  });
}

/** A step as the history shows it. */
export function measurementStepView({
  id,
  title,
  madeAt,
  isUndone,
  before,
  after,
}: MeasurementStep): EditView {
  const frames = [...new Set([before, after].flatMap((each) => (each === undefined ? [] : [each.frame])))];
  return { id, title, frames, madeAt, isUndone };
}

function requireComplete(shape: MeasuredShape): void {
  if (isComplete(shape)) return;
  throw new SlicebenchError("MEASUREMENT_INVALID", "These points make no such measurement.");
}
