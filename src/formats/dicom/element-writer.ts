/** How elements are written: as the data set that they go into. */
export interface ElementEncoding {
  explicit: boolean;
  littleEndian: boolean;
}

/** VRs whose length takes 32 bits in explicit encodings (PS3.5 table 7.1-1). */
const longRepresentations = new Set("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "));

const undefinedLength = 0xffffffff;

/**
 * One element as it stands in a file (PS3.5 7.1).
 * @param tag as dicom-parser writes it: "x00100010"
 * @param value of even length, already in the byte order of the encoding
 */
export function writeElement(
  tag: string,
  vr: string,
  value: Uint8Array,
  encoding: ElementEncoding,
): Uint8Array {
  return joinBytes([writeElementHeader(tag, vr, value.length, encoding), value]);
}

/** Tag, VR and length: what stands before a value. */
export function writeElementHeader(
  tag: string,
  vr: string,
  length: number,
  { explicit, littleEndian }: ElementEncoding,
): Uint8Array {
  const isLong = explicit && longRepresentations.has(vr);
  const header = new Uint8Array(isLong ? 12 : 8);
  const view = new DataView(header.buffer);
  view.setUint16(0, Number.parseInt(tag.slice(1, 5), 16), littleEndian);
  view.setUint16(2, Number.parseInt(tag.slice(5), 16), littleEndian);
  if (explicit) header.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4);
  if (isLong) view.setUint32(8, length, littleEndian);
  else if (explicit) view.setUint16(6, length, littleEndian);
  else view.setUint32(4, length, littleEndian);
  return header;
}

/** The value of a sequence: each item with its length before it. */
export function writeItems(items: readonly Uint8Array[], encoding: ElementEncoding): Uint8Array {
  const implicit = { ...encoding, explicit: false };
  return joinBytes(
    items.flatMap((item) => [writeElementHeader("xfffee000", "", item.length, implicit), item]),
  );
}

/** An element of undefined length, closed by a delimiter: how a sequence is told from other values of VR UN. */
export function writeDelimitedSequence(
  tag: string,
  vr: string,
  items: Uint8Array,
  encoding: ElementEncoding,
): Uint8Array {
  const delimiter = writeElementHeader("xfffee0dd", "", 0, { ...encoding, explicit: false });
  return joinBytes([writeElementHeader(tag, vr, undefinedLength, encoding), items, delimiter]);
}

/** ASCII text as a value: padded to an even length, UIDs with a zero byte (PS3.5 6.2). */
export function textValue(text: string, vr: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length % 2 === 0) return bytes;
  return joinBytes([bytes, Uint8Array.of(vr === "UI" ? 0 : 0x20)]);
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
