import { deflateRawSync } from "node:zlib";
import { type ParsedDicom, hasPreamble, parseDicom, undefinedLength } from "../../src/formats/dicom/data-set";
import { tags } from "../../src/formats/dicom/tags";
import {
  byteMutations,
  flipBits,
  insert,
  joinBytes,
  type Mutation,
  oddLengths,
  patch,
  type Seed,
} from "./bytes";
import type { Random } from "./random";

/** A DICOM file to damage, and what is in it as far as it can be read. */
interface DicomSeed extends Seed {
  parsed?: ParsedDicom;
}

export function readDicomSeed(name: string, bytes: Uint8Array): DicomSeed {
  try {
    return { name, bytes, parsed: parseDicom(bytes) };
  } catch {
    return { name, bytes };
  }
}

const oddNumbers = [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 31, 32, 64, 255, 256, 4095, 32767, 32768, 65534, 65535];

/** Everything that is done to a file, by name: what PS3.10 and the codecs can be lied to about. */
export const dicomMutations: Readonly<Record<string, Mutation<DicomSeed>>> = {
  ...byteMutations,
  "truncate pixels": (bytes, seed, random) => {
    const start = pixelStart(seed);
    return bytes.slice(0, start + random.below(Math.max(1, bytes.length - start)));
  },
  "lying length": (bytes, seed, random) => {
    const elements = elementsOf(seed);
    if (elements.length === 0) return flipBits(bytes, [0, bytes.length], random);
    const element = random.pick(elements);
    const wide = ["OB", "OW", "OF", "SQ", "UT", "UN", "UC", "UR"].includes(element.vr ?? "") || !element.vr;
    const length = random.pick([...oddLengths, random.below(2 ** 32), element.length + random.below(9) - 4]);
    return patch(bytes, element.dataOffset - (wide ? 4 : 2), (view, at) => {
      if (wide) view.setUint32(at, length >>> 0, true);
      else view.setUint16(at, length & 0xffff, true);
    });
  },
  "deep sequences": (bytes, seed, random) => {
    const depth = random.pick([3, 50, 1_000, 5_000, 30_000]);
    // (0040,A730) Content Sequence of undefined length, opened and never closed.
    const level = [0x40, 0, 0x30, 0xa7, 0x53, 0x51, 0, 0, ...ff, 0xfe, 0xff, 0, 0xe0, ...ff];
    const nested = new Uint8Array(level.length * depth);
    for (let index = 0; index < depth; index++) nested.set(level, index * level.length);
    return insert(bytes, headerPlace(seed, random), nested);
  },
  "huge dimensions": (bytes, seed, random) => {
    const rows = random.pick([1, 256, 4096, 16_384, 65_535]);
    const columns = random.pick([1, 256, 4096, 16_384, 65_535]);
    const huge = setShort(setShort(bytes, seed, tags.rows, rows), seed, tags.columns, columns);
    // Also in the codestream, so that its own check is not what stops it.
    return random.next() < 0.5 ? huge : resizeCodestream(huge, seed, { rows, columns });
  },
  "other header": (bytes, seed, random) => {
    const attribute = random.pick(pixelAttributes);
    return setShort(bytes, seed, attribute, random.pick([...oddNumbers, random.below(65_536)]));
  },
  "bad palette": (bytes, seed, random) => {
    const palette = [tags.redPaletteDescriptor, tags.greenPaletteDescriptor, tags.bluePaletteDescriptor];
    const element = seed.parsed?.dataSet.elements[random.pick(palette)];
    if (element === undefined) return addPalette(bytes, seed, random);
    return patch(bytes, element.dataOffset + 2 * random.below(3), (view, at) =>
      view.setUint16(at, random.pick(oddNumbers), true),
    );
  },
  bomb: (bytes, seed, random) => {
    const start = pixelStart(seed);
    const size = random.pick([10, 60, 200]) * 1e6;
    const packed = zeroBomb(size);
    // In place of the frames: what a decoder of the file's own syntax makes of it; deflated, all of it.
    return joinBytes([bytes.subarray(0, start), packed]);
  },
  "run bomb": (bytes, seed, random) => {
    // PackBits, JPEG-LS and JPEG all make long runs of few bits.
    const start = pixelStart(seed) + random.below(64);
    return bytes.map((byte, at) => (at > start ? random.pick([0, 0x81, 0xff]) : byte));
  },
  "flip bits of the pixels": (bytes, seed, random) =>
    flipBits(bytes, [pixelStart(seed), bytes.length], random),
  "flip bits of the codestream's header": (bytes, seed, random) =>
    flipBits(bytes, [pixelStart(seed), Math.min(bytes.length, pixelStart(seed) + 800)], random),
  "flip bits of the header": (bytes, seed, random) => flipBits(bytes, [0, pixelStart(seed)], random),
  "other transfer syntax": (bytes, seed, random) => {
    const start = hasPreamble(bytes) ? 132 : 0;
    const text = new TextDecoder("latin1").decode(bytes.subarray(start, start + 600));
    const stated = seed.parsed?.transferSyntaxUid ?? "";
    const at = stated === "" ? -1 : text.indexOf(stated, 60);
    if (at < 0) return flipBits(bytes, [0, bytes.length], random);
    return overwrite(
      bytes,
      start + at,
      random.pick(syntaxes).padEnd(stated.length, "\0").slice(0, stated.length),
    );
  },
};

