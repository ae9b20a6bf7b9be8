import type { DataSet, Element } from "dicom-parser";
import { decodeText } from "./character-set";
import { tags } from "./tags";

/** Reading values out of a data set. Absent, empty and malformed values are undefined, or missing from the list. */

/** The element, where it has a value and the value lies within the bytes that are there. */
function elementOf(dataSet: DataSet, tag: string): Element | undefined {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length <= 0) return undefined;
  return element.dataOffset + element.length <= dataSet.byteArray.length ? element : undefined;
}

/** The bytes of an element's value; a view, nothing is copied. */
export function readBytes(dataSet: DataSet, tag: string): Uint8Array | undefined {
  const element = elementOf(dataSet, tag);
  return element && dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
}

/** A code string or UID, and numbers written as text: ASCII, padding removed. */
export function readCode(dataSet: DataSet, tag: string): string | undefined {
  const bytes = readBytes(dataSet, tag);
  if (bytes === undefined) return undefined;
  return trimPadding(new TextDecoder("latin1").decode(bytes.subarray(0, 65_536))) || undefined;
}

/**
 * Text in the data set's character set, padding removed; `vr` is "PN" for names.
 * @param inherited the character set of the data set that an item lies in, for an item that names none
 */
export function readText(dataSet: DataSet, tag: string, vr = "LO", inherited?: string): string | undefined {
  const bytes = readBytes(dataSet, tag);
  if (bytes === undefined) return undefined;
  const characterSet = readCode(dataSet, tags.specificCharacterSet) ?? inherited;
  return trimPadding(decodeText(bytes.subarray(0, 65_536), characterSet, vr)) || undefined;
}

function trimPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\0")) end--;
  return text.slice(0, end).trimStart();
}

/** The numbers of a DS or IS element; the list ends before a value that is none. */
export function readDecimals(dataSet: DataSet, tag: string): number[] {
  const numbers: number[] = [];
  for (const part of readCode(dataSet, tag)?.split("\\") ?? []) {
    const number = part.trim() === "" ? NaN : Number(part);
    if (!Number.isFinite(number)) break;
    numbers.push(number);
  }
  return numbers;
}

/** The 16-bit unsigned numbers of a US element (or of SS or OW, whose bytes are the same). */
export function readUnsignedShorts(dataSet: DataSet, tag: string): number[] {
  const element = elementOf(dataSet, tag);
  if (element === undefined) return [];
  const numbers: number[] = [];
  for (let index = 0; index < Math.floor(element.length / 2); index++) {
    const value = dataSet.uint16(tag, index);
    if (value !== undefined) numbers.push(value);
  }
  return numbers;
}

/** The first number of a US element. */
export function readUnsignedShort(dataSet: DataSet, tag: string): number | undefined {
  const element = elementOf(dataSet, tag);
  return element && element.length >= 2 ? dataSet.uint16(tag) : undefined;
}

/** The numbers of an FL element. */
export function readFloats(dataSet: DataSet, tag: string): number[] {
  const element = elementOf(dataSet, tag);
  return Array.from({ length: (element?.length ?? 0) >> 2 }, (_, index) => dataSet.float(tag, index) ?? NaN);
}

/** The items of a sequence; none where it is absent or holds no data set. */
export function readItems(dataSet: DataSet, tag: string): DataSet[] {
  const items = dataSet.elements[tag]?.items ?? [];
  return items.flatMap((item) => (item.dataSet === undefined ? [] : [item.dataSet]));
}
