import { fromWireError, SlicebenchError } from "../core/errors";
import type { LayerView } from "../host/contract";
import type { EventLog } from "./events";
import type { ScannedObject } from "./image-reader";
import type { Layers } from "./layers";
import type { ObjectAnswer, ObjectRequest, TargetSeries } from "./segment-object-worker";
import type { OpenSeries } from "./studies";
import { WorkerPool } from "./worker-pool";

interface ObjectLayersParts {
  layers: Layers;
  /** All series that are open. */
  openSeries: () => readonly OpenSeries[];
  events: EventLog;
}

/** DICOM segmentations and structure sets as layers of the series that they were made on. */
export class ObjectLayers {
  readonly #pool = new WorkerPool<ObjectRequest, ObjectAnswer>("segment-object-worker", {
    maxThreads: 1,
    idleMs: 2_000,
  });

  constructor(private readonly parts: ObjectLayersParts) {}

  /**
   * Makes an object a layer of an open series, named as the object is. One that is a layer already stays as it is.
   * Throws OBJECT_UNNAMED, OBJECT_IMAGES_NOT_OPEN, and what the readers throw; CancelledError.
   */
  async load({ file, kind, sopInstanceUid }: ScannedObject, signal: AbortSignal): Promise<LayerView> {
    const { layers, events } = this.parts;
    if (sopInstanceUid === undefined) {
      throw new SlicebenchError("OBJECT_UNNAMED", "The file does not say which DICOM object it is.", {
        file,
        hint: "Export it again: without a SOP Instance UID it cannot be told from others.",
      });
    }
    const open = this.parts.openSeries();
    const known = open
      .flatMap(({ id }) => layers.stored(id))
      .find(({ origin }) => origin.kind === "dicom-object" && origin.sopInstanceUid === sopInstanceUid);
    if (known !== undefined) return layers.view(known.id);
    const answer = await this.#pool.run({ file, kind, series: open.map(targetOf) }, signal);
    if ("error" in answer) throw fromWireError(answer.error);
    const { seriesId, name, algorithm, segments, labelMaps, warnings } = answer.read;
    const { id } = layers.create(
      {
        seriesId,
        name: layers.freeName(seriesId, name),
        origin: { kind: "dicom-object", object: kind, sopInstanceUid, algorithm, warnings },
        segments,
      },
      labelMaps,
    );
    events.publish({ type: "studies" });
    return layers.view(id);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

function targetOf({ id, frames, frameOfReferenceUid }: OpenSeries): TargetSeries {
  return {
    id,
    frames: frames.map(({ rows, columns, geometry, frame, sopInstanceUid }) => ({
      rows,
      columns,
      geometry,
      frame,
      ...(sopInstanceUid !== undefined && { sopInstanceUid }),
      ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
    })),
  };
}
