import { joinBytes, textValue, writeElement } from "./element-writer";

/** Names this program in the meta header of what it writes (PS3.7 D.3.3.2); made once, as 2.25 and a UUID. */
export const implementation = {
  classUid: "2.25.11366630352635986174777467837497823901",
  versionName: "SLICEBENCH",
};

/**
 * An empty preamble and the File Meta Information (PS3.10 7.1): always explicit little endian.
 * @returns what stands before a data set
 */
export function writeFileMeta(file: {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
}): Uint8Array {
  const encoding = { explicit: true, littleEndian: true };
  const text = (tag: string, vr: string, value: string) =>
    writeElement(tag, vr, textValue(value, vr), encoding);
  const elements = joinBytes([
    writeElement("x00020001", "OB", Uint8Array.of(0, 1), encoding),
    text("x00020002", "UI", file.sopClassUid),
    text("x00020003", "UI", file.sopInstanceUid),
    text("x00020010", "UI", file.transferSyntaxUid),
    text("x00020012", "UI", implementation.classUid),
    text("x00020013", "SH", implementation.versionName),
  ]);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, elements.length, true);
  const preamble = new Uint8Array(132);
  preamble.set(new TextEncoder().encode("DICM"), 128);
  return joinBytes([preamble, writeElement("x00020000", "UL", length, encoding), elements]);
}
