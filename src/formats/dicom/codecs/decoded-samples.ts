/** What a decoder hands back: unsigned samples, as wide as the codestream's, before sign and colour are settled. */
export interface DecodedSamples {
  samples: Uint8Array | Uint16Array | Uint32Array;
  /** One plane after the other instead of sample by sample. */
  planar: boolean;
  /** The decoder has undone the colour transform: the samples are red, green and blue. */
  isRgb: boolean;
}

/** Bytes as little-endian samples of this width; copied, so that the memory behind them may go. */
export function samplesOfBytes(bytes: Uint8Array, bytesPerSample: 1 | 2 | 4): DecodedSamples["samples"] {
  // Not `slice`: a Buffer's is a view, and Emscripten hands out Uint8ClampedArrays.
  const own = new Uint8Array(bytes);
  if (bytesPerSample === 1) return own;
  const Samples = bytesPerSample === 2 ? Uint16Array : Uint32Array;
  return new Samples(own.buffer, 0, Math.floor(own.length / bytesPerSample));
}
