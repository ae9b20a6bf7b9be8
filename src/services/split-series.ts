import { dot, sliceAxes } from "../core/image/patient-space";
import type { ImageFile } from "../formats/open";
import type { InputFile } from "./output-names";

/** A file with pictures, and where it was found. */
export interface FoundImage {
  input: InputFile;
  image: ImageFile;
}

/** Files of a series that belong behind each other. */
export interface Stack {
  files: FoundImage[];
  /** What tells it from the others of its series: "512 x 512", "acquisition 2"; absent where it is the only one. */
  part?: string;
  warnings: string[];
}

/** Directions that agree to this cosine (0.8 degrees) are one. */
const sameDirection = 0.9999;

/**
 * Takes a series apart where its Series Instance UID holds more than one: pictures of another size (localisers),
 * slices of other directions, and several acquisitions or echoes of the same places. Nothing of one is ever stacked
 * on another. The phases of a movement stay together. Copies of an instance are left out, and it is told, unless they
 * are wanted: who names two files wants two results.
 * @param series files with one Series Instance UID, in the order in which they were found
 */
export function splitIntoStacks(
  series: readonly FoundImage[],
  { areCopiesWanted = false }: { areCopiesWanted?: boolean } = {},
): Stack[] {
  const { kept, copies } = areCopiesWanted ? { kept: series, copies: 0 } : withoutCopies(series);
  const stacks = splitBy(kept, sizeOf).flatMap((sized) =>
    splitByDirection(sized.files).flatMap((directed) =>
      splitByAcquisition(directed.files).map((taken) => ({
        files: taken.files,
        parts: [sized.part, directed.part, taken.part].filter((part) => part !== undefined),
      })),
    ),
  );
  const mixed =
    stacks.length > 1
      ? [
          `The series holds ${stacks.length} stacks of slices, which are shown one by one: ${namesOf(stacks)}.`,
        ]
      : [];
  const doubled =
    copies > 0
      ? [`${copies} file${copies === 1 ? " is a copy" : "s are copies"} of another one, and left out.`]
      : [];
  return stacks.map(({ files, parts }) => ({
    files,
    ...(parts.length > 0 && { part: parts.join(", ") }),
    warnings: [...mixed, ...doubled],
  }));
}

/** A series' title, and which part of it this is. */
export function titleOfPart(title: string, part: string | undefined): string {
  return part === undefined ? title : `${title} (${part})`;
}

const namesOf = (stacks: readonly { parts: string[] }[]) =>
  stacks.map(({ parts }) => parts.join(", ")).join("; ");

/**
 * The same instance a second time, by its UID, number and place. A careless program gives one UID to all instances of a
 * series: then those of another number or place are no copies.
 */
function withoutCopies(series: readonly FoundImage[]): { kept: FoundImage[]; copies: number } {
  const seen = new Set<string>();
  const kept = series.filter(({ image }) => {
    const { sopInstanceUid, instanceNumber } = image.identity;
    if (sopInstanceUid === undefined) return true;
    const { position } = image.geometry(0);
    const key = [sopInstanceUid, instanceNumber, position?.join(" "), image.frameCount].join("\n");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { kept, copies: series.length - kept.length };
}

interface Part {
  files: FoundImage[];
  part?: string;
}

function splitBy(files: readonly FoundImage[], nameOf: (found: FoundImage) => string): Part[] {
  const groups = new Map<string, FoundImage[]>();
  for (const found of files) {
    const name = nameOf(found);
    groups.set(name, [...(groups.get(name) ?? []), found]);
  }
  return Array.from(groups, ([name, group]) => ({ files: group, ...(groups.size > 1 && { part: name }) }));
}

const sizeOf = ({ image: { header } }: FoundImage) => `${header.rows} x ${header.columns}`;

/** A file of several frames counts by its first one; its frames stay together, and their stack says what it is. */
function splitByDirection(files: readonly FoundImage[]): Part[] {
  const directions: ReturnType<typeof sliceAxes>[] = [];
  return splitBy(files, ({ image }) => {
    const { orientation } = image.geometry(0);
    if (orientation === undefined) return "no direction";
    const axes = sliceAxes(orientation);
    let index = directions.findIndex(
      ({ row, normal }) => dot(axes.row, row) > sameDirection && dot(axes.normal, normal) > sameDirection,
    );
    if (index < 0) index = directions.push(axes) - 1;
    return `direction ${index + 1}`;
  });
}

/** Several pictures of each place, told apart by the number of their acquisition or echo. */
function splitByAcquisition(files: readonly FoundImage[]): Part[] {
  const whole = [{ files: [...files] }];
  const isMovement = ["temporalPosition", "triggerTimeMs"] as const;
  const moves = isMovement.some((key) => new Set(files.map(({ image }) => image.identity[key])).size > 1);
  if (moves || !hasRepeatedPlace(files)) return whole;
  const ways: ((found: FoundImage) => string)[] = [
    ({ image }) => `acquisition ${image.identity.acquisitionNumber ?? "?"}`,
    ({ image }) => `echo ${image.identity.echoNumbers ?? "?"}`,
  ];
  for (const way of ways) {
    const parts = splitBy(files, way);
    // An acquisition a slice tells nothing apart.
    const isUseful =
      parts.length > 1 && parts.every((part) => part.files.length > 1 && !hasRepeatedPlace(part.files));
    if (isUseful) return parts;
  }
  return whole;
}

function hasRepeatedPlace(files: readonly FoundImage[]): boolean {
  const places = files.flatMap(({ image }) => {
    const { position } = image.geometry(0);
    return position === undefined ? [] : [position.map((length) => length.toFixed(2)).join(" ")];
  });
  return new Set(places).size < places.length;
}
