import { expect, test } from "vitest";
import { shareCores } from "./share-cores";

const gigabyte = 2 ** 30;
const plenty = { cores: 8, freeBytes: 64 * gigabyte };

test("where memory suffices, each core has a process of its own", () => {
  expect(shareCores({ parameters: 30e6 }, plenty)).toEqual({ processes: 8, threads: 1 });
});

test("where it does not, fewer processes have more threads each", () => {
  expect(shareCores({ parameters: 30e6 }, { cores: 8, freeBytes: 4 * gigabyte })).toEqual({
    processes: 3,
    threads: 2,
  });
  expect(shareCores({ parameters: 500e6 }, { cores: 8, freeBytes: gigabyte })).toEqual({
    processes: 1,
    threads: 8,
  });
});

test("who names a number gets it, with a thread each at the least", () => {
  expect(shareCores({ processes: 2, parameters: 1 }, plenty)).toEqual({ processes: 2, threads: 4 });
  expect(shareCores({ processes: 20, parameters: 1 }, plenty)).toEqual({ processes: 20, threads: 1 });
});
