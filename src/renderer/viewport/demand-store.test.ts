import { describe, expect, test, vi } from "vitest";
import { DemandStore } from "./demand-store";

/** A store over fetches that the test ends by hand. */
function openStore(capacityBytes = 1_000) {
  const fetches = new Map<number, { resolve: (value: string) => void; reject: (error: unknown) => void }>();
  const started: number[] = [];
  const aborted: number[] = [];
  const store = new DemandStore<number, string>({
    fetch: (address, signal) => {
      started.push(address);
      signal.addEventListener("abort", () => aborted.push(address));
      return new Promise((resolve, reject) => fetches.set(address, { resolve, reject }));
    },
    sizeOf: (value) => value.length,
    capacityBytes,
    concurrency: 2,
  });
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
  const answer = async (address: number, value: string) => {
    fetches.get(address)!.resolve(value);
    await settle();
  };
  const fail = async (address: number, error: unknown) => {
    fetches.get(address)!.reject(error);
    await settle();
  };
  return { store, started, aborted, answer, fail };
}

const demands = (...addresses: number[]) => addresses.map((address) => ({ key: String(address), address }));

describe("DemandStore", () => {
  test("fetches in the order of urgency, the first wish of every party before any second one", async () => {
    const { store, started, answer } = openStore();
    store.wish("left", demands(1, 2, 3));
    store.wish("right", demands(10, 11));
    expect(started).toEqual([1, 2]);
    await answer(2, "two");
    expect(started).toEqual([1, 2, 10]);
    await answer(1, "one");
    expect(started).toEqual([1, 2, 10, 11]);
  });

  test("what nobody wants any more is aborted, and its late answer is not kept", async () => {
    const { store, started, aborted, answer } = openStore();
    store.wish("left", demands(1, 2));
    store.wish("left", demands(2, 3));
    expect(aborted).toEqual([1]);
    expect(started).toEqual([1, 2, 3]);
    await answer(1, "late");
    expect(store.read("1")).toEqual({ state: "missing" });
  });

  test("a failure is told, holds nothing up, and is tried again when asked", async () => {
    const { store, started, fail } = openStore();
    const told: string[] = [];
    store.subscribe((key) => told.push(key));
    store.wish("left", demands(1));
    const error = new Error("gone");
    await fail(1, error);
    expect(store.read("1")).toEqual({ state: "failed", error });
    expect(told).toEqual(["1"]);
    store.wish("left", demands(1, 2));
    expect(started).toEqual([1, 2]);
    store.retry("1");
    expect(started).toEqual([1, 2, 1]);
  });

  test("a wish repeated after a while tries a failure again", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { store, started, fail } = openStore();
    store.wish("left", demands(1));
    await fail(1, new Error("gone"));
    vi.advanceTimersByTime(6_000);
    // The clock of the day, which can be set back, has no part in it.
    vi.setSystemTime(0);
    store.wish("left", demands(1));
    expect(started).toEqual([1, 1]);
    vi.useRealTimers();
  });

  test("beyond its capacity it drops what was used longest ago, but never what is wanted first", async () => {
    const { store, answer } = openStore(10);
    store.wish("left", demands(1, 2));
    await answer(1, "aaaa");
    await answer(2, "bbbb");
    store.read("1");
    store.wish("left", demands(3));
    await answer(3, "cccc");
    expect(["1", "2", "3"].map((key) => store.read(key).state)).toEqual(["ready", "missing", "ready"]);
    store.wish("left", demands(4));
    await answer(4, "a value larger than the store");
    expect(store.read("4").state).toBe("ready");
    expect(store.bytes).toBe("a value larger than the store".length);
  });

  test("wishes that do not all fit are not fetched in circles", async () => {
    const { store, started, answer } = openStore(10);
    store.wish("left", demands(1, 2, 3, 4));
    for (const address of [1, 2]) await answer(address, "aaaa");
    expect(started).toEqual([1, 2]);
    store.wish("left", demands(4, 3, 2, 1));
    expect(started).toEqual([1, 2, 4]);
    await answer(4, "dddd");
    expect(started).toEqual([1, 2, 4]);
  });

  test("a value put in place replaces the old one in the count of bytes", () => {
    const { store } = openStore();
    store.put("1", "four");
    store.put("1", "sixsix");
    expect([store.bytes, store.read("1")]).toEqual([6, { state: "ready", value: "sixsix" }]);
  });
});
