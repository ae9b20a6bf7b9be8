import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instanceMetricKeys, measureInstances } from "./instances";

/** Object numbers as digits; a dot is background. */
const objects = (text: string) => Int32Array.from(text.replaceAll(/\s/g, ""), (each) => Number(each) || 0);

function valuesOf(predicted: Int32Array, reference: Int32Array, minimumIou?: number) {
  const { counts, metrics } = measureInstances(predicted, reference, minimumIou);
  const values = instanceMetricKeys.map(
    (key) => metrics[key].value ?? (metrics[key] as { reason: string }).reason,
  );
  return { counts, ...Object.fromEntries(instanceMetricKeys.map((key, at) => [key, values[at]])) };
}

describe("objects against reference objects", () => {
  test("one found, one missed, one merely touched and one invented", () => {
    const reference = objects("1111 .... 222. .33.");
    const predicted = objects("111. .44. ..2. ....");
    // 1 is found with IoU 3/4; 2 is met by one of 3 pixels, 4 is invented, 3 is missed.
    expect(valuesOf(predicted, reference)).toEqual({
      counts: { predicted: 3, reference: 3, matched: 1 },
      objectPrecision: 1 / 3,
      objectRecall: 1 / 3,
      objectF1: 1 / 3,
      segmentationQuality: 3 / 4,
      panopticQuality: 1 / 4,
      aggregatedJaccard: (3 + 1) / (4 + 3 + 2 + 2),
    });
  });

  test("an IoU of exactly one half is no match, as either half could claim it", () => {
    expect(valuesOf(objects("1122"), objects("1111")).counts.matched).toBe(0);
    expect(valuesOf(objects("1112"), objects("1111")).counts.matched).toBe(1);
    expect(valuesOf(objects("1112"), objects("1111"), 0.75).counts.matched).toBe(0);
    expect(() => measureInstances(objects("1"), objects("1"), 0.4)).toThrow(RangeError);
  });

  test("two halves of an object: the lower number is aggregated, the other enlarges the union", () => {
    expect(valuesOf(objects("2211"), objects("7777"))).toMatchObject({ aggregatedJaccard: 2 / 6 });
  });

  test("without objects on either side everything is undefined, on one side nothing was found", () => {
    const [none, one] = [objects("...."), objects(".5..")];
    const neither = "Neither mask has a pixel of this segment.";
    expect(valuesOf(none, none)).toEqual({
      counts: { predicted: 0, reference: 0, matched: 0 },
      ...Object.fromEntries(instanceMetricKeys.map((key) => [key, neither])),
    });
    const quality = "No object was found again, so that there is nothing to take the mean of.";
    const nothing = { objectF1: 0, segmentationQuality: quality, panopticQuality: 0, aggregatedJaccard: 0 };
    expect(valuesOf(none, one)).toMatchObject({ ...nothing, objectRecall: 0 });
    expect(valuesOf(one, none)).toMatchObject({ ...nothing, objectPrecision: 0 });
  });

  test("pixels of another shape are refused", () => {
    expect(() => measureInstances(objects("12"), objects("123"))).toThrow(
      expect.objectContaining({ code: "MASK_SHAPE_MISMATCH" }),
    );
  });
});

test("the numbers that objects bear do not matter", () => {
  const labels = fc.uint8Array({ minLength: 30, maxLength: 30, max: 4 });
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const renumbered = Int32Array.from(b, (value) => (value === 0 ? 0 : 1000 - value));
      const { aggregatedJaccard: _, ...rest } = measureInstances(a, b).metrics;
      expect(measureInstances(a, renumbered).metrics).toMatchObject(rest);
    }),
  );
});
