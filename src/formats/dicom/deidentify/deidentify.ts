import { deflateRawSync } from "node:zlib";
import { SlicebenchError } from "../../../core/errors";
import { parseDicom, type ParsedDicom, undefinedLength } from "../data-set";
import { encapsulatedEnd } from "../encapsulated-frames";
import { joinBytes, textValue, writeElement, writeElementHeader, writeItems } from "../element-writer";
import type { ElementEncoding } from "../element-writer";
import { readCode, readText } from "../elements";
import { writeFileMeta } from "../file-meta";
import { nameOfNonImage } from "../sop-classes";
import { tags } from "../tags";
import { collectIdentifyingWords } from "./identifying-words";
import { pixelRisks } from "./pixel-risks";
import { type DeidentifyOptions, methodCodes } from "./profile";
import type { Pseudonyms } from "./pseudonyms";
import { type AttributeChange, inTagOrder, type RewrittenElements, rewriteDataSet } from "./rewrite";

export type { AttributeChange } from "./rewrite";

/** A file without what says whose it is. */
export interface DeidentifiedFile {
  /** The new file; its pixel data is a view of the old one's. */
  pieces: Uint8Array[];
  changes: AttributeChange[];
  /** What the profile does not reach: text that may be drawn in the pictures, reports that are empty now. */
  warnings: string[];
}

/**
 * De-identifies a DICOM file by the Basic Application Level Confidentiality Profile (PS3.15 annex E) and its options.
 * The transfer syntax and the pixel data stay as they are, byte for byte; so does every value that is kept.
 * @param bytes the whole file
 * @throws SlicebenchError DICOMDIR_LEFT_OUT, DICOM_TRUNCATED, and what `parseDicom` throws
 */
export function deidentifyDicom(
  bytes: Uint8Array,
  { options, pseudonyms }: { options: DeidentifyOptions; pseudonyms: Pseudonyms },
): DeidentifiedFile {
  const parsed = parseDicom(bytes);
  const { dataSet, transferSyntax, sopClassUid = "" } = parsed;
  if (dataSet.elements[tags.directoryRecordSequence] !== undefined) {
    throw new SlicebenchError("DICOMDIR_LEFT_OUT", "The directory of the medium lists names and files.", {
      hint: "It is left out: the files do not need it.",
    });
  }
  const characterSet = readCode(dataSet, tags.specificCharacterSet);
  const patient = patientKey(parsed);
  const littleEndian = transferSyntax?.byteOrder !== "big-endian";
  const rewriting = {
    options,
    pseudonyms,
    pseudonym: pseudonyms.patient(patient),
    shiftDays: pseudonyms.shiftDays(patient),
    words: collectIdentifyingWords(dataSet),
    littleEndian,
    characterSet,
    changes: [] as AttributeChange[],
  };
  const elements = rewriteDataSet(dataSet, rewriting, new Set(parsed.pixelData && [parsed.pixelData.tag]));
  const encoding = { explicit: isExplicit(parsed), littleEndian };
  addMethod(elements, options, encoding);
  const head = joinBytes(inTagOrder(elements));
  const body = [head, ...pixelPieces(parsed, encoding)];
  const oldUid = readCode(dataSet, tags.sopInstanceUid) ?? "";
  const meta = writeFileMeta({
    sopClassUid,
    sopInstanceUid: options.retainUids || oldUid === "" ? oldUid : pseudonyms.uid(oldUid),
    transferSyntaxUid: parsed.transferSyntaxUid,
  });
  return {
    pieces: [meta, ...(transferSyntax?.deflated === true ? [deflate(joinBytes(body))] : body)],
    changes: rewriting.changes,
    warnings: [...pixelRisks(parsed), ...emptiedContent(parsed)],
  };
}

/** What tells one patient from the other: the ID and who gave it, else name and birth date, else the study. */
function patientKey({ dataSet }: ParsedDicom): string {
  const id = readText(dataSet, tags.patientId);
  if (id !== undefined) return `id ${id} ${readText(dataSet, "x00100021") ?? ""}`;
  const name = readText(dataSet, tags.patientName, "PN");
  if (name !== undefined) return `name ${name} ${readCode(dataSet, "x00100030") ?? ""}`;
  return `study ${readCode(dataSet, tags.studyInstanceUid) ?? ""}`;
}

function isExplicit({ dataSet }: ParsedDicom): boolean {
  return Object.values(dataSet.elements).some(({ vr }) => vr !== undefined);
}

/** Says that, and how, the file was de-identified (PS3.15 E.2, PS3.3 C.7.1.1, C.12.1). */
function addMethod(elements: RewrittenElements, options: DeidentifyOptions, encoding: ElementEncoding): void {
  const text = (tag: string, vr: string, value: string) =>
    writeElement(tag, vr, textValue(value, vr), encoding);
  const codes = methodCodes(options);
  const items = codes.map(({ value, meaning }) =>
    joinBytes([
      text("x00080100", "SH", value),
      text("x00080102", "SH", "DCM"),
      text("x00080104", "LO", meaning),
    ]),
  );
  const profile = `DICOM PS3.15 E, Slicebench: ${codes.map(({ value }) => value).join(" ")}`;
  elements.set("x00120062", text("x00120062", "CS", "YES"));
  elements.set("x00120063", text("x00120063", "LO", profile));
  elements.set("x00120064", writeElement("x00120064", "SQ", writeItems(items, encoding), encoding));
  elements.set("x00280303", text("x00280303", "CS", options.shiftDates ? "MODIFIED" : "REMOVED"));
}

/** The pixel data as it stands in the file. */
function pixelPieces({ dataSet, pixelData }: ParsedDicom, encoding: ElementEncoding): Uint8Array[] {
  if (pixelData === undefined) return [];
  const { byteArray } = dataSet;
  const { tag, vr = "OW", length, dataOffset } = pixelData;
  const end = length === undefinedLength ? encapsulatedEnd(byteArray, dataOffset) : dataOffset + length;
  if (end === undefined || end > byteArray.length) {
    throw new SlicebenchError("DICOM_TRUNCATED", "The file ends before its pixel data does.", {
      hint: "Copy the file again from where it came from.",
    });
  }
  return [writeElementHeader(tag, vr, length, encoding), byteArray.subarray(dataOffset, end)];
}

function deflate(body: Uint8Array): Uint8Array {
  const deflated = deflateRawSync(body);
  return deflated.length % 2 === 0 ? deflated : joinBytes([deflated, new Uint8Array(1)]);
}

/** What of an object has gone with its text: nobody shall wonder at an empty report. */
function emptiedContent({ dataSet, sopClassUid }: ParsedDicom): string[] {
  const isLost = ["x0040a730", "x00420011", "x00700001"].some(
    (tag) => (dataSet.elements[tag]?.length ?? 0) > 0,
  );
  if (!isLost) return [];
  const what = nameOfNonImage(sopClassUid) ?? "object";
  return [`The content of this ${what} is free text or drawings, and was removed: little is left of it.`];
}
