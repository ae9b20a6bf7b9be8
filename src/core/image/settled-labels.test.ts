import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelCard } from "../model-card";
import { SeededRandom } from "../random";
import type { PreparedInput } from "./prepare";
import { type Network, segmentPrepared } from "./segment-frame";
import { placeFrame } from "./tiles";

const extent = fc.integer({ min: 1, max: 60 });
const size = fc.oneof(
  fc.record({ kind: fc.constant("fit" as const), rows: extent, columns: extent }),
  fc.record({
    kind: fc.constant("tiles" as const),
    rows: fc.integer({ min: 12, max: 40 }),
    columns: fc.integer({ min: 12, max: 40 }),
    overlap: fc.constantFrom(0, 0.25, 0.5),
    scale: fc.constantFrom(0.5, 1, 1.3),
  }),
);

const output = fc
  .record({
    activation: fc.constantFrom("softmax" as const, "sigmoid" as const),
    layout: fc.constantFrom("NCHW" as const, "NHWC" as const),
    activated: fc.boolean(),
    segments: fc.integer({ min: 1, max: 4 }),
    threshold: fc.constantFrom(0, 0.3, 0.5, 0.99999, 1),
  })
  .map(({ segments, ...rest }): ModelCard["output"] => ({
    name: "output",
    ...rest,
    segments: Array.from({ length: segments }, (_, i) => ({
      value: i === 1 ? 255 : i + 1,
      label: `Segment ${i}`,
      colour: "#E69F00",
    })),
  }));

/** Waves that cross each other: classes with borders, and ties where they are weak. */
function wavesOf(
  { output: { activation, activated, layout, segments } }: Pick<ModelCard, "output">,
  { rows, columns }: { rows: number; columns: number },
  { seed, height, noise }: { seed: number; height: number; noise: number },
): Network {
  const random = new SeededRandom(seed);
  const channels = segments.length + (activation === "softmax" ? 1 : 0);
  return {
    run: () => {
      const data = new Float32Array(channels * rows * columns);
      for (let channel = 0; channel < channels; channel++) {
        const [down, along, phase] = [random.between(-2, 2), random.between(-2, 2), random.between(0, 6)];
        for (let i = 0; i < rows * columns; i++) {
          const wave = Math.sin(0.1 * down * Math.floor(i / columns) + 0.1 * along * (i % columns) + phase);
          const score = height * (wave + noise * random.between(-1, 1));
          const at = layout === "NCHW" ? channel * rows * columns + i : i * channels + channel;
          data[at] = activated === true ? 1 / (1 + Math.exp(-score)) : score;
        }
      }
      return Promise.resolve({ kind: "scores", data });
    },
  };
}

test("labels settled by scores are those that resampled and averaged probabilities decide, to the last pixel", async () => {
  const grid = fc.record({ rows: extent, columns: extent });
  const waves = fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    height: fc.constantFrom(1e-4, 0.01, 1, 30, 1000),
    noise: fc.constantFrom(0, 0.01, 0.1),
  });
  await fc.assert(
    fc.asyncProperty(grid, size, output, waves, async (frame, inputSize, out, wave) => {
      const input = { size: inputSize, layout: out.layout };
      const card = { input, output: out } as ModelCard;
      const placement = placeFrame(frame, input);
      const { padded } = placement;
      const values = new Float32Array(padded.rows * padded.columns);
      const prepared: PreparedInput = { placement, channels: 1, values };
      const network = () => wavesOf(card, placement.tile, wave);
      const { labelMap } = await segmentPrepared(prepared, card, network());
      const wanted = await segmentPrepared(prepared, card, network(), { probabilities: true });
      expect(labelMap).toEqual(wanted.labelMap);
    }),
    { numRuns: 400 },
  );
});
