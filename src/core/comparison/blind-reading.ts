import { SeededRandom } from "../random";
import { type WinRate, winRate } from "../statistics/win-rate";

/**
 * Blind reading: masks of two candidates beside each other without their names, on sides that chance decides; the
 * reader says which is better, or that neither is (two-alternative forced choice with ties).
 */

/** In which order slices come: those first on which the two differ most, or by chance. */
export const readingOrders = ["disputed", "random"] as const;
export type ReadingOrder = (typeof readingOrders)[number];

export const readingSides = ["left", "right"] as const;
export type ReadingSide = (typeof readingSides)[number];

export const readingChoices = [...readingSides, "tie"] as const;
export type ReadingChoice = (typeof readingChoices)[number];

/** A candidate's label map on one frame. */
export interface PresentedMask {
  model: string;
  layerId: string;
  sha256: string;
}

/** One frame with what the candidates marked on it. */
export interface ReadableCase {
  seriesId: string;
  frame: number;
  input: string;
  masks: readonly PresentedMask[];
  /** Dice between each two; null where neither marked anything. */
  agreement: readonly { a: string; b: string; dice: number | null }[];
}

/** What the reader is shown at once. */
export interface Presentation extends Pick<ReadableCase, "seriesId" | "frame" | "input"> {
  left: PresentedMask;
  right: PresentedMask;
}

export interface ReadingPlan {
  order: ReadingOrder;
  /** What order and sides were drawn with: the same seed over the same cases gives the same plan. */
  seed: number;
  presentations: Presentation[];
  /** Pairs of masks that are the same pixel for pixel: nobody could prefer one. */
  identical: number;
}

interface ReadingWish {
  order: ReadingOrder;
  seed: number;
  /** Slices of each pair at most. */
  mostPerPair: number;
}

/** Draws what is shown: every pair of candidates on its cases, in turn, without masks that are the same. */
export function planReading(
  models: readonly string[],
  cases: readonly ReadableCase[],
  { order, seed, mostPerPair }: ReadingWish,
): ReadingPlan {
  const random = new SeededRandom(seed);
  let identical = 0;
  const drawn = models.flatMap((a, at) =>
    models.slice(at + 1).flatMap((b) => {
      const pairs = cases.flatMap((of) => pairOf(of, a, b) ?? []);
      const different = pairs.filter(({ first, second }) => first.sha256 !== second.sha256);
      identical += pairs.length - different.length;
      const chosen = inOrder(random.shuffle(different), order).slice(0, mostPerPair);
      return chosen.map((pair, rank) => ({ ...pair, rank }));
    }),
  );
  // Pairs take turns, so that a reading that ends early has read all of them.
  const inTurn = random.shuffle(drawn).sort((x, y) => x.rank - y.rank);
  const presentations = inTurn.map(({ of, first, second }) => {
    const [left, right] = random.chance(0.5) ? [first, second] : [second, first];
    return { seriesId: of.seriesId, frame: of.frame, input: of.input, left, right };
  });
  return { order, seed, presentations, identical };
}

interface ReadablePair {
  of: ReadableCase;
  first: PresentedMask;
  second: PresentedMask;
  dice: number;
}

function pairOf(of: ReadableCase, a: string, b: string): ReadablePair | undefined {
  const [first, second] = [a, b].map((id) => of.masks.find(({ model }) => model === id));
  if (first === undefined || second === undefined) return undefined;
  const agreement = of.agreement.find((each) => [each.a, each.b].includes(a) && [each.a, each.b].includes(b));
  return { of, first, second, dice: agreement?.dice ?? 1 };
}

/** Pairs that are disputed alike stay as chance has them. */
const inOrder = (pairs: ReadablePair[], order: ReadingOrder): ReadablePair[] =>
  order === "random" ? pairs : pairs.sort((a, b) => a.dice - b.dice);

/** How often each of two was preferred. */
export interface PairPreference {
  a: string;
  b: string;
  aWins: number;
  bWins: number;
  ties: number;
  /** Presentations without an answer. */
  unread: number;
  /** Of `a`, with Wilson's 95 % interval; absent where nobody had a preference. */
  winRate?: WinRate;
  /** The interval of the win rate holds a half: these readings do not tell the two apart. */
  isTie: boolean;
}

/**
 * What a reading found, pair by pair in the order of the candidates.
 * @param choices the answer to each presentation, undefined where there is none
 */
export function readingPreferences(
  models: readonly string[],
  presentations: readonly Presentation[],
  choices: readonly (ReadingChoice | undefined)[],
): PairPreference[] {
  return models.flatMap((a, at) =>
    models.slice(at + 1).map((b) => {
      const preferred = presentations.flatMap((presentation, index) => {
        const pair = [presentation.left.model, presentation.right.model];
        return pair.includes(a) && pair.includes(b) ? [preferredModel(presentation, choices[index])] : [];
      });
      const count = (what: string | undefined) => preferred.filter((each) => each === what).length;
      const [aWins, bWins] = [count(a), count(b)];
      const rate = winRate({ wins: aWins, losses: bWins });
      return {
        a,
        b,
        aWins,
        bWins,
        ties: count("tie"),
        unread: count(undefined),
        ...(rate && { winRate: rate }),
        isTie: rate === undefined || (rate.low <= 0.5 && rate.high >= 0.5),
      };
    }),
  );
}

/** The candidate that the reader chose, "tie", or undefined without an answer. */
export function preferredModel(
  presentation: Pick<Presentation, "left" | "right">,
  choice: ReadingChoice | undefined,
): string | undefined {
  return choice === undefined || choice === "tie" ? choice : presentation[choice].model;
}
