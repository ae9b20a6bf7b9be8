import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ComparisonCase } from "../../core/comparison/record";
import { caseKey, ComparisonJournal } from "./journal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "slicebench-journal-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const hash = "a".repeat(64);
const cost = (output: string) => ({
  model: "network",
  output,
  outputSha256: hash,
  timings: { decode: 1, prepare: 1, inference: 1, finish: 1, total: 4 },
  memoryBytes: 5,
  provider: "cpu",
});
const measured = (input: string): ComparisonCase => ({
  input,
  inputSha256: hash,
  frame: 0,
  series: 0,
  rows: 4,
  columns: 4,
  unit: "px",
  results: [],
  agreement: [],
});
const path = () => join(folder, ".comparison-journal.jsonl");

async function write(): Promise<void> {
  const journal = await ComparisonJournal.open(folder, false);
  await Promise.all([
    journal.addCost(cost("a.png")),
    ...Array.from({ length: 50 }, (_, at) => journal.addCase(`key ${at}`, measured(`${at}.png`))),
  ]);
  await journal.close();
}

test("lines that are added at once follow each other whole, and are found again on resume", async () => {
  await write();
  expect(readFileSync(path(), "utf8").trim().split("\n")).toHaveLength(51);
  const resumed = await ComparisonJournal.open(folder, true);
  expect(resumed.findCase("key 49")).toEqual(measured("49.png"));
  expect(resumed.findCase("another key")).toBeUndefined();
  expect(resumed.findCost("a.png", hash)).toEqual(cost("a.png"));
  await resumed.close();
});

test("a cost is no longer that of a label map that has changed", async () => {
  await write();
  const resumed = await ComparisonJournal.open(folder, true);
  expect(resumed.findCost("a.png", "b".repeat(64))).toBeUndefined();
  expect(resumed.findCost("a.png", undefined)).toBeUndefined();
  expect(resumed.findCost("b.png", hash)).toBeUndefined();
  await resumed.close();
});

test("the half line of a kill, and what is not a journal's, are left out, and the next line stands alone", async () => {
  await write();
  const whole = readFileSync(path(), "utf8");
  writeFileSync(path(), `${whole.split("\n").slice(0, 3).join("\n")}\n{"other":1}\nnot JSON\n`);
  appendFileSync(path(), '{"key":"key 60","case":{"inp');
  const resumed = await ComparisonJournal.open(folder, true);
  expect(resumed.findCase("key 60")).toBeUndefined();
  await resumed.addCase("key 61", measured("61.png"));
  await resumed.close();
  const lines = readFileSync(path(), "utf8").trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines[3]!)).toEqual({ key: "key 61", case: measured("61.png") });
});

test("without resume it begins anew", async () => {
  await write();
  const anew = await ComparisonJournal.open(folder, false);
  expect(anew.findCase("key 1")).toBeUndefined();
  await anew.close();
  expect(readFileSync(path(), "utf8")).toBe("");
});

test("a folder that cannot be made is told", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  await expect(ComparisonJournal.open(join(file, "below"), false)).rejects.toMatchObject({
    code: "OUTPUT_NOT_WRITABLE",
  });
});

test("a case's key names all that it was measured from", () => {
  const from = { place: { input: "a" }, results: [{ outputSha256: hash }], question: { objects: false } };
  expect(caseKey(from)).toBe(caseKey(structuredClone(from)));
  for (const other of [
    { ...from, place: { input: "b" } },
    { ...from, results: [] },
    { ...from, question: { objects: true } },
  ])
    expect(caseKey(other)).not.toBe(caseKey(from));
});
