import { inflateRawSync } from "node:zlib";
import dicomParser from "dicom-parser";
import type { ByteArrayParser, ByteStream, DataSet, Element } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import { thrownText } from "../failures";
import { inflatedLimit, megabytes } from "../limits";
import { readCode } from "./elements";
import { tags } from "./tags";
import type { TransferSyntax } from "./transfer-syntax";
import {
  explicitBigEndian,
  explicitLittleEndian,
  findTransferSyntax,
  implicitLittleEndian,
} from "./transfer-syntax";

/** A DICOM file's elements up to its pixel data, and where that starts. */
export interface ParsedDicom {
  dataSet: DataSet;
  /** As the meta header names it; "" where it names none. */
  transferSyntaxUid: string;
  /** How the elements are written; undefined compression of an unknown syntax is found out by the pixel reader. */
  transferSyntax: TransferSyntax | undefined;
  sopClassUid: string | undefined;
  /** Its `length` is 4294967295 where the frames are encapsulated in fragments (PS3.5 A.4). */
  pixelData: Element | undefined;
  warnings: string[];
}

export const undefinedLength = 0xffffffff;

const pixelDataTags: ReadonlySet<string> = new Set([
  tags.pixelData,
  tags.floatPixelData,
  tags.doubleFloatPixelData,
]);

/** VRs with a 32-bit length that dicom-parser does not know (PS3.5 table 7.1-1). */
const longValueRepresentations = new Set(["OV", "SV", "UV"]);

const knownValueRepresentations = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split(
    " ",
  ),
);

// Exported by the package, but not as a class by its types.
const DataSetClass = (
  dicomParser as unknown as {
    DataSet: new (parser: ByteArrayParser, bytes: Uint8Array, elements: DataSet["elements"]) => DataSet;
  }
).DataSet;

/** Whether a file that starts with these bytes may be DICOM: a preamble, or a first element of group 2 or 8. */
export function looksLikeDicom(bytes: Uint8Array): boolean {
  if (hasPreamble(bytes)) return true;
  const group = bytes.length < 12 ? 0 : bytes[0]! | (bytes[1]! << 8);
  if (group === 0x0002) return valueRepresentationAt(bytes, 4) !== undefined;
  return (group === 0x0008 || group === 0x0800) && guessEncoding(bytes, 0) !== undefined;
}

/** Whether this is DICOM whatever it starts with: a preamble may be a TIFF header, for a file that is both (PS3.10 7.1). */
export function hasPreamble(bytes: Uint8Array): boolean {
  return bytes.length >= 132 && new TextDecoder("latin1").decode(bytes.subarray(128, 132)) === "DICM";
}

/**
 * Parses a DICOM file, with or without its preamble and meta header (PS3.10 section 7).
 * @param bytes the file, or as much of its start as reaches to the pixel data
 * @throws SlicebenchError DICOM_TRUNCATED, DICOM_DAMAGED, DICOM_BOMB; and what dicom-parser throws
 */
export function parseDicom(bytes: Uint8Array): ParsedDicom {
  const warnings: string[] = [];
  const start = hasPreamble(bytes) ? 132 : 0;
  if (start === 0) warnings.push("The file has no DICOM preamble.");
  const { meta, end } = readMetaHeader(bytes, start);
  const transferSyntaxUid = readCode(meta, tags.transferSyntaxUid) ?? "";
  if (end === start) warnings.push("The file has no meta header; its encoding was guessed.");
  else if (transferSyntaxUid === "") {
    warnings.push("The meta header names no transfer syntax; the encoding was guessed.");
  }

  const named = findTransferSyntax(transferSyntaxUid);
  const body = named?.deflated === true ? inflateDataSet(bytes.subarray(end)) : bytes;
  const bodyStart = body === bytes ? end : 0;
  const encoding = chooseEncoding(body, bodyStart, { named, warnings });
  if (encoding === undefined) {
    throw new SlicebenchError("DICOM_DAMAGED", "The file starts like DICOM, but no data set follows.", {
      hint: "Export the file again.",
    });
  }
  const { dataSet, pixelData } = readDataSet(body, bodyStart, { encoding, warnings });
  if (Object.keys(dataSet.elements).length === 0) {
    throw new SlicebenchError("DICOM_TRUNCATED", "The file ends before its data set begins.");
  }
  return {
    dataSet,
    transferSyntaxUid: transferSyntaxUid || encoding.uid,
    transferSyntax: transferSyntaxUid === "" ? encoding : named && { ...named, ...writtenAs(encoding) },
    sopClassUid: readCode(dataSet, tags.sopClassUid) ?? readCode(meta, tags.mediaStorageSopClassUid),
    pixelData,
    warnings,
  };
}

const writtenAs = ({ encoding, byteOrder }: TransferSyntax) => ({ encoding, byteOrder });

/** Group 0002 is always explicit little endian; its group length is often wrong, so it ends where its tags end. */
function readMetaHeader(bytes: Uint8Array, start: number): { meta: DataSet; end: number } {
  if (start >= bytes.length) {
    throw new SlicebenchError("DICOM_TRUNCATED", "The file ends before its data set begins.");
  }
  const stream = openStream(bytes, start, explicitLittleEndian);
  const elements: DataSet["elements"] = {};
  while (stream.position + 8 <= bytes.length) {
    const group = bytes[stream.position]! | (bytes[stream.position + 1]! << 8);
    if (group !== 0x0002) break;
    const element = readElement(stream, explicitLittleEndian, []);
    checkElementEnd(element, bytes);
    elements[element.tag] = element;
  }
  return { meta: new DataSetClass(stream.byteArrayParser, bytes, elements), end: stream.position };
}

