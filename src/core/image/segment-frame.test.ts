import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelCard } from "../model-card";
import type { Frame } from "./frame";
import { padByReflection, prepareInput } from "./prepare";
import { type Network, segmentPrepared } from "./segment-frame";
import { placeFrame, tileWeights } from "./tiles";

/** A card of one segment whose network gives a score a pixel; sizes as each test wants them. */
function cardOf(size: ModelCard["input"]["size"], activation: "sigmoid" | "none" = "sigmoid"): ModelCard {
  return {
    schemaVersion: 1,
    id: "pixelwise",
    name: "Pixelwise",
    version: "1",
    description: "",
    use: "test",
    limits: [],
    licence: "",
    citation: [],
    weights: { file: "model.onnx", sha256: "0".repeat(64), bytes: 1, storage: "float32" },
    architecture: {
      family: "",
      encoder: "",
      decoder: "",
      parameters: 0,
      macs: 0,
      macsAt: { rows: 1, columns: 1 },
    },
    input: {
      name: "input",
      channels: 1,
      size,
      intensity: { kind: "window", center: 0, width: 2 },
      layout: "NCHW",
      suits: { modalities: [], colour: "either" },
    },
    output: {
      name: "output",
      layout: "NCHW",
      activation,
      segments: [{ value: 7, label: "Bright", colour: "#E69F00" }],
    },
  };
}

function greyFrame(rows: number, columns: number, value: (row: number, column: number) => number): Frame {
  const pixels = Float32Array.from({ length: rows * columns }, (_, i) =>
    value(Math.floor(i / columns), i % columns),
  );
  return {
    rows,
    columns,
    samplesPerPixel: 1,
    pixels,
    geometry: {},
    meaning: {
      photometricInterpretation: "MONOCHROME2",
      bitsStored: 32,
      rescaleSlope: 1,
      rescaleIntercept: 0,
      windows: [],
      voiFunction: "LINEAR",
    },
  };
}

/** A network that decides each pixel by itself: whatever tiles it sees, its answer is known. */
const pixelwise: Network = {
  run: (tensor, wanted) =>
    Promise.resolve(
      wanted === "labels"
        ? { kind: "labels", data: Array.from(tensor, (value) => (value > 0.5 ? 7 : 0)) }
        : { kind: "scores", data: tensor.map((value) => 12 * (value - 0.5)) },
    ),
};

const scoresOnly: Network = { run: (tensor) => pixelwise.run(tensor, "scores") };

const extent = fc.integer({ min: 1, max: 70 });
const sizes = fc.oneof(
  fc.record({
    kind: fc.constant("tiles" as const),
    rows: fc.integer({ min: 4, max: 24 }),
    columns: fc.integer({ min: 4, max: 24 }),
    overlap: fc.constantFrom(0, 0.25, 0.5, 0.9),
  }),
  fc.record({ kind: fc.constant("multiple-of" as const), multiple: fc.constantFrom(1, 8, 32) }),
);

