import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelCard } from "../model-card";
import {
  checkedLabels,
  labelsFromProbabilities,
  labelsFromScores,
  outputGrid,
  segmentProbabilities,
} from "./network-output";

type Output = ModelCard["output"];

const segmentsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ value: 3 * i + 2, label: `Segment ${i}`, colour: "#E69F00" }));

const softmax = (segments: number, layout: Output["layout"] = "NCHW"): Output => ({
  name: "logits",
  layout,
  activation: "softmax",
  segments: segmentsOf(segments),
});
const sigmoid = (segments: number, threshold?: number): Output => ({
  name: "logits",
  layout: "NCHW",
  activation: "sigmoid",
  segments: segmentsOf(segments),
  ...(threshold !== undefined && { threshold }),
});

const pixel = { rows: 1, columns: 1 };
const score = fc.float({ min: -20, max: 20, noNaN: true });

describe("probabilities", () => {
  test("a softmax of two and of four classes is that of its formula", () => {
    for (const scores of [
      [0.3, -1.2],
      [2, -1, 0.5, 100],
    ]) {
      const sum = scores.reduce((total, value) => total + Math.exp(value - 100), 0);
      const planes = segmentProbabilities(Float32Array.from(scores), pixel, softmax(scores.length - 1));
      planes.forEach((plane, i) => expect(plane[0]).toBeCloseTo(Math.exp(scores[i + 1]! - 100) / sum, 6));
    }
  });

  test("a channel-last output is the same network", () => {
    const grid = { rows: 1, columns: 2 };
    const first = segmentProbabilities(Float32Array.from([1, 2, 3, 4, 5, 6]), grid, softmax(2));
    const last = segmentProbabilities(Float32Array.from([1, 3, 5, 2, 4, 6]), grid, softmax(2, "NHWC"));
    expect(last).toEqual(first);
  });
});

describe("decisions", () => {
  test("from scores they are those from probabilities", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(score, { minLength: 4, maxLength: 4 }),
        (count, all) => {
          for (const output of [softmax(count), sigmoid(count), sigmoid(count, 0.3)]) {
            const channels = count + (output.activation === "softmax" ? 1 : 0);
            const scores = Float32Array.from(all.slice(0, channels));
            const ordered = [...scores].sort((a, b) => b - a);
            // Scores that a float's rounding could turn round are left out.
            if (ordered.length > 1 && ordered[0]! - ordered[1]! < 1e-3) return;
            if (
              scores.some((value) => Math.abs(value) < 1e-3 || Math.abs(value - Math.log(0.3 / 0.7)) < 1e-3)
            )
              return;
            const planes = segmentProbabilities(scores, pixel, output);
            if (planes.some((plane) => plane[0] === 1 && planes.length > 1)) return;
            // Where no segment is as likely as all others together, the most probable class still wins.
            expect(labelsFromScores(scores, pixel, output)).toEqual(labelsFromProbabilities(planes, output));
          }
        },
      ),
    );
  });

  test("the most probable class wins, background included, under its segment's value", () => {
    const decide = (...scores: number[]) => [
      ...labelsFromScores(Float32Array.from(scores), pixel, softmax(2)),
    ];
    expect([decide(3, 1, 2), decide(1, 3, 2), decide(1, 2, 3), decide(2, 2, 2)]).toEqual([
      [0],
      [2],
      [5],
      [0],
    ]);
  });

  test("a sigmoid reaches its threshold or is background, and of two segments the more probable wins", () => {
    const decide = (...scores: number[]) => [
      ...labelsFromScores(Float32Array.from(scores), pixel, sigmoid(2)),
    ];
    expect([decide(-1, -2), decide(0, -2), decide(1, 2), decide(1, 1)]).toEqual([[0], [2], [5], [2]]);
  });

  test("labels that the graph decided are taken over, and one that no segment has is refused", () => {
    const grid = { rows: 1, columns: 3 };
    expect(checkedLabels([0n, 2n, 5n], grid, softmax(2))).toEqual(Uint8Array.from([0, 2, 5]));
    for (const value of [1, -1, 258, 2.5, NaN]) {
      expect(() => checkedLabels([0, 2, value], grid, softmax(2))).toThrow(
        expect.objectContaining({ code: "MODEL_OUTPUT_MISMATCH" }),
      );
    }
  });

  test("another number of values than the card promises is refused", () => {
    expect(() => labelsFromScores(new Float32Array(5), pixel, softmax(1))).toThrow(
      expect.objectContaining({ code: "MODEL_OUTPUT_MISMATCH" }),
    );
  });
});

const square = { rows: 2, columns: 2 };
const twoSegments = [
  { value: 1, label: "a", colour: "#E69F00" },
  { value: 4, label: "b", colour: "#56B4E9" },
];
const outputOf = (change: Partial<Output>): Output => ({
  name: "output",
  layout: "NCHW",
  activation: "softmax",
  segments: twoSegments,
  ...change,
});

/** Three classes at four pixels, as scores and as the softmax of them. */
const scores = Float32Array.from([2, 0, 0, 1, 0, 3, 0, 1, 1, 0, 2, 2]);
const probabilities = Float32Array.from(scores, (score, i) => {
  const pixel = i % 4;
  const sum = [0, 4, 8].reduce((total, channel) => total + Math.exp(scores[channel + pixel]!), 0);
  return Math.exp(score) / sum;
});

describe("a network that applies its activation itself", () => {
  const inside = outputOf({ activated: true });

  test("gives the segments' probabilities as they are", () => {
    const planes = segmentProbabilities(probabilities, square, inside);
    const wanted = segmentProbabilities(scores, square, outputOf({}));
    planes.forEach((plane, segment) =>
      plane.forEach((each, i) => expect(each).toBeCloseTo(wanted[segment]![i]!, 6)),
    );
  });

  test("is decided upon as one whose activation is applied here", () => {
    const wanted = labelsFromScores(scores, square, outputOf({}));
    expect([...wanted]).toEqual([0, 1, 4, 4]);
    expect(labelsFromScores(probabilities, square, inside)).toEqual(wanted);
    const planes = segmentProbabilities(probabilities, square, inside);
    expect(labelsFromProbabilities(planes, inside)).toEqual(wanted);
  });

  test("keeps a sigmoid's threshold on its probabilities, channels last too", () => {
    const output = outputOf({ activation: "sigmoid", activated: true, threshold: 0.7, layout: "NHWC" });
    const values = Float32Array.from([0.6, 0.2, 0.8, 0.1, 0.1, 0.9, 0.75, 0.71]);
    expect([...labelsFromScores(values, square, output)]).toEqual([0, 1, 4, 1]);
  });
});

test("a coarser output has the input's rows and columns over its reduction, rounded up", () => {
  expect(outputGrid({ rows: 65, columns: 128 }, outputOf({ reduction: 4 }))).toEqual({
    rows: 17,
    columns: 32,
  });
  expect(outputGrid(square, outputOf({}))).toEqual(square);
});
