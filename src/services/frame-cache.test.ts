import { expect, test } from "vitest";
import type { Frame } from "../core/image/frame";
import { FrameCache } from "./frame-cache";

const frameOf = (bytes: number): Frame => ({
  rows: 1,
  columns: bytes,
  samplesPerPixel: 1,
  pixels: new Uint8Array(bytes),
  meaning: {
    photometricInterpretation: "MONOCHROME2",
    bitsStored: 8,
    rescaleSlope: 1,
    rescaleIntercept: 0,
    windows: [],
    voiFunction: "LINEAR",
  },
  geometry: {},
});

function counting(cache: FrameCache) {
  const decoded: string[] = [];
  const get = (key: string, bytes = 40) =>
    cache.get(key, () => {
      decoded.push(key);
      return Promise.resolve(frameOf(bytes));
    });
  return { decoded, get };
}

test("the frame used longest ago goes first, and the bytes held stay within the limit", async () => {
  const cache = new FrameCache(100);
  const { decoded, get } = counting(cache);
  await get("a");
  await get("b");
  await get("a");
  await get("c");
  expect([cache.has("a"), cache.has("b"), cache.has("c"), cache.bytes]).toEqual([true, false, true, 80]);
  await get("b");
  expect(decoded).toEqual(["a", "b", "c", "b"]);
});

test("two that ask at once wait for one decoding", async () => {
  const { decoded, get } = counting(new FrameCache(100));
  const [first, second] = await Promise.all([get("a"), get("a")]);
  expect(first).toBe(second);
  expect(decoded).toEqual(["a"]);
});

test("a failure is told to all who wait, and tried again by the next", async () => {
  const cache = new FrameCache(100);
  const broken = () => Promise.reject(new Error("truncated"));
  await expect(Promise.all([cache.get("a", broken), cache.get("a", broken)])).rejects.toThrow("truncated");
  expect((await cache.get("a", () => Promise.resolve(frameOf(3)))).columns).toBe(3);
});

test("a frame larger than the limit is handed on and pushes nothing out", async () => {
  const cache = new FrameCache(100);
  const { get } = counting(cache);
  await get("small");
  expect((await get("huge", 500)).columns).toBe(500);
  expect([cache.has("small"), cache.has("huge"), cache.bytes]).toEqual([true, false, 40]);
});

test("a smaller limit and a closed series free memory at once", async () => {
  const cache = new FrameCache(200);
  const { get } = counting(cache);
  for (const key of ["s/0", "s/1", "t/0"]) await get(key);
  cache.forget("s/");
  expect(cache.bytes).toBe(40);
  cache.limit = 10;
  expect(cache.bytes).toBe(0);
});
