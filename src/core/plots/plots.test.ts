import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layerBadge } from "../mask/layer-colours";
import { boxNumbers, quantileOf } from "./box";
import { costPlot } from "./cost-plot";
import { matrixPlot } from "./matrix-plot";
import { paretoFrontier } from "./pareto";
import { type Mark, plotTones, type Scene } from "./scene";
import { spreadPlot } from "./spread-plot";
import { placeSwarm } from "./swarm";

const textsOf = ({ marks }: Scene): string[] => {
  const of = (mark: Mark): string[] => [
    ...(mark.text === undefined ? [] : [mark.text]),
    ...(mark.children ?? []).flatMap(of),
  ];
  return marks.flatMap(of);
};
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("box numbers", () => {
  test("are minimum, quartiles and maximum, interpolated as NumPy does, whatever the order", () => {
    // numpy.quantile([7, 1, 4, 2], [0, .25, .5, .75, 1]) = [1, 1.75, 3, 4.75, 7]
    expect(boxNumbers([7, 1, 4, 2])).toEqual({ min: 1, q1: 1.75, median: 3, q3: 4.75, max: 7 });
    expect(boxNumbers([])).toBeUndefined();
    expect(quantileOf([], 0.5)).toBeUndefined();
  });

  test("stand in order for any values", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const { min, q1, median, q3, max } = boxNumbers(values)!;
        const inOrder = [min, q1, median, q3, max];
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      }),
    );
  });
});

describe("the Pareto frontier", () => {
  const item = fc.record({ cost: fc.integer({ min: 1, max: 20 }), score: fc.integer({ min: 0, max: 20 }) });

  test("leaves out whatever another beats, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), (items) => {
        const frontier = paretoFrontier(items);
        const beats = (a: (typeof items)[number], b: (typeof items)[number]) =>
          a.cost <= b.cost && a.score >= b.score && (a.cost < b.cost || a.score > b.score);
        for (const each of frontier) expect(items.some((other) => beats(other, each))).toBe(false);
        for (const each of items)
          if (!items.some((other) => beats(other, each)))
            expect(frontier.some(({ cost, score }) => cost === each.cost && score === each.score)).toBe(true);
      }),
    );
  });

  test("goes from the cheapest to the best", () => {
    const items = [
      { name: "slow", cost: 9, score: 0.9 },
      { name: "beaten", cost: 5, score: 0.5 },
      { name: "fast", cost: 1, score: 0.6 },
    ];
    expect(paretoFrontier(items).map(({ name }) => name)).toEqual(["fast", "slow"]);
  });
});

test("dots of a swarm keep their values, stay within their room, and do not overlap while there is room", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }), (positions) => {
      const dots = placeSwarm(positions, { radius: 2, room: 40 });
      expect(dots.map(({ index }) => index).sort((a, b) => a - b)).toEqual(positions.map((_, at) => at));
      for (const { index, along, across } of dots) {
        expect(along).toBe(positions[index]);
        expect(Math.abs(across)).toBeLessThanOrEqual(40);
      }
    }),
  );
  const apart = placeSwarm([10, 10, 11, 12], { radius: 2, room: 40 });
  for (const [at, a] of apart.entries())
    for (const b of apart.slice(at + 1))
      expect(Math.hypot(a.along - b.along, a.across - b.across)).toBeGreaterThanOrEqual(4 - 1e-9);
});

const badges = [layerBadge(0), layerBadge(1), layerBadge(2)];

describe("the spread plot", () => {
  const row = (values: readonly number[], mean: number | null) => ({
    badge: badges[0]!,
    name: "Network",
    values: values.map((value, at) => ({ key: `case-${at}`, title: `${value}`, value })),
    mean,
    interval: mean === null ? null : ([mean - 0.01, mean + 0.01] as const),
  });
  const options = { width: 600, axis: "Dice", digits: 3 };

  test("has a dot with its key for each case, and the mean with its interval in words", () => {
    const scene = spreadPlot([row([0.7, 0.8, 0.9], 0.8)], { ...options, domain: [0, 1] });
    const dots = scene.marks.filter(({ tag }) => tag === "circle");
    expect(dots.map(({ key }) => key).sort()).toEqual(["case-0", "case-1", "case-2"]);
    const places = dots.map(({ attributes }) => Number(attributes.cx)).sort((a, b) => a - b);
    expect(places[1]! - places[0]!).toBeCloseTo(places[2]! - places[1]!, 0);
    expect(textsOf(scene)).toEqual(expect.arrayContaining(["0.800", "0.790 to 0.810"]));
    expect(scene.description).toBe("Dice. Network: mean 0.800 of 3.");
  });

  test("counts in words what its axis leaves out, so that one outlier does not flatten the rest", () => {
    const values = [...Array.from({ length: 199 }, (_, at) => 1 + at / 200), 500];
    const scene = spreadPlot([row(values, 3.5)], { ...options, digits: 1 });
    expect(scene.marks.filter(({ tag }) => tag === "circle").length).toBeLessThan(values.length);
    expect(textsOf(scene).some((text) => /^\d+ above$/.test(text))).toBe(true);
  });

  test("says n/a where a model has no figure", () => {
    const scene = spreadPlot([row([], null)], { ...options, domain: [0, 1] });
    expect(textsOf(scene)).toContain("n/a");
  });
});

test("the cost plot places cheap and good at the upper left, and names those that no other beats", () => {
  const point = (at: number, cost: number, score: number) => ({
    badge: badges[at]!,
    name: `Network ${badges[at]!.letter}`,
    cost,
    score,
    interval: null,
  });
  const scene = costPlot([point(0, 10, 0.7), point(1, 100, 0.9), point(2, 100, 0.6)], {
    width: 400,
    height: 240,
    costAxis: "ms a slice",
    scoreAxis: "mean Dice",
  });
  expect(scene.description).toBe("mean Dice against ms a slice. No other beats: Network A, Network B.");
  const places = scene.marks
    .filter(({ tag }) => tag === "g")
    .map(({ children }) => children![0]!.attributes as { x: number; y: number });
  expect(places[0]!.x).toBeLessThan(places[1]!.x);
  expect(places[1]!.y).toBeLessThan(places[0]!.y);
  expect(places[1]!.x).toBe(places[2]!.x);
});

test("the matrix draws its lower half, with n/a where nothing was measured and ink that can be read", () => {
  const scene = matrixPlot({
    badges,
    value: (row, column) => (row === 2 && column === 0 ? undefined : 0.5 + row / 10 + column / 10),
    description: "Mean Dice.",
  });
  const cells = scene.marks.filter(({ tag }) => tag === "rect");
  expect(cells).toHaveLength(6);
  expect(textsOf(scene)).toEqual(expect.arrayContaining(["1", "0.600", "0.800", "n/a"]));
  const inkOf = (share: string) => scene.marks.find(({ text }) => text === share)!.attributes.fill;
  expect([inkOf("0.600"), inkOf("0.800")]).toEqual([plotTones.text, plotTones.ink]);
});
