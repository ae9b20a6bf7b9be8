import type { DataSet, Element } from "dicom-parser";
import {
  type ElementEncoding,
  textValue,
  writeDelimitedSequence,
  writeElement,
  writeItems,
} from "../element-writer";
import { readBytes, readItems, readText } from "../elements";
import { tags } from "../tags";
import { cleanText, wordsOf } from "./clean-text";
import { dummyValue } from "./dummy-values";
import type { IdentifyingWords } from "./identifying-words";
import { type Action, actionFor, attributeName, type DeidentifyOptions, representationOf } from "./profile";
import type { Pseudonyms } from "./pseudonyms";
import { shiftDates } from "./shift-dates";

/** An attribute whose value is not what it was. */
export interface AttributeChange {
  /** As dicom-parser writes tags; of the attribute itself, also within a sequence. */
  tag: string;
  name: string;
  action: "removed" | "emptied" | "replaced" | "shifted" | "cleaned";
  /** For a person to read, shortened; empty where there was none. */
  before: string;
  after: string;
}

/** What the rewriting of one file works with. */
export interface Rewriting {
  options: DeidentifyOptions;
  pseudonyms: Pseudonyms;
  /** Stands for the patient. */
  pseudonym: string;
  shiftDays: number;
  words: IdentifyingWords;
  littleEndian: boolean;
  /** Of the whole file; items name their own where it differs. */
  characterSet: string | undefined;
  /** Grows. */
  changes: AttributeChange[];
}

/** The elements of a rewritten data set, by tag. */
export type RewrittenElements = Map<string, Uint8Array>;

/**
 * Applies the profile to a data set and, recursively, to the items of its sequences. What is kept is kept byte for byte.
 * @param skip top-level attributes that are not written
 */
export function rewriteDataSet(
  dataSet: DataSet,
  rewriting: Rewriting,
  skip: ReadonlySet<string> = new Set(),
): RewrittenElements {
  const written: RewrittenElements = new Map();
  for (const element of Object.values(dataSet.elements)) {
    // The delimiter of an item; the writer sets lengths instead.
    if (element.tag.startsWith("xfffe") || skip.has(element.tag)) continue;
    const bytes = rewriteElement(dataSet, element, rewriting);
    if (bytes !== undefined) written.set(element.tag, bytes);
  }
  return written;
}

/** Elements in the order of their tags, as a data set has them. */
export function inTagOrder(elements: RewrittenElements): Uint8Array[] {
  return [...elements].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
}

function rewriteElement(dataSet: DataSet, element: Element, rewriting: Rewriting): Uint8Array | undefined {
  const { tag } = element;
  const vr = representationOf(tag, element.vr ?? (element.items === undefined ? undefined : "SQ"));
  const encoding: ElementEncoding = {
    // An element of VR UN and undefined length has implicit items, in explicit files too (PS3.5 6.2.2, note 2).
    explicit: element.vr !== undefined,
    littleEndian: rewriting.littleEndian,
  };
  const action = actionFor(tag, vr, rewriting.options);
  const old = readBytes(dataSet, tag) ?? new Uint8Array(0);
  const text = printValue(dataSet, element, { vr, rewriting });
  const note = (done: AttributeChange["action"], after: string) => {
    if (old.length === 0 && done !== "replaced") return;
    rewriting.changes.push({
      tag,
      name: attributeName(tag) ?? nameOfOther(tag),
      action: done,
      before: text,
      after,
    });
  };
  if (action === "remove") {
    note("removed", "");
    return undefined;
  }
  if (vr === "SQ") return rewriteSequence(dataSet, element, { encoding, action, rewriting, note });
  const value = newValue({ action, tag, vr, old, text, rewriting, dataSet });
  if (value === undefined) return writeElement(tag, element.vr ?? "", old, encoding);
  note(value.done, value.shown);
  return writeElement(tag, element.vr ?? "", value.bytes, encoding);
}

function rewriteSequence(
  dataSet: DataSet,
  element: Element,
  {
    encoding,
    action,
    rewriting,
    note,
  }: {
    encoding: ElementEncoding;
    action: Action;
    rewriting: Rewriting;
    note: (done: "emptied" | "removed", after: string) => void;
  },
): Uint8Array | undefined {
  const { tag, vr = "" } = element;
  const isEmpty = element.length === 0 || element.items?.length === 0;
  // Bytes that were not read as items (VR UN of a known length) may hold anything.
  if (!isEmpty && element.items === undefined) {
    note("removed", "");
    return undefined;
  }
  if (action === "empty" && !isEmpty) {
    note("emptied", "");
    return writeElement(tag, vr, new Uint8Array(0), encoding);
  }
  const items = readItems(dataSet, tag).map((item) => joinItem(item, rewriting));
  const content = writeItems(items, encoding);
  return element.hadUndefinedLength === true
    ? writeDelimitedSequence(tag, vr, content, encoding)
    : writeElement(tag, vr, content, encoding);
}

