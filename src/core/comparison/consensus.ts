import { meanAgreement } from "../consensus/agreement";
import { readerPerformances, staple } from "../consensus/staple";
import { majorityVote, voteEntropy } from "../consensus/vote";
import type { Segment } from "../mask/label-map";
import type { CaseAnswer } from "./case-answer";
import type { ComparisonCase } from "./record";

/** How far candidates agree with what they find together: majority vote, STAPLE, and the entropy of their votes. */
export function measureConsensus(
  answers: readonly CaseAnswer[],
  segments: readonly Pick<Segment, "value" | "label">[],
): NonNullable<ComparisonCase["consensus"]> {
  const maps = answers.map(({ labels }) => labels.values);
  const segmentValues = segments.map(({ value }) => value);
  const majority = majorityVote(maps);
  const estimated = staple(maps);
  const performances = readerPerformances(estimated);
  const diceTo = (answer: CaseAnswer, other: Uint8Array): number | null =>
    meanAgreement(answer.labels, { ...answer.labels, values: other }, segmentValues) ?? null;
  return {
    entropy: entropyOfMarked(maps),
    readers: answers.map((answer, reader) => ({
      model: answer.model,
      specificity: performances[reader]!.specificity,
      sensitivity: Object.fromEntries(
        segments.flatMap(({ value, label }) => {
          const sensitivity = performances[reader]!.sensitivity[value];
          return sensitivity === undefined ? [] : [[label, sensitivity]];
        }),
      ),
      diceToMajority: diceTo(answer, majority),
      diceToStaple: diceTo(answer, estimated.consensus),
    })),
  };
}

/** Mean over the pixels that anyone marked; 0 where nobody marked any. */
function entropyOfMarked(maps: readonly Uint8Array[]): number {
  const entropy = voteEntropy(maps);
  let [sum, marked] = [0, 0];
  for (let at = 0; at < entropy.length; at++) {
    if (maps.every((map) => map[at] === 0)) continue;
    sum += entropy[at]!;
    marked++;
  }
  return marked === 0 ? 0 : sum / marked;
}
