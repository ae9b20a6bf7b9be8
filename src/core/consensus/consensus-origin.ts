/** How several layers become one. */
export const consensusMethods = ["majority-vote", "staple"] as const;
export type ConsensusMethod = (typeof consensusMethods)[number];

export const consensusNames: Readonly<Record<ConsensusMethod, string>> = {
  "majority-vote": "Majority vote",
  staple: "STAPLE",
};

/** What STAPLE estimates of one reader, against what it takes for true. */
export interface ReaderPerformance {
  /** The probability that true background is left unmarked, 0..1. */
  specificity: number;
  /** By a segment's value, the probability that its true pixels are marked as it, 0..1; of those that occur. */
  sensitivity: Record<number, number>;
}

/** A layer that had a say in a consensus, by the name that it had then. */
export type ConsensusReader = { id: string; name: string } & Partial<ReaderPerformance>;

/** Where a consensus layer comes from. The readers' figures are there where the method estimates them. */
export interface ConsensusOrigin {
  kind: "consensus";
  method: ConsensusMethod;
  layers: ConsensusReader[];
}
