import { describe, expect, test } from "vitest";
import { committedFigures, measureByPeers, peerModules } from "../../../test-support/metric-peers/figures";
import { type PeerCase, peerCases } from "../../../test-support/metric-peers/masks";
import { pythonWith } from "../../../test-support/readers";
import { labelComponents } from "../mask/components";
import { measureCalibration } from "./calibration";
import { measureInstances } from "./instances";
import { measureMasks, type MetricValue } from "./measure";

const cases = peerCases();
const committed = committedFigures();

/** Everything that we measure of a case, by the names of the committed figures. */
function measureCase(given: PeerCase): Map<string, number | null> {
  const { shape, predicted, reference, probability, spacingMm, tolerance } = given;
  const [columns, rows, slices = 1] = shape.toReversed() as [number, number, number?];
  const size = { slices, rows, columns };
  const { metrics } = measureMasks(predicted, reference, {
    ...size,
    tolerance,
    boundaryWidth: tolerance,
    ...(spacingMm && { spacingMm }),
  });
  const objects = [predicted, reference].map((mask) => labelComponents(mask, size).labels);
  const instances = measureInstances(objects[0]!, objects[1]!);
  const { expectedCalibrationError, brier } = measureCalibration(probability, reference);
  const values = Object.entries<MetricValue>({ ...metrics, ...instances.metrics });
  return new Map([
    ...values.map(([key, { value }]) => [key, value] as const),
    ["expectedCalibrationError", expectedCalibrationError],
    ["brier", brier],
  ]);
}

/** MONAI's lengths have 24 bits, so theirs is 1e-6 of the length; all other figures are within 1e-6. */
const isSame = (own: number | null, theirs: number | null, column: string): boolean => {
  if (own === null || theirs === null) return own === theirs;
  const scale = column.endsWith("(MONAI)") ? Math.max(1, theirs) : 1;
  return Math.abs(own - theirs) <= 1e-6 * scale;
};

/** The first differences of a column, for a message that helps. */
function differences(column: string, own: readonly (number | null)[], theirs: readonly (number | null)[]) {
  return own
    .map((value, at) => ({ case: at, own: value, theirs: theirs[at] ?? null }))
    .filter(({ own: value, theirs: other }) => !isSame(value, other, column))
    .slice(0, 5);
}

const columnOf = ({ rows }: typeof committed, at: number) => rows.map((row) => row[at] ?? null);

describe("on 1,000 random masks and 50 made by hand", () => {
  const measured = cases.map(measureCase);

  test("there is a figure of every metric for every case, and each case has an answer or none on purpose", () => {
    expect(cases).toHaveLength(1050);
    expect(committed.rows).toHaveLength(1050);
    const known = new Set(committed.columns.map((column) => column.replace(" (MONAI)", "")));
    expect(known).toEqual(new Set(measured[0]!.keys()));
    for (let at = 0; at < committed.columns.length; at++)
      expect(columnOf(committed, at).filter((value) => value !== null).length).toBeGreaterThan(400);
  });

  test.each(committed.columns.map((column, at) => ({ column, at })))("$column", ({ column, at }) => {
    const own = measured.map((values) => values.get(column.replace(" (MONAI)", ""))!);
    expect(differences(column, own, columnOf(committed, at))).toEqual([]);
  });
});

const python = pythonWith(...peerModules);

test.skipIf(python === undefined)(
  "the committed figures are those of the libraries",
  () => {
    const fresh = measureByPeers(python!, cases);
    expect(fresh.columns).toEqual(committed.columns);
    fresh.columns.forEach((column, at) => {
      expect({
        column,
        differences: differences(column, columnOf(fresh, at), columnOf(committed, at)),
      }).toEqual({
        column,
        differences: [],
      });
    });
  },
  300_000,
);