function joinItem(item: DataSet, rewriting: Rewriting): Uint8Array {
  return new Uint8Array(Buffer.concat(inTagOrder(rewriteDataSet(item, rewriting))));
}

interface NewValue {
  done: AttributeChange["action"];
  bytes: Uint8Array;
  shown: string;
}

interface ValueSource {
  action: Action;
  tag: string;
  vr: string | undefined;
  old: Uint8Array;
  text: string;
  rewriting: Rewriting;
  dataSet: DataSet;
}

/** What an element's value becomes; undefined where it stays. */
function newValue(source: ValueSource): NewValue | undefined {
  const { action, tag, vr = "LO", old, rewriting } = source;
  if (tag === tags.patientName || tag === tags.patientId) {
    const { pseudonym } = rewriting;
    return { done: "replaced", bytes: textValue(pseudonym, vr), shown: pseudonym };
  }
  if (action === "keep" || action === "items") return withoutPersonalWords(source);
  if (action === "empty" || old.length === 0) {
    return old.length === 0 ? undefined : { done: "emptied", bytes: new Uint8Array(0), shown: "" };
  }
  switch (action) {
    case "new-uid":
      return replaceUids(source);
    case "shift-date": {
      const shifted = shiftDates(source.text, rewriting.shiftDays);
      // What is no date cannot be moved: it gets what the basic profile has for it.
      if (shifted === undefined) return newValue({ ...source, action: withoutDates(source) });
      return { done: "shifted", bytes: textValue(shifted, vr), shown: shifted };
    }
    case "clean": {
      const cleaned = cleanText(fullText(source), rewriting.words.all);
      return { done: "cleaned", bytes: textValue(cleaned || "REMOVED", vr), shown: cleaned || "REMOVED" };
    }
    default: {
      if (vr === "UI") return replaceUids(source);
      const dummy = dummyValue(vr, old.length);
      return { done: "replaced", ...dummy };
    }
  }
}

function withoutDates({ tag, vr, rewriting: { options } }: ValueSource): Action {
  const action = actionFor(tag, vr, { ...options, shiftDates: false });
  return action === "remove" ? "empty" : action;
}

function replaceUids({ text, vr = "UI", rewriting }: ValueSource): NewValue | undefined {
  const replaced = text
    .split("\\")
    .map((uid) => (uid === "" ? "" : rewriting.pseudonyms.uid(uid)))
    .join("\\");
  return replaced === text
    ? undefined
    : { done: "replaced", bytes: textValue(replaced, vr), shown: replaced };
}

const freeText = new Set("LO SH LT ST UT UC AE".split(" "));

/** A kept text in which a name or an identifier of this file stands all the same loses those words. */
function withoutPersonalWords(source: ValueSource): NewValue | undefined {
  const { vr, old, rewriting } = source;
  const isText = vr === undefined ? looksLikeText(old) : freeText.has(vr);
  if (!isText || old.length === 0) return undefined;
  const { personal } = rewriting.words;
  const full = fullText(source);
  if (!wordsOf(full).some((word) => personal.has(word))) return undefined;
  const kept = cleanText(full, personal) || "REMOVED";
  return { done: "cleaned", bytes: textValue(kept, vr ?? "LO"), shown: kept };
}

/** Of an implicit data set and an attribute that the profile does not have. */
function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.length > 10_240) return false;
  const isPrintable = bytes.every((byte) => byte >= 0x20 || byte === 0 || (byte >= 0x09 && byte <= 0x0d));
  return isPrintable && bytes.some((byte) => byte >= 0x41);
}

function fullText({ dataSet, tag, vr, rewriting }: ValueSource): string {
  return readText(dataSet, tag, vr, rewriting.characterSet) ?? "";
}

const binary = new Set("OB OD OF OL OV OW UN".split(" "));
const numbers = new Set("US SS UL SL FL FD AT SV UV".split(" "));

/** A value in a few words. */
function printValue(
  dataSet: DataSet,
  { tag, items, length }: Element,
  { vr, rewriting }: { vr: string | undefined; rewriting: Rewriting },
): string {
  if (items !== undefined) return `${items.length} item${items.length === 1 ? "" : "s"}`;
  if (vr !== undefined && (binary.has(vr) || numbers.has(vr))) return `${length} bytes`;
  if (vr === undefined && !looksLikeText(readBytes(dataSet, tag) ?? new Uint8Array(0)))
    return `${length} bytes`;
  return readText(dataSet, tag, vr, rewriting.characterSet) ?? "";
}

function nameOfOther(tag: string): string {
  const group = Number.parseInt(tag.slice(1, 5), 16);
  if (group % 2 === 1) return "Private attribute";
  if ((group & 0xff00) === 0x6000) return "Overlay";
  if ((group & 0xff00) === 0x5000) return "Curve";
  return tag.endsWith("0000") ? "Group length" : `Attribute (${tag.slice(1, 5)},${tag.slice(5)})`;
}
