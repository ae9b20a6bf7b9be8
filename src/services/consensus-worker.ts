import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ConsensusMethod, ReaderPerformance } from "../core/consensus/consensus-origin";
import { readerPerformances, staple } from "../core/consensus/staple";
import { majorityVote } from "../core/consensus/vote";
import type { DeflatedLabelMap } from "../workspace/layers";

/** What all readers find on one frame. */
export interface ReadSlice {
  frame: number;
  rows: number;
  columns: number;
  /** One a reader, as it lies in the workspace. */
  deflated: Uint8Array[];
}

export interface ConsensusRequest {
  method: ConsensusMethod;
  slices: ReadSlice[];
  /** By reader, what each of its 256 values is in the consensus. */
  values: Uint8Array[];
}

export interface ConsensusMade {
  labelMaps: DeflatedLabelMap[];
  /** By reader, where the method estimates it. */
  performances?: ReaderPerformance[];
}

/**
 * Makes one label map a frame of what readers find together. STAPLE estimates over all slices that it is given, as one
 * volume. Runs in a worker thread: a series takes seconds.
 * @throws MASK_SHAPE_MISMATCH
 */
export default function makeConsensus({ method, slices, values }: ConsensusRequest): ConsensusMade {
  const maps = values.map((meaning, reader) => readSlices(slices, reader).map((value) => meaning[value]!));
  if (method === "majority-vote") return { labelMaps: deflateSlices(slices, majorityVote(maps)) };
  const estimated = staple(maps);
  return {
    labelMaps: deflateSlices(slices, estimated.consensus),
    performances: readerPerformances(estimated),
  };
}

/** A reader's label maps, one frame behind the other. */
function readSlices(slices: readonly ReadSlice[], reader: number): Uint8Array {
  const read = slices.map(({ rows, columns, deflated }) =>
    inflateRawSync(deflated[reader]!, { maxOutputLength: rows * columns }),
  );
  return new Uint8Array(Buffer.concat(read));
}

function deflateSlices(slices: readonly ReadSlice[], values: Uint8Array): DeflatedLabelMap[] {
  let start = 0;
  return slices.map(({ frame, rows, columns }) => {
    const own = values.subarray(start, (start += rows * columns));
    return { frame, rows, columns, deflated: deflateRawSync(own, { level: 1 }) };
  });
}
