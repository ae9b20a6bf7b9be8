import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SegmentationFolder, type SegmentationHeader } from "./segmentation-folder";
import { parseSegmentationRecord, type SegmentationItem } from "./segmentation-record";

const digest = (digit: string): string => digit.repeat(64);
const header: SegmentationHeader = {
  software: { name: "slicebench", version: "1.0.0" },
  origin: {
    kind: "model",
    id: "unet",
    name: "U-Net",
    version: "1",
    weightsSha256: digest("a"),
    cardSha256: digest("b"),
    use: "demonstration",
  },
  engine: "onnxruntime",
  segments: [{ value: 1, label: "Nucleus", colour: "#E69F00" }],
};
const otherWeights: SegmentationHeader = {
  ...header,
  origin: { ...header.origin, weightsSha256: digest("c") } as SegmentationHeader["origin"],
};

let path: string;
beforeEach(() => (path = mkdtempSync(join(tmpdir(), "slicebench-folder-"))));
afterEach(() => rmSync(path, { recursive: true }));

/** Writes a label map in name only: what is in it is not this folder's business. */
const write = (folder: SegmentationFolder, name: string) =>
  folder.writeVerified(name, {
    name,
    bytes: Buffer.from(`mask of ${name}`),
    verify: () => Promise.resolve(),
  });

async function writeItem(folder: SegmentationFolder, name: string): Promise<SegmentationItem> {
  const outputSha256 = await write(folder, `${name}.png`);
  const item = {
    input: `${name}.dcm`,
    inputSha256: digest("d"),
    frame: 0,
    output: `${name}.png`,
    outputSha256,
    rows: 2,
    columns: 3,
  };
  await folder.addItem(item);
  return item;
}
const wanted = (name: string) => ({
  inputSha256: digest("d"),
  frame: 0,
  output: `${name}.png`,
});
const record = () => readFileSync(join(path, "segmentation.json"), "utf8");

test("the record lists items by name, in whatever order they were finished, and leaves no other file", async () => {
  const folder = await SegmentationFolder.open(path, header);
  const b = await writeItem(folder, "b");
  const a = await writeItem(folder, "a");
  folder.addFailure({ input: "notes.txt", code: "NOT_AN_IMAGE", message: "A text." });
  await folder.close();
  expect(parseSegmentationRecord(record(), "")).toEqual({
    schemaVersion: 1,
    ...header,
    items: [a, b],
    failures: [{ input: "notes.txt", code: "NOT_AN_IMAGE", message: "A text." }],
    volumes: [],
  });
  expect(readdirSync(path).sort()).toEqual(["a.png", "b.png", "segmentation.json"]);
});

test("a run that was killed in the middle of a line is taken up, and its record is that of one that was not", async () => {
  const whole = await SegmentationFolder.open(path, header);
  await writeItem(whole, "a");
  await writeItem(whole, "b");
  await whole.close();
  const uninterrupted = record();
  for (const name of readdirSync(path)) rmSync(join(path, name));

  const killed = await SegmentationFolder.open(path, header);
  const item = await writeItem(killed, "a");
  const journal = join(path, ".segmentation-journal.jsonl");
  writeFileSync(journal, `${readFileSync(journal, "utf8")}{"item":{"inp`);

  const resumed = await SegmentationFolder.open(path, header);
  expect(await resumed.findDone(wanted("a"))).toEqual(item);
  expect(await resumed.findDone(wanted("b"))).toBeUndefined();
  await writeItem(resumed, "b");
  await resumed.close();
  expect(record()).toBe(uninterrupted);
});

test("nothing is done where the weights, the input or the label map changed", async () => {
  const first = await SegmentationFolder.open(path, header);
  await writeItem(first, "a");
  await writeItem(first, "b");
  await first.close();

  const again = await SegmentationFolder.open(path, header);
  expect(await again.findDone({ ...wanted("a"), inputSha256: digest("e") })).toBeUndefined();
  writeFileSync(join(path, "b.png"), "edited");
  expect(await again.findDone(wanted("b"))).toBeUndefined();
  await again.close();

  const other = await SegmentationFolder.open(path, otherWeights);
  expect(await other.findDone(wanted("a"))).toBeUndefined();
  await other.close();
});

test("a frame that fails now is not listed with the label map of an earlier run", async () => {
  const first = await SegmentationFolder.open(path, header);
  await writeItem(first, "a");
  await first.close();
  const second = await SegmentationFolder.open(path, header);
  second.addFailure({ input: "a.dcm", frame: 0, code: "ENGINE_CRASHED", message: "Lost." }, "a.png");
  await second.close();
  expect(parseSegmentationRecord(record(), "").items).toEqual([]);
});

test("a file that no run wrote is never written over, and a mask of another model is", async () => {
  writeFileSync(join(path, "mine.png"), "drawn by hand");
  const folder = await SegmentationFolder.open(path, header);
  await expect(writeItem(folder, "mine")).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  expect(readFileSync(join(path, "mine.png"), "utf8")).toBe("drawn by hand");
  await writeItem(folder, "a");
  await folder.close();
  const other = await SegmentationFolder.open(path, otherWeights);
  await writeItem(other, "a");
  await other.close();
  expect(parseSegmentationRecord(record(), path).items.map(({ output }) => output)).toEqual(["a.png"]);
});

test("a file that a killed run was writing is known for its own", async () => {
  const killed = await SegmentationFolder.open(path, header);
  // The kill comes after the file and before its line: nothing but the announcement is in the journal.
  await write(killed, "a.png");
  const next = await SegmentationFolder.open(path, header);
  expect(await next.findDone(wanted("a"))).toBeUndefined();
  await writeItem(next, "a");
  await next.close();
  expect(parseSegmentationRecord(record(), path).items).toHaveLength(1);
});

test("a folder in which another process writes is refused, and one that a dead process left is not", async () => {
  const journal = join(path, ".segmentation-journal.jsonl");
  const sleeper = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  writeFileSync(journal, `${JSON.stringify({ header, pid: sleeper.pid })}\n`);
  await expect(SegmentationFolder.open(path, header)).rejects.toMatchObject({ code: "OUTPUT_IN_USE" });
  const ended = new Promise((done) => sleeper.once("exit", done));
  sleeper.kill("SIGKILL");
  await ended;
  const folder = await SegmentationFolder.open(path, header);
  await folder.close();
  expect(readdirSync(path)).toEqual(["segmentation.json"]);
});

test("a reference's record is not replaced", async () => {
  const reference = { ...header, schemaVersion: 1, items: [], failures: [], volumes: [] };
  const text = JSON.stringify({ ...reference, origin: { kind: "reference", description: "By hand." } });
  writeFileSync(join(path, "segmentation.json"), text);
  await expect(SegmentationFolder.open(path, header)).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  expect(record()).toBe(text);
});

test("a folder that cannot be made is refused with a sentence", async () => {
  writeFileSync(join(path, "file"), "");
  await expect(SegmentationFolder.open(join(path, "file"), header)).rejects.toMatchObject({
    code: "OUTPUT_NOT_WRITABLE",
  });
});
