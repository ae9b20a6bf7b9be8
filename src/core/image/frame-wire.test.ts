import fc from "fast-check";
import { expect, test } from "vitest";
import type { Frame, PixelArray } from "./frame";
import { decodeFrame, encodeFrame, type FrameHeader } from "./frame-wire";

const table = fc.record({
  firstValue: fc.integer({ min: -32768, max: 65535 }),
  bitsPerEntry: fc.constantFrom(8, 12, 16),
  entries: fc.uint16Array({ minLength: 1, maxLength: 300 }),
});

const palette = fc.integer({ min: 1, max: 256 }).chain((length) => {
  const channel = fc.uint8Array({ minLength: length, maxLength: length });
  return fc.record({ firstValue: fc.constantFrom(0, 1), red: channel, green: channel, blue: channel });
});

const pixelsOf = (length: number): fc.Arbitrary<PixelArray> => {
  const size = { minLength: length, maxLength: length };
  return fc.oneof(
    fc.uint8Array(size),
    fc.int8Array(size),
    fc.uint16Array(size),
    fc.int16Array(size),
    fc.uint32Array(size),
    fc.int32Array(size),
    fc.float32Array(size),
    fc.float64Array(size),
  );
};

const frame = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1 as const, 3 as const),
  )
  .chain(([rows, columns, samplesPerPixel]) =>
    fc
      .tuple(
        pixelsOf(rows * columns * samplesPerPixel),
        fc.option(table),
        fc.option(table),
        fc.option(palette),
        fc.option(fc.uint8Array({ minLength: rows * columns, maxLength: rows * columns })),
      )
      .map(([pixels, modalityLut, voiLut, colours, overlay]): Frame => ({
        rows,
        columns,
        samplesPerPixel,
        pixels,
        meaning: {
          photometricInterpretation: samplesPerPixel === 3 ? "RGB" : "MONOCHROME2",
          bitsStored: 12,
          rescaleSlope: 1.5,
          rescaleIntercept: -1024,
          windows: [{ center: 40, width: 400, name: "Weichteile" }],
          voiFunction: "LINEAR",
          ...(modalityLut && { modalityLut }),
          ...(voiLut && { voiLut }),
          ...(colours && { palette: colours }),
        },
        geometry: { spacingMm: [0.5, 0.25] },
        ...(overlay && { overlay }),
      })),
  );

/** What a real wire does: the header becomes text, the body a buffer of its own. */
function send({ header, body }: ReturnType<typeof encodeFrame>): Frame {
  return decodeFrame(JSON.parse(JSON.stringify(header)) as FrameHeader, body.slice().buffer);
}

test("a frame of any pixel type, with any tables, survives the wire unchanged", () => {
  fc.assert(
    fc.property(frame, (original) => {
      expect(send(encodeFrame(original))).toEqual(original);
    }),
  );
});

test("pixels that are a view into a larger buffer travel without their neighbours", () => {
  const original = fc.sample(frame, 1)[0]!;
  const larger = Uint16Array.from([9, 9, 1, 2, 3, 4, 9]);
  const view: Frame = { ...original, rows: 2, columns: 2, samplesPerPixel: 1, pixels: larger.subarray(2, 6) };
  expect(send(encodeFrame(view)).pixels).toEqual(Uint16Array.from([1, 2, 3, 4]));
});

test("a body shorter than its header says is refused", () => {
  const { header, body } = encodeFrame(fc.sample(frame, 1)[0]!);
  expect(() => decodeFrame({ ...header, rows: header.rows + 400 }, body.slice().buffer)).toThrow(RangeError);
});