describe("a network that decides pixel by pixel", () => {
  test("gives the same mask through any tiles and padding, with probabilities without a seam", async () => {
    await fc.assert(
      fc.asyncProperty(extent, extent, sizes, async (rows, columns, size) => {
        // Steps of a quarter, none of them at the threshold.
        const frame = greyFrame(rows, columns, (row, column) => (((7 * row + 3 * column) % 8) - 3.5) / 4);
        const card = cardOf(size);
        const wanted = Uint8Array.from(frame.pixels, (value) => (value > 0 ? 7 : 0));
        const { labelMap } = await segmentPrepared(prepareInput(frame, card.input), card, scoresOnly);
        expect(labelMap).toEqual(wanted);
        const mapped = await segmentPrepared(prepareInput(frame, card.input), card, pixelwise, {
          probabilities: true,
        });
        expect(mapped.labelMap).toEqual(wanted);
        frame.pixels.forEach((value, i) => {
          expect(mapped.probabilities![0]![i]).toBeCloseTo(1 / (1 + Math.exp(-6 * value)), 5);
        });
        const labelled = cardOf(size, "none");
        const byLabels = await segmentPrepared(prepareInput(frame, labelled.input), labelled, pixelwise);
        expect(byLabels.labelMap).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  test("comes back to the frame's own grid where the network works at another scale", async () => {
    const isInside = (row: number, column: number) => row >= 20 && row < 44 && column >= 23 && column < 73;
    const frame = greyFrame(64, 96, (row, column) => (isInside(row, column) ? 1 : -1));
    const card = cardOf({ kind: "fit", rows: 32, columns: 32 });
    const result = await segmentPrepared(prepareInput(frame, card.input), card, scoresOnly);
    expect([result.rows, result.columns]).toEqual([64, 96]);
    let [pixels, rowSum, columnSum] = [0, 0, 0];
    result.labelMap.forEach((label, i) => {
      const [row, column] = [Math.floor(i / 96), i % 96];
      if (label === 7) [pixels, rowSum, columnSum] = [pixels + 1, rowSum + row, columnSum + column];
      // One pixel of the network is three of the frame: further from the border nothing is wrong.
      const near = [-2, 0, 2].flatMap((y) => [-2, 0, 2].map((x) => isInside(row + y, column + x)));
      if (near.every((each) => each === near[0])) expect(label).toBe(near[0] === true ? 7 : 0);
    });
    // Nothing has moved: what lay in the middle still does.
    expect(Math.abs(rowSum / pixels - 31.5)).toBeLessThan(0.05);
    expect(Math.abs(columnSum / pixels - 47.5)).toBeLessThan(0.05);
  });

  test("is asked to stop between tiles", async () => {
    const frame = greyFrame(40, 40, () => 0);
    const card = cardOf({ kind: "tiles", rows: 16, columns: 16, overlap: 0.5 });
    const seen: [number, number][] = [];
    const stopping: Network = {
      ...scoresOnly,
      beforeTile(done, total) {
        seen.push([done, total]);
        if (done === 3) throw new Error("Enough.");
      },
    };
    await expect(segmentPrepared(prepareInput(frame, card.input), card, stopping)).rejects.toThrow("Enough.");
    expect(seen).toEqual([0, 1, 2, 3].map((done) => [done, 16]));
  });
});

test("probabilities are refused of a network that gives labels", async () => {
  const card = cardOf({ kind: "multiple-of", multiple: 1 }, "none");
  const prepared = prepareInput(
    greyFrame(4, 4, () => 0),
    card.input,
  );
  await expect(segmentPrepared(prepared, card, pixelwise, { probabilities: true })).rejects.toMatchObject({
    code: "MODEL_WITHOUT_PROBABILITIES",
  });
});

describe("placement", () => {
  test("tiles lie within the padded picture, cover it all, and overlap as much as they should", () => {
    fc.assert(
      fc.property(extent, extent, sizes, (rows, columns, size) => {
        const { padded, tile, tiles, offset, content } = placeFrame({ rows, columns }, { size });
        const covered = new Uint8Array(padded.rows * padded.columns);
        for (const { row, column } of tiles) {
          expect(row >= 0 && row + tile.rows <= padded.rows).toBe(true);
          expect(column >= 0 && column + tile.columns <= padded.columns).toBe(true);
          for (let y = row; y < row + tile.rows; y++)
            covered.fill(1, y * padded.columns + column, y * padded.columns + column + tile.columns);
        }
        expect(covered.includes(0)).toBe(false);
        expect(
          offset.row + content.rows <= padded.rows && offset.column + content.columns <= padded.columns,
        ).toBe(true);
        const starts = [...new Set(tiles.map(({ row }) => row))];
        const most = tile.rows * (1 - (size.kind === "tiles" ? size.overlap : 0));
        starts
          .slice(1)
          .forEach((start, i) => expect(start - starts[i]!).toBeLessThanOrEqual(Math.max(1, most)));
      }),
    );
  });

  test("a frame whose spacing is known is brought to the card's, one without is left", () => {
    const rule = { size: { kind: "multiple-of", multiple: 1 }, spacingMm: 1 } as const;
    expect(placeFrame({ rows: 100, columns: 50 }, rule, [0.5, 2]).content).toEqual({
      rows: 50,
      columns: 100,
    });
    expect(placeFrame({ rows: 100, columns: 50 }, rule).content).toEqual({ rows: 100, columns: 50 });
  });

  test("a tile's weight is greatest in its middle, symmetric and nowhere zero", () => {
    const weights = tileWeights(16);
    expect([...weights].toReversed()).toEqual([...weights]);
    expect(Math.max(...weights)).toBe(weights[8]);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });
});

test("padding mirrors a plane about its border pixels, as often as it takes", () => {
  const pad = (values: number[], to: number, column: number) => [
    ...padByReflection(
      Float32Array.from(values),
      { rows: 1, columns: values.length },
      { rows: 1, columns: to },
      { row: 0, column },
    ),
  ];
  // numpy.pad([1, 2, 3], 3, mode="reflect")
  expect(pad([1, 2, 3], 9, 3)).toEqual(
    [2, 3, 2, 1, 2, 3, 2, 1, 2].map((_, i) => [2, 3, 2, 1, 2, 3, 2, 1, 2][i]!),
  );
  expect(pad([5], 4, 1)).toEqual([5, 5, 5, 5]);
});
