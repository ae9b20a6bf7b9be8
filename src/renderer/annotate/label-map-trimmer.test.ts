import { expect, test } from "vitest";
import { WorkingLabelMaps } from "../viewport/working-label-maps";
import { LabelMapTrimmer } from "./label-map-trimmer";

const frameBytes = 100;
const labelMap = () => ({ rows: 10, columns: 10, values: new Uint8Array(frameBytes) });

/** A layer whose frames 0 to 5 were visited in turn, of which the page keeps four for good. */
function visited() {
  const working = new WorkingLabelMaps(4 * frameBytes);
  for (let frame = 0; frame < 6; frame++) working.adopt("layer", frame, labelMap());
  return working;
}

const held = (working: WorkingLabelMaps) =>
  [0, 1, 2, 3, 4, 5].filter((frame) => working.get("layer", frame) !== undefined);

test("the least recently used frames go first, and a use makes a frame recent", () => {
  const working = visited();
  working.get("layer", 0);
  working.trim(() => true);
  expect(held(working)).toEqual([0, 4, 5]);
  expect(working.isOverfull).toBe(false);
});

test("a frame that is in use stays, and the next one goes in its place", () => {
  const working = visited();
  working.trim((_, frame) => frame !== 0);
  expect(held(working)).toEqual([0, 4, 5]);
});

test("painting a frame anew does not count its bytes twice, and what is forgotten is not counted", () => {
  const working = new WorkingLabelMaps(2 * frameBytes);
  for (let stroke = 0; stroke < 10; stroke++) working.set("layer", 0, labelMap());
  working.set("layer", 1, labelMap());
  expect(working.isOverfull).toBe(false);
  working.set("other", 1, labelMap());
  expect(working.isOverfull).toBe(true);
  working.forget("layer", [1]);
  expect(working.isOverfull).toBe(false);
  expect(working.get("other", 1)).toBeDefined();
});

interface Circumstances {
  settled: () => object | undefined;
  /** Happens while the layers are read. */
  read?: () => void;
  answers?: boolean;
}

function trimmer(working: WorkingLabelMaps, options: Circumstances) {
  let reads = 0;
  const made = new LabelMapTrimmer({
    working,
    settled: options.settled,
    readLayers: () => {
      reads++;
      options.read?.();
      return Promise.resolve(options.answers ?? true);
    },
    mayGo: () => true,
  });
  return { made, reads: () => reads };
}

test("nothing goes, and nothing is asked, while an edit waits or a stroke is under way", async () => {
  const working = visited();
  const { made, reads } = trimmer(working, { settled: () => undefined });
  await made.trim();
  expect({ held: held(working).length, reads: reads() }).toEqual({ held: 6, reads: 0 });
});

test("nothing goes where an edit was made, or made and saved, while the layers were read", async () => {
  const working = visited();
  let saved: object | undefined = {};
  const begun = trimmer(working, { settled: () => saved, read: () => (saved = undefined) });
  await begun.made.trim();
  expect(held(working)).toHaveLength(6);
  saved = {};
  const again = trimmer(working, { settled: () => saved, read: () => (saved = {}) });
  await again.made.trim();
  expect(held(working)).toHaveLength(6);
});

test("nothing goes while the host does not answer", async () => {
  const working = visited();
  const saved = {};
  await trimmer(working, { settled: () => saved, answers: false }).made.trim();
  expect(held(working)).toHaveLength(6);
});

test("once everything is saved the memory is within its capacity, and the host is not asked again", async () => {
  const working = visited();
  const saved = {};
  const { made, reads } = trimmer(working, { settled: () => saved });
  await Promise.all([made.trim(), made.trim()]);
  await made.trim();
  expect({ held: held(working), reads: reads() }).toEqual({ held: [3, 4, 5], reads: 1 });
});
