/**
 * DICOM's RLE Lossless compression of a 16-bit frame (PS3.5 annex G): a header of 64 bytes, then one
 * PackBits segment a byte plane, the most significant byte first, each row by itself.
 * @param pixels rows x columns stored values
 */
export function encodeRunLengths(pixels: Uint16Array, columns: number): Uint8Array {
  const segments = [8, 0].map((shift) => packPlane(pixels, columns, shift));
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, segments.length, true);
  let offset = 64;
  segments.forEach((segment, index) => {
    header.setUint32(4 + 4 * index, offset, true);
    offset += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

function packPlane(pixels: Uint16Array, columns: number, shift: number): number[] {
  const packed: number[] = [];
  for (let start = 0; start < pixels.length; start += columns) {
    packRow(
      Array.from(pixels.subarray(start, start + columns), (value) => (value >> shift) & 0xff),
      packed,
    );
  }
  // Segments have an even length (PS3.5 G.3.1).
  if (packed.length % 2 === 1) packed.push(0);
  return packed;
}

/** A run of n equal bytes is 257 - n and the byte; n bytes as they are, are n - 1 and the bytes (PS3.5 G.3.1). */
function packRow(row: number[], packed: number[]): void {
  let literals: number[] = [];
  const flush = (): void => {
    if (literals.length > 0) packed.push(literals.length - 1, ...literals);
    literals = [];
  };
  for (let at = 0; at < row.length;) {
    let run = 1;
    while (run < 128 && row[at + run] === row[at]) run++;
    if (run >= 3) {
      flush();
      packed.push(257 - run, row[at]!);
    } else {
      for (const value of row.slice(at, at + run)) {
        literals.push(value);
        if (literals.length === 128) flush();
      }
    }
    at += run;
  }
  flush();
}
