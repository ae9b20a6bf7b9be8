import type { DataSet } from "dicom-parser";
import { readItems } from "./elements";
import { tags } from "./tags";

/**
 * Looks up what may differ from frame to frame. Enhanced objects keep it in functional groups, the frame's own
 * before those shared by all (PS3.3 C.7.6.16); the others keep it at the top level.
 */
export class FrameAttributes {
  readonly #topLevel: DataSet;
  readonly #shared: DataSet | undefined;
  readonly #frames: DataSet[];

  constructor(dataSet: DataSet) {
    this.#topLevel = dataSet;
    this.#shared = readItems(dataSet, tags.sharedFunctionalGroups)[0];
    this.#frames = readItems(dataSet, tags.perFrameFunctionalGroups);
  }

  /** The macro's first item for this frame (from 0); the top level where no group has it. */
  of(macroTag: string, frame: number): DataSet {
    const own = this.#frames[frame];
    return (
      (own && readItems(own, macroTag)[0]) ??
      (this.#shared && readItems(this.#shared, macroTag)[0]) ??
      this.#topLevel
    );
  }
}
