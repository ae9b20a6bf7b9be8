import type { EditView } from "../host/contract";
import type { Edits } from "./edits";
import { measurementStepView, type Measurements } from "./measurements";

/** The edits and the measurements of a series as one line of steps, in the order in which they were made. */
export class SeriesHistory {
  constructor(
    private readonly edits: Edits,
    private readonly measurements: Measurements,
  ) {}

  /** The first made first; those that were undone come last. */
  list(seriesId: string): EditView[] {
    const steps = [
      ...this.edits.history(seriesId),
      ...this.measurements.steps(seriesId).map(measurementStepView),
    ];
    // Sorting keeps what is alike in its order.
    return steps.sort((a, b) => Number(a.isUndone) - Number(b.isUndone) || a.madeAt - b.madeAt);
  }

  /** Takes the last step back; undefined where there is none. */
  async undo(seriesId: string): Promise<EditView | undefined> {
    const last = this.list(seriesId).findLast(({ isUndone }) => !isUndone);
    return this.#measured(seriesId, last, true) ?? this.edits.undo(seriesId);
  }

  /** Does the first undone step again; undefined where there is none. */
  async redo(seriesId: string): Promise<EditView | undefined> {
    const first = this.list(seriesId).find(({ isUndone }) => isUndone);
    return this.#measured(seriesId, first, false) ?? this.edits.redo(seriesId);
  }

  /** Undefined where the step is not a measurement's. */
  #measured(seriesId: string, step: EditView | undefined, isUndone: boolean): EditView | undefined {
    const found = this.measurements.steps(seriesId).find(({ id }) => id === step?.id);
    return found && this.measurements.setUndone(found, isUndone);
  }
}
