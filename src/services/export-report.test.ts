import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MeasuredReports, seriesNames, shapes } from "../../test-support/measured-series";
import { writeVerified } from "./verified-file";

const reports = new MeasuredReports();
beforeAll(() => reports.open());
afterAll(() => reports.close());

describe("verification", () => {
  const bytesOf = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
  const place = (bytes: Uint8Array, wanted: Uint8Array): number => {
    const at = Buffer.from(bytes).indexOf(wanted);
    expect(at).toBeGreaterThan(0);
    return at;
  };
  const text = (value: string) => new TextEncoder().encode(value);
  /** What is changed in the file of the report, at the first byte of what is found. */
  const changes: Record<string, (bytes: Uint8Array) => number> = {
    "a coordinate, in its last bit": (bytes) => place(bytes, bytesOf(shapes.polygon[2]![0])),
    "an end of the ellipse's axis": (bytes) => place(bytes, bytesOf((19.6 + 9.1) / 2)),
    "a length": (bytes) => place(bytes, text(lengthText())),
    "a name": (bytes) => place(bytes, text("Drawn polygon")),
    "a unit": (bytes) => place(bytes, text("mm2")),
    "the name of a number": (bytes) => place(bytes, text("410668003")),
    "the derivation of a number": (bytes) => place(bytes, text("386136009")),
    "the kind of graphic": (bytes) => place(bytes, text("ELLIPSE")),
  };
  const lengthText = () => {
    const { figures } = reports.series("mr").measurements[0]!;
    return String(figures.kind === "length" ? Number(figures.length.toPrecision(12)) : 0);
  };

  test.each(Object.keys(changes))(
    "refuses a report with %s changed, and keeps nothing of it",
    async (what) => {
      const report = await reports.make(reports.series("mr").source);
      const bytes = Uint8Array.from(report.bytes);
      bytes[changes[what]!(bytes)]! ^= 1;
      const file = join(reports.folder, "changed.sr.dcm");
      const written = writeVerified(file, { ...report, bytes });
      await expect(written).rejects.toMatchObject({
        code: what === "the kind of graphic" ? "REPORT_INVALID" : "EXPORT_MISMATCH",
      });
      expect(existsSync(file)).toBe(false);
    },
  );

  test("refuses a measurement on another frame or image, and one that is missing", async () => {
    for (const name of seriesNames) {
      const { source, measurements } = reports.series(name);
      const right = await reports.make(source);
      const others = [
        measurements.map((each, at) => (at === 2 ? { ...each, frame: 0 } : each)),
        measurements.slice(1),
      ];
      for (const drawn of others) {
        const { bytes } = await reports.make({ ...source, drawn: { measurements: drawn } });
        const written = writeVerified(join(reports.folder, "other.sr.dcm"), { ...right, bytes });
        await expect(written).rejects.toMatchObject({ code: "EXPORT_MISMATCH" });
      }
    }
  });

  test("refuses a report of segments with another mean", async () => {
    const { segmented } = reports.series("ct");
    const report = await reports.make(segmented);
    const bytes = Uint8Array.from(report.bytes);
    // The mean of the segment comes before anything that was drawn.
    const at = place(bytes, text("112031"));
    const value = Buffer.from(bytes).indexOf(Uint8Array.of(0x40, 0x00, 0x0a, 0xa3), at) + 8;
    bytes[value]! ^= 1;
    await expect(
      writeVerified(join(reports.folder, "other.sr.dcm"), { ...report, bytes }),
    ).rejects.toMatchObject({
      code: "EXPORT_MISMATCH",
    });
  });
});

test("a series without a measurement and without a segment has no report, and one without a segment no mask", async () => {
  const { source } = reports.series("ct");
  await expect(reports.make({ ...source, drawn: undefined })).rejects.toMatchObject({
    code: "EXPORT_NOT_MEASURED",
  });
  const files = reports.files(source);
  await expect(files.make("seg")).rejects.toMatchObject({ code: "EXPORT_NO_SEGMENTS" });
  expect((await files.make("csv")).map(({ name }) => name)).toEqual(["report.csv"]);
});
