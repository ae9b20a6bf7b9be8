import { isSameConcept } from "../coded-concepts";
import { SlicebenchError } from "../errors";
import { colourOfValue, type CodedConcept, type Segment } from "./label-map";

/** What can be said about a segment; `null` takes its concept, with the category, away. */
export interface SegmentDescription {
  label?: string | undefined;
  colour?: string | undefined;
  concept?: CodedConcept | null | undefined;
  category?: CodedConcept | undefined;
}

export type SegmentChange =
  | ({ kind: "add" } & SegmentDescription)
  | ({ kind: "describe"; value: number } & SegmentDescription)
  /** The segments' values in their new order. */
  | { kind: "reorder"; values: readonly number[] }
  | { kind: "merge"; value: number; into: number }
  | { kind: "remove"; value: number };

/** What a change makes of a layer's segments. */
export interface ChangedSegments {
  segments: Segment[];
  /** For the history: "Rename LV to LV cavity". */
  title: string;
  /** What becomes of pixels: of the first value they take the second. Nothing else changes. */
  replaced?: { from: number; to: number };
}

/**
 * Changes a layer's segments. Values never change, so label maps stay as they are except where a segment ends.
 * Throws SEGMENT_NOT_FOUND, SEGMENT_LOCKED where the pixels of a locked segment would change, SEGMENT_INVALID.
 */
export function changeSegments(segments: readonly Segment[], change: SegmentChange): ChangedSegments {
  switch (change.kind) {
    case "add":
      return addSegment(segments, change);
    case "describe":
      return describeSegment(segments, change);
    case "reorder":
      return reorderSegments(segments, change.values);
    case "merge":
      return mergeSegment(segments, change);
    case "remove": {
      const removed = unlockedSegment(segments, change.value);
      return {
        segments: segments.filter((segment) => segment !== removed),
        title: `Remove ${removed.label}`,
        replaced: { from: change.value, to: 0 },
      };
    }
  }
}

/** The segment of a value; throws SEGMENT_NOT_FOUND. */
export function segmentOf(segments: readonly Segment[], value: number): Segment {
  const segment = segments.find((candidate) => candidate.value === value);
  if (segment === undefined) throw new SlicebenchError("SEGMENT_NOT_FOUND", "This segment was removed.");
  return segment;
}

/** The segment of a value; throws SEGMENT_LOCKED where its pixels must stay. */
export function unlockedSegment(segments: readonly Segment[], value: number): Segment {
  const segment = segmentOf(segments, value);
  if (segment.locked !== true) return segment;
  throw new SlicebenchError("SEGMENT_LOCKED", `${segment.label} is locked.`, {
    hint: "Unlock it in the list of segments first.",
  });
}

/** The lowest value that no segment has; throws SEGMENT_INVALID where all 255 are taken. */
function freeValue(segments: readonly Segment[]): number {
  const taken = new Set(segments.map(({ value }) => value));
  for (let value = 1; value <= 255; value++) if (!taken.has(value)) return value;
  throw new SlicebenchError("SEGMENT_INVALID", "A layer has room for 255 segments.", {
    hint: "Add an annotation layer for more.",
  });
}

function addSegment(segments: readonly Segment[], described: SegmentDescription): ChangedSegments {
  const value = freeValue(segments);
  const { concept, category } = described;
  const added: Segment = {
    value,
    label: described.label ?? concept?.meaning ?? `Segment ${value}`,
    colour: described.colour ?? colourOfValue(value),
    ...(concept && { concept, ...(category && { category }) }),
  };
  return { segments: [...segments, added], title: `Add ${added.label}` };
}

function describeSegment(
  segments: readonly Segment[],
  change: { value: number } & SegmentDescription,
): ChangedSegments {
  const known = segmentOf(segments, change.value);
  const { concept, category, ...rest } = known;
  const kept = change.concept === undefined ? { concept, category } : {};
  const described: Segment = {
    ...rest,
    ...kept,
    ...(change.label !== undefined && { label: change.label }),
    ...(change.colour !== undefined && { colour: change.colour }),
    ...(change.concept && { concept: change.concept, ...(change.category && { category: change.category }) }),
  };
  return {
    segments: segments.map((segment) => (segment === known ? described : segment)),
    title: describeTitle(known, described),
  };
}

function describeTitle(before: Segment, after: Segment): string {
  if (before.label !== after.label) return `Rename ${before.label} to ${after.label}`;
  if (before.colour !== after.colour) return `Recolour ${after.label}`;
  return after.concept
    ? `Code ${after.label} as ${after.concept.meaning}`
    : `Take the code of ${after.label} away`;
}

function reorderSegments(segments: readonly Segment[], values: readonly number[]): ChangedSegments {
  const isWhole = values.length === segments.length && new Set(values).size === values.length;
  if (!isWhole)
    throw new SlicebenchError("SEGMENT_INVALID", "The order names other segments than there are.");
  return { segments: values.map((value) => segmentOf(segments, value)), title: "Reorder segments" };
}

function mergeSegment(
  segments: readonly Segment[],
  { value, into }: { value: number; into: number },
): ChangedSegments {
  if (value === into) throw new SlicebenchError("SEGMENT_INVALID", "A segment cannot be merged into itself.");
  const merged = unlockedSegment(segments, value);
  const target = unlockedSegment(segments, into);
  return {
    segments: segments.filter((segment) => segment !== merged),
    title: `Merge ${merged.label} into ${target.label}`,
    replaced: { from: value, to: into },
  };
}

/**
 * Segments as a step of the history left them, with the locks and the eyes as they are now: those are how one looks at
 * segments, not what one made of them.
 */
export function withStatesOf(segments: readonly Segment[], current: readonly Segment[]): Segment[] {
  return segments.map(({ locked: _locked, hidden: _hidden, ...segment }) => {
    const now = current.find(({ value }) => value === segment.value);
    return { ...segment, ...(now?.locked && { locked: true }), ...(now?.hidden && { hidden: true }) };
  });
}

/** Which of some segments is the same as another layer's: by concept, else by name. */
export function findSameSegment(
  segments: readonly Segment[],
  { label, concept }: Pick<Segment, "label" | "concept">,
): Segment | undefined {
  return (
    segments.find((segment) => isSameConcept(segment.concept, concept)) ??
    segments.find((segment) => segment.label.toLowerCase() === label.toLowerCase())
  );
}

/** Which of our segments each of theirs is, and what ours become: those that fit none are added. */
export interface MatchedSegments {
  segments: Segment[];
  /** Their value to ours. */
  values: Map<number, number>;
}

/**
 * Finds for each segment of another layer ours of the same concept, else of the same name; else one of ours that is
 * still unnamed and empty takes its name; else it is added.
 * @param empty values of our segments that have no pixels
 */
export function matchSegments(
  ours: readonly Segment[],
  theirs: readonly Segment[],
  empty: ReadonlySet<number>,
): MatchedSegments {
  let segments = [...ours];
  const values = new Map<number, number>();
  for (const { value, label, concept, category } of theirs) {
    const free = segments.filter((segment) => ![...values.values()].includes(segment.value));
    const same = findSameSegment(free, { label, concept });
    const unnamed = free.find((segment) => /^Segment \d+$/.test(segment.label) && empty.has(segment.value));
    const described = { label, concept, category };
    if (same === undefined) {
      segments = (
        unnamed
          ? describeSegment(segments, { value: unnamed.value, ...described })
          : addSegment(segments, described)
      ).segments;
    }
    values.set(value, (same ?? unnamed ?? segments.at(-1)!).value);
  }
  return { segments, values };
}
