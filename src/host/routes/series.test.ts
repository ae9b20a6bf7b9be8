import { createHash } from "node:crypto";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  cineFolder,
  failureOf,
  openHost,
  samplesFolder,
  type TestHost,
} from "../../../test-support/open-host";
import { pythonWith, runPython } from "../../../test-support/readers";
import { decodeFrame, type FrameHeader } from "../../core/image/frame-wire";
import type { SeriesDetail, SeriesSummary } from "../contract";

let opened: TestHost;
let cine: SeriesSummary;
let retina: SeriesSummary;
beforeAll(async () => {
  opened = openHost();
  const series = await opened.open(cineFolder, join(samplesFolder, "retina/retina.jpg"));
  cine = series.find(({ modality }) => modality === "MR")!;
  retina = series.find(({ colour }) => colour)!;
});
afterAll(() => opened.close());

const frameOf = (id: string, index: number, headers: Record<string, string> = {}) =>
  opened.host.request(new Request(`slicebench://app/api/series/${id}/frames/${index}`, { headers }));

test("a series tells where its frames lie, and what its file says about how to look at them", async () => {
  const detail = await opened.get<SeriesDetail>(`/api/series/${cine.id}`);
  expect(detail).toMatchObject({ ...cine, frameCount: 40, warnings: expect.any(Array) as unknown });
  expect(detail.frames.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  // From the apex up: slices in the order of their places, whatever their names.
  expect(detail.frames[0]).toMatchObject({ fileName: "slice-5-phase-01.dcm", rows: 256, columns: 256 });
  expect(detail.frames[0]!.spacingMm).toHaveLength(2);
  expect(detail.windows.length).toBeGreaterThan(0);
});

const python = pythonWith("pydicom", "numpy");
test.skipIf(python === undefined)("a frame's bytes are the stored values that pydicom reads", async () => {
  const detail = await opened.get<SeriesDetail>(`/api/series/${cine.id}`);
  const file = join(cineFolder, detail.frames[7]!.fileName);
  const program = `
import sys, json, hashlib, pydicom
values = pydicom.dcmread(sys.argv[1]).pixel_array
print(json.dumps(hashlib.sha256(values.astype("<u2").tobytes()).hexdigest()))`;
  const expected = runPython(python!, program, [file]);
  const answer = await frameOf(cine.id, 7);
  const body = Buffer.from(await answer.arrayBuffer());
  expect(createHash("sha256").update(body).digest("hex")).toBe(expected);
  expect(answer.headers.get("content-length")).toBe(String(256 * 256 * 2));
  const header = JSON.parse(answer.headers.get("x-slicebench-header")!) as FrameHeader;
  expect(header).toMatchObject({ rows: 256, columns: 256, samplesPerPixel: 1, pixelType: "uint16" });
  expect(decodeFrame(header, new Uint8Array(body).buffer).pixels).toHaveLength(256 * 256);
});

test("a picture in colour travels as interleaved bytes", async () => {
  const answer = await frameOf(retina.id, 0);
  const header = JSON.parse(answer.headers.get("x-slicebench-header")!) as FrameHeader;
  expect(header).toMatchObject({ rows: 1411, columns: 1411, samplesPerPixel: 3, pixelType: "uint8" });
  expect((await answer.arrayBuffer()).byteLength).toBe(1411 * 1411 * 3);
});

test("pixels are kept by the page for good, and asked for again cost nothing", async () => {
  const answer = await frameOf(cine.id, 0);
  expect(answer.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
  const etag = answer.headers.get("etag")!;
  const again = await frameOf(cine.id, 0, { "if-none-match": etag });
  expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
  expect((await frameOf(cine.id, 1, { "if-none-match": etag })).status).toBe(200);
  // What changes must not be kept.
  expect((await opened.ask("GET", `/api/series/${cine.id}`)).headers.get("cache-control")).toBe("no-store");
});

test("a thumbnail is a picture of the size that was asked for", async () => {
  const answer = await opened.ask("GET", `/api/series/${retina.id}/thumbnail?size=48`);
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(answer.headers.get("cache-control")).toMatch(/immutable/);
  const picture = await sharp(Buffer.from(await answer.arrayBuffer())).stats();
  const { width, height } = await sharp(
    Buffer.from(await (await opened.ask("GET", `/api/series/${retina.id}/thumbnail?size=48`)).arrayBuffer()),
  ).metadata();
  expect([width, height, picture.channels.length]).toEqual([48, 48, 3]);
  // It shows something: a black square would be of no use.
  expect(picture.channels[0]!.stdev).toBeGreaterThan(10);
});

test("what is no frame, no size or no series is refused by name", async () => {
  const refusals: [string, number, string][] = [
    [`/api/series/${cine.id}/frames/40`, 404, "FRAME_NOT_FOUND"],
    [`/api/series/${cine.id}/frames/-1`, 400, "REQUEST_INVALID"],
    [`/api/series/${cine.id}/frames/1.5`, 400, "REQUEST_INVALID"],
    [`/api/series/${cine.id}/frames/first`, 400, "REQUEST_INVALID"],
    [`/api/series/${cine.id}/thumbnail?size=100000`, 400, "REQUEST_INVALID"],
    [`/api/series/${"x".repeat(200)}`, 400, "REQUEST_INVALID"],
    ["/api/series/other/frames/0", 404, "SERIES_NOT_FOUND"],
  ];
  for (const [path, status, code] of refusals) {
    expect(await failureOf(await opened.ask("GET", path))).toEqual({ status, code });
  }
});
