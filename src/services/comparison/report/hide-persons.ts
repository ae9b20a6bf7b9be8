import type { ComparisonRecord } from "../../../core/comparison/record";

/** Shorter parts of a name are hidden as words of their own only, as they are too often parts of others. */
const shortestInside = 4;
const shortestPart = 2;
const hidden = "[patient]";

/**
 * A comparison as it may be shown to others: wherever a path, a message or the command holds part of a patient's name
 * or number, that part is replaced. Folders are often named after patients.
 * @param persons names as in DICOM ("Yamada^Tarou"), and patient numbers
 */
export function hidePersons(record: ComparisonRecord, persons: readonly string[]): ComparisonRecord {
  const parts = [...new Set(persons.flatMap((person) => [person, ...person.split(/[\^=\s]+/)]))]
    .filter(({ length }) => length >= shortestPart)
    .sort((a, b) => b.length - a.length);
  if (parts.length === 0) return record;
  const pattern = new RegExp(parts.map(patternOf).join("|"), "giu");
  const hide = (text: string): string => text.replace(pattern, hidden);
  return {
    ...record,
    command: hide(record.command),
    cases: record.cases.map((each) => ({ ...each, input: hide(each.input) })),
    ...(record.volumes && {
      volumes: record.volumes.map((each) => ({ ...each, input: hide(each.input) })),
    }),
    ...(record.robustness && {
      robustness: {
        ...record.robustness,
        slices: record.robustness.slices.map((slice) => ({ ...slice, input: hide(slice.input) })),
      },
    }),
    failures: record.failures.map((failure) => ({
      ...failure,
      message: hide(failure.message),
      ...(failure.file !== undefined && { file: hide(failure.file) }),
    })),
  };
}

function patternOf(part: string): string {
  const literal = part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return part.length < shortestInside ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
}
