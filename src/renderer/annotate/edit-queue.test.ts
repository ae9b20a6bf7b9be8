import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HostError } from "../api/request";
import { EditQueue, type WaitingEdit } from "./edit-queue";

const edit = (id: string, layerId = "layer"): WaitingEdit => ({
  id,
  layerId,
  title: "Brush stroke",
  segment: 1,
  patches: new Uint8Array(),
});
const failure = (status: number, code: string) =>
  new HostError(status, { error: { code, message: "The host says no." } });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A host whose next answers the test decides on; undefined takes the edit. */
function open(answers: (Error | undefined)[]) {
  const sent: string[] = [];
  const refused: string[] = [];
  const queue = new EditQueue({
    send: ({ id }) => {
      sent.push(id);
      const answer = answers.shift();
      return answer ? Promise.reject(answer) : Promise.resolve();
    },
    onRefused: ({ id }) => refused.push(id),
    retryMs: [100],
  });
  return { queue, sent, refused };
}

test("edits are saved in the order in which they were made", async () => {
  const { queue, sent } = open([]);
  ["a", "b", "c"].forEach((id) => queue.add(edit(id)));
  expect(queue.state.getState()).toEqual({ waiting: 3 });
  await queue.run(() => Promise.resolve());
  expect(sent).toEqual(["a", "b", "c"]);
  expect(queue.state.getState()).toEqual({ waiting: 0, savedAt: new Date() });
});

test("an edit is sent again under its own id until the host is back, and what is behind it waits", async () => {
  const gone = failure(0, "HOST_GONE");
  const { queue, sent, refused } = open([gone, gone]);
  queue.add(edit("a"));
  queue.add(edit("b"));
  await vi.advanceTimersByTimeAsync(50);
  expect(queue.state.getState()).toMatchObject({ waiting: 2, trouble: gone });
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toEqual(["a", "a", "a", "b"]);
  expect(refused).toEqual([]);
  expect(queue.state.getState()).toEqual({ waiting: 0, savedAt: expect.any(Date) as Date });
});

test("a host that cannot write now is asked again: a full disk loses nothing", async () => {
  const { queue, sent } = open([failure(500, "WORKSPACE_FULL")]);
  queue.add(edit("a"));
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toEqual(["a", "a"]);
});

test("what was built on a refused edit is not sent; other layers and later edits are", async () => {
  const { queue, sent, refused } = open([failure(409, "PATCH_CONFLICT")]);
  queue.add(edit("a"));
  queue.add(edit("b"));
  queue.add(edit("c", "other"));
  await vi.advanceTimersByTimeAsync(0);
  queue.add(edit("d"));
  await vi.advanceTimersByTimeAsync(0);
  expect({ sent, refused }).toEqual({ sent: ["a", "c", "d"], refused: ["a"] });
});

test("a step waits for the edits before it", async () => {
  const { queue, sent } = open([failure(0, "HOST_GONE")]);
  queue.add(edit("a"));
  const seen = queue.run(() => Promise.resolve([...sent]));
  await vi.advanceTimersByTimeAsync(500);
  expect(await seen).toEqual(["a", "a"]);
});

test("retry does not wait for the next attempt", async () => {
  const { queue, sent } = open([failure(0, "HOST_GONE")]);
  queue.add(edit("a"));
  await vi.advanceTimersByTimeAsync(1);
  queue.retry();
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(["a", "a"]);
});