const ff = [0xff, 0xff, 0xff, 0xff];

const syntaxes = [
  "1.2.840.10008.1.2",
  "1.2.840.10008.1.2.1",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.5",
  ...[50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203].map((last) => `1.2.840.10008.1.2.4.${last}`),
];

const pixelAttributes = [
  tags.samplesPerPixel,
  tags.planarConfiguration,
  tags.bitsAllocated,
  tags.bitsStored,
  tags.highBit,
  tags.pixelRepresentation,
  tags.pixelPaddingValue,
] as const;

function elementsOf({ parsed }: DicomSeed) {
  return Object.values(parsed?.dataSet.elements ?? {});
}

/** Where the value of the pixel data begins; the middle of a file that cannot be read. */
function pixelStart({ bytes, parsed }: DicomSeed): number {
  const start = parsed?.pixelData?.dataOffset ?? bytes.length / 2;
  return Math.min(Math.floor(start), bytes.length - 1);
}

/** Between two elements. */
function headerPlace(seed: DicomSeed, random: Random): number {
  const elements = elementsOf(seed).filter(({ length }) => length !== undefinedLength);
  if (elements.length === 0) return Math.min(132, seed.bytes.length);
  const element = random.pick(elements);
  return element.dataOffset + element.length;
}

/** ASCII text in place of what is there, as far as the bytes reach. */
function overwrite(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const changed = bytes.slice();
  Array.from(new TextEncoder().encode(text)).forEach((code, index) => (changed[at + index] = code));
  return changed;
}

function setShort(bytes: Uint8Array, { parsed }: DicomSeed, tag: string, value: number): Uint8Array {
  const element = parsed?.dataSet.elements[tag];
  if (element === undefined || parsed?.transferSyntax?.deflated === true) return bytes.slice();
  const little = parsed?.transferSyntax?.byteOrder !== "big-endian";
  return patch(bytes, element.dataOffset, (view, at) => view.setUint16(at, value, little));
}

/** The size in the frame header of a JPEG, or in the SIZ segment of JPEG 2000. */
function resizeCodestream(
  bytes: Uint8Array,
  seed: DicomSeed,
  size: { rows: number; columns: number },
): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  for (let at = pixelStart(seed); at + 48 < Math.min(changed.length, pixelStart(seed) + 4_096); at++) {
    const marker = view.getUint16(at);
    if (marker === 0xff51) {
      view.setUint32(at + 6, size.columns);
      view.setUint32(at + 10, size.rows);
      return changed;
    }
    if ([0xffc0, 0xffc1, 0xffc2, 0xffc3, 0xfff7].includes(marker)) {
      view.setUint16(at + 5, size.rows);
      view.setUint16(at + 7, size.columns);
      return changed;
    }
  }
  return changed;
}

/** Makes a grey picture one of a palette that is too short, too long, or not there. */
function addPalette(bytes: Uint8Array, seed: DicomSeed, random: Random): Uint8Array {
  const element = seed.parsed?.dataSet.elements[tags.photometricInterpretation];
  if (element === undefined) return flipBits(bytes, [0, bytes.length], random);
  return overwrite(bytes, element.dataOffset, "PALETTE COLOR".slice(0, element.length));
}

const bombs = new Map<number, Uint8Array>();

function zeroBomb(size: number): Uint8Array {
  const made = bombs.get(size) ?? new Uint8Array(deflateRawSync(new Uint8Array(size)));
  bombs.set(size, made);
  return made;
}
