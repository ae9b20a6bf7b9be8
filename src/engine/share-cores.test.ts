import { expect, test } from "vitest";
import { shareCores } from "./share-cores";

const gigabyte = 2 ** 30;
const plenty = { cores: 8, freeBytes: 64 * gigabyte };

test("four cores have a process between them, where memory suffices", () => {
  expect(shareCores({ parameters: 30e6 }, plenty)).toEqual({ processes: 2, threads: 4 });
  expect(shareCores({ parameters: 30e6 }, { ...plenty, cores: 2 })).toEqual({ processes: 1, threads: 2 });
});

test("where it does not, fewer processes have more threads each", () => {
  const little = { cores: 32, freeBytes: 4 * gigabyte };
  expect(shareCores({ parameters: 30e6 }, little)).toEqual({ processes: 3, threads: 10 });
  expect(shareCores({ parameters: 500e6 }, { ...little, freeBytes: gigabyte })).toEqual({
    processes: 1,
    threads: 32,
  });
});

test("who names a number gets it, with a thread each at the least", () => {
  expect(shareCores({ processes: 2, parameters: 1 }, plenty)).toEqual({ processes: 2, threads: 4 });
  expect(shareCores({ processes: 20, parameters: 1 }, plenty)).toEqual({ processes: 20, threads: 1 });
});
