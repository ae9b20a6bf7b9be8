import { SlicebenchError } from "../../../core/errors";
import { checkFrameSize } from "../../limits";
import type { ImagePixel } from "../image-pixel";
import { samplesOfBytes } from "./decoded-samples";
import type { DecodedSamples } from "./decoded-samples";

const headerBytes = 64;

/**
 * Decodes an RLE frame (PS3.5 annex G): one PackBits segment for each byte of each sample, most significant first.
 * @throws SlicebenchError RLE_DAMAGED where the segments are not those of this image, or end too early
 */
export function decodeRle(data: Uint8Array, image: ImagePixel): DecodedSamples {
  const isBitmap = image.bitsAllocated === 1;
  const bytesPerSample = bytesPerSampleOf(image);
  const pixels = image.rows * image.columns;
  // Frames of 1-bit pixels are packed, each padded to a whole byte.
  const segmentBytes = isBitmap ? Math.ceil(pixels / 8) : pixels;
  const segmentCount = image.samplesPerPixel * bytesPerSample;
  checkFrameSize(segmentBytes * segmentCount, data.length);
  // A PackBits run of 2 bytes makes 128 at the most.
  if (segmentBytes * segmentCount > data.length * 64) throw damaged("holds too little for this image");

  const offsets = readSegmentOffsets(data, segmentCount);
  const output = new Uint8Array(segmentBytes * segmentCount);
  offsets.forEach((start, segment) => {
    const sample = Math.floor(segment / bytesPerSample);
    const significance = bytesPerSample - 1 - (segment % bytesPerSample);
    unpackSegment(data.subarray(start, offsets[segment + 1] ?? data.length), output, {
      first: sample * bytesPerSample + significance,
      step: segmentCount,
      count: segmentBytes,
    });
  });
  return { samples: samplesOfBytes(output, bytesPerSample), planar: false, isRgb: false };
}

function bytesPerSampleOf({ bitsAllocated }: ImagePixel): 1 | 2 | 4 {
  if (bitsAllocated <= 8) return 1;
  return bitsAllocated === 16 ? 2 : 4;
}

function readSegmentOffsets(data: Uint8Array, wanted: number): number[] {
  if (data.length < headerBytes) throw damaged("is shorter than its header");
  const view = new DataView(data.buffer, data.byteOffset, headerBytes);
  const count = view.getUint32(0, true);
  if (count !== wanted) throw damaged(`has ${count} segments, the image needs ${wanted}`);
  const offsets = Array.from({ length: wanted }, (_, index) => view.getUint32(4 + 4 * index, true));
  let previous = headerBytes - 1;
  for (const offset of offsets) {
    if (offset <= previous || offset >= data.length) throw damaged(`has a segment at byte ${offset}`);
    previous = offset;
  }
  return offsets;
}

/** PackBits (PS3.5 G.3.2) into every `step`-th byte of the output from `first` on. */
function unpackSegment(
  segment: Uint8Array,
  output: Uint8Array,
  { first, step, count }: { first: number; step: number; count: number },
): void {
  const end = first + step * count;
  let to = first;
  let from = 0;
  while (to < end && from < segment.length) {
    const code = segment[from++]!;
    if (code === 128) continue;
    if (code < 128) {
      const stop = Math.min(from + code + 1, segment.length);
      for (; from < stop && to < end; to += step) output[to] = segment[from++]!;
    } else {
      if (from >= segment.length) break;
      const value = segment[from++]!;
      const stop = Math.min(to + (257 - code) * step, end);
      for (; to < stop; to += step) output[to] = value;
    }
  }
  if (to < end) throw damaged(`ends after ${(to - first) / step} of ${count} bytes of a segment`);
}

function damaged(what: string): SlicebenchError {
  return new SlicebenchError("RLE_DAMAGED", `The RLE picture ${what}.`, {
    hint: "The file is damaged; export the image again.",
  });
}
