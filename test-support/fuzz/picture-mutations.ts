import { crc32, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { byteMutations, joinBytes, type Mutation, oddLengths, patch } from "./bytes";
import type { Random } from "./random";

/** A chunk of a PNG: its length at `at`, four letters, the data, a checksum. */
function chunksOf(bytes: Uint8Array): { at: number; length: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { at: number; length: number }[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    chunks.push({ at, length });
    at += 12 + length;
  }
  return chunks;
}

/** Changes one chunk's data, and makes its checksum right again: a reader stops at the checksum otherwise. */
function inChunk(bytes: Uint8Array, random: Random, change: (data: Uint8Array) => Uint8Array): Uint8Array {
  const chunks = chunksOf(bytes);
  if (chunks.length === 0) return bytes.slice(0, random.below(bytes.length));
  const { at, length } = random.pick(chunks);
  const named = joinBytes([bytes.subarray(at + 4, at + 8), change(bytes.slice(at + 8, at + 8 + length))]);
  const [size, sum] = [new Uint8Array(4), new Uint8Array(4)];
  new DataView(size.buffer).setUint32(0, named.length - 4);
  new DataView(sum.buffer).setUint32(0, crc32(named));
  return joinBytes([bytes.subarray(0, at), size, named, sum, bytes.subarray(at + 12 + length)]);
}

const zeroBomb = deflateSync(new Uint8Array(60e6));

/** What a PNG can be lied to about behind right checksums (PNG 3, 11.2). */
export const pngMutations: Readonly<Record<string, Mutation>> = {
  ...byteMutations,
  "bits of a chunk": (bytes, seed, random) =>
    inChunk(bytes, random, (data) => byteMutations["flip bits"]!(data, seed, random)),
  "odd bytes of a chunk": (bytes, seed, random) =>
    inChunk(bytes, random, (data) => byteMutations["odd bytes"]!(data, seed, random)),
  "short chunk": (bytes, _seed, random) =>
    inChunk(bytes, random, (data) => data.slice(0, random.below(data.length + 1))),
  bomb: (bytes, _seed, random) => inChunk(bytes, random, () => zeroBomb),
};

/** A NIfTI file is often packed: what is inside is damaged as well. */
export const niftiMutations: Readonly<Record<string, Mutation>> = {
  ...byteMutations,
  "inside the packing": (bytes, seed, random) =>
    repacked(bytes, (inner) => byteMutations[random.pick(Object.keys(byteMutations))]!(inner, seed, random)),
  "other dimensions": (bytes, _seed, random) =>
    // dim[0] to dim[7], datatype and bitpix lie from 40 to 74 in a NIfTI-1 header.
    repacked(bytes, (inner) =>
      patch(inner, 40 + 2 * random.below(18), (view, at) =>
        view.setInt16(at, random.pick([-1, 0, 1, 2, 8, 64, 128, 256, 512, 2_048, 32_767]), true),
      ),
    ),
  "other offset": (bytes, _seed, random) =>
    // vox_offset, scl_slope and scl_inter are floats from 108 on.
    repacked(bytes, (inner) =>
      patch(inner, 108 + 4 * random.below(3), (view, at) =>
        view.setFloat32(at, random.pick([-1, 0, 1, 352.5, 1e9, 1e38, Infinity, NaN]), true),
      ),
    ),
};

function repacked(bytes: Uint8Array, change: (inner: Uint8Array) => Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return change(bytes);
  try {
    return new Uint8Array(gzipSync(change(new Uint8Array(gunzipSync(bytes)))));
  } catch {
    return change(bytes);
  }
}

/** Tags of a TIFF whose values decide over memory and reading (TIFF 6.0, section 8). */
const tiffTags = [256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 330, 339];

export const tiffMutations: Readonly<Record<string, Mutation>> = {
  ...byteMutations,
  "lying entry": (bytes, _seed, random) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = bytes[0] === 0x49;
    if (bytes.length < 8) return bytes;
    const start = view.getUint32(4, little);
    if (start + 2 > bytes.length) return bytes;
    const count = view.getUint16(start, little);
    const entry = start + 2 + 12 * random.below(Math.max(1, count));
    const part = random.pick([0, 2, 4, 8, 8, 8]);
    return patch(bytes, entry + part, (to, at) => {
      if (part === 0) to.setUint16(at, random.pick(tiffTags), little);
      else if (part === 2) to.setUint16(at, random.below(20), little);
      else to.setUint32(at, random.pick([...oddLengths, random.below(bytes.length)]) >>> 0, little);
    });
  },
  "loop of pages": (bytes, _seed, random) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = bytes[0] === 0x49;
    if (bytes.length < 8) return bytes;
    const start = view.getUint32(4, little);
    if (start + 2 > bytes.length) return bytes;
    const next = start + 2 + 12 * view.getUint16(start, little);
    return patch(bytes, next, (to, at) => to.setUint32(at, random.pick([start, start + 2, next]), little));
  },
};
