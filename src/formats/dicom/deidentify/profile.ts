import profileTable from "./profile-table.json";

/** Options of the Basic Application Level Confidentiality Profile (PS3.15 E.3). */
export interface DeidentifyOptions {
  /** Retain UIDs Option (E.3.9). */
  retainUids: boolean;
  /** Retain Longitudinal Temporal Information With Modified Dates Option (E.3.6). */
  shiftDates: boolean;
  /** Clean Descriptors Option (E.3.5). */
  cleanDescriptors: boolean;
}

/** What is done to an element. Of `keep` and `items` the items of a sequence are looked at one by one. */
export type Action = "keep" | "remove" | "empty" | "dummy" | "new-uid" | "shift-date" | "clean" | "items";

interface ProfileRow {
  name: string;
  vr: string;
  basic: string;
  uids?: string;
  dates?: string;
  descriptors?: string;
}

/** PS3.15 table E.1-1, by tag; written by scripts/deidentification_tables.py. */
const rows: ReadonlyMap<string, ProfileRow> = new Map(profileTable.map((row) => [row.tag, row]));

/** The attribute's name, where the profile has it. */
export function attributeName(tag: string): string | undefined {
  return rows.get(tag)?.name;
}

/** Whether an attribute describes an examination, so that the Clean Descriptors Option may keep part of it. */
export function isDescriptor(tag: string): boolean {
  return rows.get(tag)?.descriptors === "C";
}

/** The VR in the file, else the one of the data dictionary; undefined where neither says. */
export function representationOf(tag: string, written: string | undefined): string | undefined {
  return written === undefined || written === "UN" ? (rows.get(tag)?.vr ?? written) : written;
}

/**
 * What the profile does to an attribute.
 * @param vr as `representationOf` gives it
 */
export function actionFor(tag: string, vr: string | undefined, options: DeidentifyOptions): Action {
  const group = Number.parseInt(tag.slice(1, 5), 16);
  if (isRemovedGroup(group) || tag.endsWith("0000")) return "remove";
  const row = rows.get(tag);
  if (row === undefined) return actionForUnlisted(tag, vr, options);
  const isSequence = vr === "SQ";
  if (options.retainUids && row.uids === "K") return isSequence ? "items" : "keep";
  if (options.shiftDates && row.dates === "C" && isDate(vr)) return "shift-date";
  if (options.shiftDates && row.dates === "C" && vr === "TM") return "keep";
  if (options.cleanDescriptors && row.descriptors === "C") return isSequence ? "items" : "clean";
  return basicAction(row.basic, isSequence);
}

/**
 * Private elements, messages and directories, curves and overlays: the profile removes what could be drawn there, and
 * a plane without its data is no plane.
 */
function isRemovedGroup(group: number): boolean {
  return group % 2 === 1 || group < 0x0008 || (group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000;
}

/**
 * Where the table leaves a choice, what every IOD conforms with: an element that may have to have a value gets a
 * dummy, one that may have to be there stays empty (E.1, note 4).
 */
function basicAction(code: string, isSequence: boolean): Action {
  switch (code) {
    case "X":
      return "remove";
    case "Z":
    case "X/Z":
      return "empty";
    case "U":
      return "new-uid";
    case "X/Z/U*":
      return "items";
    default:
      // A dummy of a sequence has no items: their text is what is to go.
      return isSequence ? (code.includes("X") ? "remove" : "empty") : "dummy";
  }
}

/** UIDs of instances and frames of reference that the table has forgotten: what refers to one must go on doing so. */
const unlistedInstanceUids: ReadonlySet<string> = new Set([
  "x00081167", // Multi-frame Source SOP Instance UID
  "x0018991e", // Target Frame of Reference UID
  "x00200242", // SOP Instance UID of Concatenation Source
  "x00209312", // Volume Frame of Reference UID
  "x00209313", // Table Frame of Reference UID
  "x0070031b", // Referenced Fiducial UID
  "x300a0675", // Equipment Frame of Reference UID
]);

/** Attributes that the table does not have: names and dates go, as all of theirs do, and what nobody can read. */
function actionForUnlisted(tag: string, vr: string | undefined, options: DeidentifyOptions): Action {
  if (unlistedInstanceUids.has(tag)) return options.retainUids ? "keep" : "new-uid";
  if (vr === "UN") return "remove";
  if (vr === "PN") return "empty";
  if (vr === "SQ") return "items";
  if (isDate(vr)) return options.shiftDates ? "shift-date" : "empty";
  return "keep";
}

function isDate(vr: string | undefined): boolean {
  return vr === "DA" || vr === "DT";
}

/** A code of CID 7050 (PS3.16), all of scheme DCM. */
export interface MethodCode {
  value: string;
  meaning: string;
}

/** What was done, as De-identification Method Code Sequence records it. */
export function methodCodes(options: DeidentifyOptions): MethodCode[] {
  return [
    { value: "113100", meaning: "Basic Application Confidentiality Profile" },
    ...(options.cleanDescriptors ? [{ value: "113105", meaning: "Clean Descriptors Option" }] : []),
    ...(options.shiftDates
      ? [{ value: "113107", meaning: "Retain Longitudinal Temporal Information Modified Dates Option" }]
      : []),
    ...(options.retainUids ? [{ value: "113110", meaning: "Retain UIDs Option" }] : []),
  ];
}
