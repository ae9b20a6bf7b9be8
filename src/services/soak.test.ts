import { expect, test } from "vitest";
import { killEngine, soakEngine } from "../../test-support/soak";

// `npm run soak` does 100 kills and 1,000 runs, and prints what memory grew by.
test("each of 4 kills of the engine in mid-run costs that run alone, and nothing of it stays", async () => {
  const { lost, sameAfterwards, left } = await killEngine(4);
  expect(lost).toBeLessThanOrEqual(4);
  expect({ sameAfterwards, ...left, handles: Math.max(0, left.handles) }).toEqual({
    sameAfterwards: 4,
    processes: 0,
    files: 0,
    handles: 0,
  });
});

test.skipIf(process.platform !== "linux")(
  "the engine's process stays as large as it is over 300 runs",
  async () => {
    // A heap takes its first fifty runs to reach the size that it keeps.
    const { engine } = await soakEngine(300);
    expect(engine.end / engine.warm).toBeLessThan(1.05);
  },
);
