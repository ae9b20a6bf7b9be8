import { expect, test } from "vitest";
import type { ComparisonCase } from "../../core/comparison/record";
import { withBadges } from "../../core/comparison/scenes";
import type { LaboratoryView } from "../../host/contract";
import { arrangeRows, bestOf, caseRows } from "./case-rows";

const models = withBadges(["a", "b", "c"].map((id) => ({ id, name: id.toUpperCase(), origin: "model" })));

interface Given {
  /** Dice of each model; undefined where it did not run. */
  dice: (number | null | undefined)[];
  /** Undefined where there is no reference. */
  reference?: true;
  disagreement?: number;
}

function viewOf(cases: readonly Given[]): LaboratoryView {
  const record = {
    cases: cases.map(({ dice, reference, disagreement }, index) => ({
      input: `slice-${index}.png`,
      frame: 0,
      series: 0,
      ...(reference && { referenceSha256: "0" }),
      ...(disagreement !== undefined && { disagreement }),
      agreement: [],
      results: dice.flatMap((value, at) =>
        value === undefined
          ? []
          : [{ model: models[at]!.id, ...(reference && { segments: { Lung: { dice: { value } } } }) }],
      ),
      ...(!reference && {
        consensus: {
          entropy: 0,
          readers: dice.map((value, at) => ({ model: models[at]!.id, diceToMajority: value ?? null })),
        },
      }),
    })) as unknown as ComparisonCase[],
  } as LaboratoryView["record"];
  const places = cases.map((_, frame) => ({ seriesId: "s", frame }));
  return { record, places, layers: [], references: [], leftOut: [] };
}

const rowsOf = (cases: readonly Given[]) =>
  caseRows(viewOf(cases), models, { segment: "Lung", metric: "dice" });
const framesOf = (rows: ReturnType<typeof rowsOf>): number[] => rows.map(({ place }) => place.frame);

test("the worst mean comes first, and a case without a figure last, in either direction", () => {
  const rows = rowsOf([
    { dice: [0.9, 0.8, 0.7], reference: true },
    { dice: [null, null, null], reference: true },
    { dice: [0.2, 0.4, undefined], reference: true },
  ]);
  expect(rows.map(({ values }) => values)).toEqual([
    [0.9, 0.8, 0.7],
    [null, null, null],
    [0.2, 0.4, undefined],
  ]);
  const order = (by: Parameters<typeof arrangeRows>[2]["order"]["by"], isReversed = false) =>
    framesOf(arrangeRows(rows, models, { order: { by, isReversed }, filter: "" }));
  expect(order("worst")).toEqual([2, 0, 1]);
  expect(order("worst", true)).toEqual([0, 2, 1]);
  expect(order("case", true)).toEqual([2, 1, 0]);
  expect(order({ model: "b" })).toEqual([2, 0, 1]);
  expect(order({ model: "c" })).toEqual([0, 1, 2]);
  expect(order("spread")).toEqual([0, 2, 1]);
});

test("without a reference the most disputed comes first, and nobody is best", () => {
  const rows = rowsOf([
    { dice: [0.9, 0.8, 0.7], disagreement: 0.1 },
    { dice: [0.5, 0.2, 0.1], disagreement: 0.6 },
  ]);
  expect(
    framesOf(arrangeRows(rows, models, { order: { by: "worst", isReversed: false }, filter: "" })),
  ).toEqual([1, 0]);
  expect(bestOf(rows[0]!, "dice")).toEqual([false, false, false]);
});

test("the best is the largest Dice or the smallest distance, and nobody where all are equal", () => {
  const [row] = rowsOf([{ dice: [0.9, 0.8, null], reference: true }]);
  expect(bestOf(row!, "dice")).toEqual([true, false, false]);
  expect(bestOf(row!, "hd95")).toEqual([false, true, false]);
  expect(bestOf({ ...row!, values: [0.9, 0.9, undefined] }, "dice")).toEqual([false, false, false]);
});

test("the filter looks at name and slice", () => {
  const rows = rowsOf([
    { dice: [0.9, 0.8, 0.7], reference: true },
    { dice: [0.9, 0.8, 0.7], reference: true },
  ]);
  const found = (filter: string) =>
    framesOf(arrangeRows(rows, models, { order: { by: "case", isReversed: false }, filter }));
  expect([found("Slice 2"), found("slice-0.png"), found("nothing")]).toEqual([[1], [0], []]);
});