function inflateDataSet(deflated: Uint8Array): Uint8Array {
  const limit = inflatedLimit(deflated.length);
  try {
    const inflated = inflateRawSync(deflated, { maxOutputLength: limit });
    // A Buffer's methods are not those of a Uint8Array: its `slice` copies nothing.
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength);
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new SlicebenchError(
        "DICOM_BOMB",
        `The deflated data set of ${megabytes(deflated.length)} grows beyond ${megabytes(limit)}.`,
        { hint: "The file is damaged, or made to exhaust the memory. Do not open it.", cause: thrown },
      );
    }
    throw new SlicebenchError(
      "DICOM_TRUNCATED",
      `The deflated data set cannot be unpacked (${thrownText(thrown)}).`,
      { hint: "Copy the file again from where it came from.", cause: thrown },
    );
  }
}

/** The encoding of the data set: as named, unless its first element plainly says otherwise. */
function chooseEncoding(
  bytes: Uint8Array,
  start: number,
  { named, warnings }: { named: TransferSyntax | undefined; warnings: string[] },
): TransferSyntax | undefined {
  const seen = guessEncoding(bytes, start);
  if (named === undefined || seen === undefined) return named ?? seen;
  if (seen.encoding === named.encoding && seen.byteOrder === named.byteOrder) return named;
  warnings.push(`The transfer syntax is ${named.name}, but the data set is written as ${seen.name}.`);
  return seen;
}

function guessEncoding(bytes: Uint8Array, start: number): TransferSyntax | undefined {
  if (start + 8 > bytes.length) return undefined;
  if (valueRepresentationAt(bytes, start + 4) !== undefined) {
    // Groups are small numbers: 0008 reads as 0800 in the wrong order.
    return bytes[start] === 0 && bytes[start + 1] !== 0 ? explicitBigEndian : explicitLittleEndian;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 8);
  const length = view.getUint32(4, true);
  const fits = length === undefinedLength || length <= bytes.length - start - 8;
  return fits && view.getUint16(0, true) <= 0x0050 ? implicitLittleEndian : undefined;
}

function valueRepresentationAt(bytes: Uint8Array, position: number): string | undefined {
  const letters = String.fromCharCode(bytes[position] ?? 0, bytes[position + 1] ?? 0);
  return knownValueRepresentations.has(letters) ? letters : undefined;
}

function openStream(bytes: Uint8Array, position: number, { byteOrder }: TransferSyntax): ByteStream {
  const parser =
    byteOrder === "big-endian"
      ? dicomParser.bigEndianByteArrayParser
      : dicomParser.littleEndianByteArrayParser;
  return new dicomParser.ByteStream(parser, bytes, position);
}

/** Reads elements up to the pixel data, whose header is read and whose value is not touched. */
function readDataSet(
  bytes: Uint8Array,
  start: number,
  { encoding, warnings }: { encoding: TransferSyntax; warnings: string[] },
): { dataSet: DataSet; pixelData: Element | undefined } {
  const stream = openStream(bytes, start, encoding);
  const elements: DataSet["elements"] = {};
  let pixelData: Element | undefined;
  while (pixelData === undefined && stream.position + 8 <= bytes.length) {
    const element = readElement(stream, encoding, warnings);
    if (element.tag === "x00000000") {
      warnings.push("The data set is followed by bytes that mean nothing.");
      break;
    }
    elements[element.tag] = element;
    if (pixelDataTags.has(element.tag)) pixelData = element;
    else checkElementEnd(element, bytes);
  }
  return { dataSet: new DataSetClass(stream.byteArrayParser, bytes, elements), pixelData };
}

function readElement(stream: ByteStream, { encoding }: TransferSyntax, warnings: string[]): Element {
  const { position, byteArray } = stream;
  const tag = dicomParser.readTag(stream);
  stream.position = position;
  const until = pixelDataTags.has(tag) ? tag : undefined;
  try {
    if (encoding === "implicit") return dicomParser.readDicomElementImplicit(stream, until);
    const vr = valueRepresentationAt(byteArray, position + 4);
    if (vr === undefined || !longValueRepresentations.has(vr)) {
      return dicomParser.readDicomElementExplicit(stream, warnings, until);
    }
    stream.seek(8);
    const length = stream.readUint32();
    const element: Element = { tag, vr, length, dataOffset: stream.position };
    stream.seek(length);
    return element;
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new SlicebenchError(
        "DICOM_DAMAGED",
        `Sequences are nested too deeply in element ${printTag(tag)}.`,
        { cause: thrown },
      );
    }
    throw new SlicebenchError("DICOM_TRUNCATED", `The file ends or breaks within element ${printTag(tag)}.`, {
      hint: "Copy the file again from where it came from.",
      cause: thrown,
    });
  }
}

function checkElementEnd(element: Element, bytes: Uint8Array): void {
  if (element.dataOffset + element.length <= bytes.length) return;
  throw new SlicebenchError(
    "DICOM_TRUNCATED",
    `Element ${printTag(element.tag)} announces ${megabytes(element.length)}, ` +
      `${megabytes(Math.max(0, bytes.length - element.dataOffset))} are left in the file.`,
    { hint: "Copy the file again from where it came from." },
  );
}

const printTag = (tag: string) => `(${tag.slice(1, 5)},${tag.slice(5)})`;
