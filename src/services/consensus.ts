import type { z } from "zod";
import { consensusNames } from "../core/consensus/consensus-origin";
import { SlicebenchError } from "../core/errors";
import type { Segment } from "../core/mask/label-map";
import { matchSegments, withStatesOf } from "../core/mask/segment-list";
import type { JobView, makeConsensusSchema } from "../host/contract";
import type { LayerStore, StoredLayer } from "../workspace/layers";
import type { ConsensusMade, ConsensusRequest, ReadSlice } from "./consensus-worker";
import type { JobHandle, Jobs } from "./jobs";
import type { Layers } from "./layers";
import { WorkerPool } from "./worker-pool";

interface ConsensusParts {
  layers: Layers;
  store: LayerStore;
  jobs: Jobs;
}

/** Layers of what several others find together. */
export class ConsensusLayers {
  readonly #pool = new WorkerPool<ConsensusRequest, ConsensusMade>("consensus-worker", {
    maxThreads: 1,
    idleMs: 2_000,
  });

  constructor(private readonly parts: ConsensusParts) {}

  /**
   * Makes a consensus layer as a job; a cancelled or failed one leaves no layer. Segments are the same where their
   * concept, else their name is.
   * Throws LAYER_NOT_FOUND, CONSENSUS_INVALID for a layer of another series, CONSENSUS_EMPTY where no frame has a label
   * map of all, SEGMENT_INVALID where all together have more than 255 segments.
   */
  start({ seriesId, method, layerIds }: z.output<typeof makeConsensusSchema>): JobView {
    const readers = layerIds.map((id) => this.parts.layers.get(id));
    const other = readers.find((reader) => reader.seriesId !== seriesId);
    if (other !== undefined)
      throw new SlicebenchError("CONSENSUS_INVALID", `${other.name} belongs to another series.`);
    const frames = sharedFrames(readers);
    if (frames.length === 0)
      throw new SlicebenchError("CONSENSUS_EMPTY", "No slice has a mask of all of these layers.", {
        hint: "Run the models on the same slices, or leave a layer out.",
      });
    const { segments, values } = commonSegments(readers);
    const title = `${consensusNames[method]} of ${readers.length} layers`;
    return this.parts.jobs.start("consensus", title, async (job) => {
      job.begin();
      const { labelMaps, performances } = await this.#make(job, {
        method,
        values,
        slices: this.#read(readers, frames),
      });
      job.signal.throwIfAborted();
      const layers = readers.map(({ id, name }, at) => ({ id, name, ...performances?.[at] }));
      const origin = { kind: "consensus", method, layers } as const;
      const name = this.parts.layers.freeName(seriesId, consensusNames[method]);
      job.made(this.parts.layers.create({ seriesId, name, origin, segments }, labelMaps).id);
    });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** A vote is taken slice by slice; STAPLE estimates over all of them at once, so that there is no progress to tell. */
  async #make(job: JobHandle, request: ConsensusRequest): Promise<ConsensusMade> {
    if (request.method === "staple") return this.#pool.run(request, job.signal);
    const made: ConsensusMade = { labelMaps: [] };
    for (const [done, slice] of request.slices.entries()) {
      job.progress(done, request.slices.length);
      const { labelMaps } = await this.#pool.run({ ...request, slices: [slice] }, job.signal);
      made.labelMaps.push(...labelMaps);
    }
    job.progress(request.slices.length);
    return made;
  }

  /** All label maps as they are now, so that a run that goes on changes no vote. */
  #read(readers: readonly StoredLayer[], frames: readonly number[]): ReadSlice[] {
    const maps = readers.map(({ id }) => this.parts.store.deflatedLabelMaps(id, frames));
    return frames.map((_, at) => {
      const ofFrame = maps.map((each) => each[at]);
      const [first] = ofFrame;
      if (first === undefined || ofFrame.includes(undefined))
        throw new SlicebenchError("LAYER_NOT_FOUND", "This layer was removed.");
      const { frame, rows, columns } = first;
      return { frame, rows, columns, deflated: ofFrame.map((map) => map!.deflated) };
    });
  }
}

function sharedFrames([first, ...others]: readonly StoredLayer[]): number[] {
  const there = others.map(({ frames }) => new Set(frames));
  return (first?.frames ?? []).filter((frame) => there.every((frames) => frames.has(frame)));
}

/** The first layer's segments and what the others have besides, and by layer what each of its values is among them. */
function commonSegments(readers: readonly StoredLayer[]): { segments: Segment[]; values: Uint8Array[] } {
  let segments: Segment[] = [];
  const values = readers.map((reader) => {
    const matched = segments.length === 0 ? undefined : matchSegments(segments, reader.segments, new Set());
    segments = matched?.segments ?? [...reader.segments];
    // A value that the layer's own list does not name marks nothing.
    const meaning = new Uint8Array(256);
    for (const { value } of reader.segments) meaning[value] = matched?.values.get(value) ?? value;
    return meaning;
  });
  return { segments: withStatesOf(segments, []), values };
}
