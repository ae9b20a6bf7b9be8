import { afterEach, expect, test } from "vitest";
import type { EngineProcessOptions } from "../engine/messages";
import type { EngineProcess } from "../engine/process-port";
import { computeThreads } from "../engine/processor";
import { openLocalWorkstation } from "./local-workstation";
import type { Workstation } from "./workstation";

let workstation: Workstation | undefined;
afterEach(() => workstation?.close());

/** An engine process that is ready at once, and answers every call with no engines. */
function startsInto(started: EngineProcessOptions[]) {
  return (options: EngineProcessOptions): EngineProcess => {
    started.push(options);
    let answer: Parameters<EngineProcess["onMessage"]>[0] = () => undefined;
    let end: Parameters<EngineProcess["onEnd"]>[0] = () => undefined;
    return {
      pid: started.length,
      send: (message) => answer({ kind: "result", id: message.id, result: [] }),
      onMessage: (listener) => {
        answer = listener;
        listener({ kind: "ready" });
      },
      onEnd: (listener) => (end = listener),
      kill: () => end({ code: null, signal: "SIGKILL" }),
    };
  };
}

test("a change of the threads setting reaches the engine with its next call, and costs nothing where it is none", async () => {
  const started: EngineProcessOptions[] = [];
  workstation = openLocalWorkstation({ workspaceFile: ":memory:", startEngine: startsInto(started) });
  await workstation.engines();
  workstation.settings.change({ theme: "light" });
  await workstation.engines();
  workstation.settings.change({ engineThreads: 3 });
  await workstation.engines();
  workstation.settings.change({ engineThreads: 0 });
  await workstation.engines();
  expect(started.map(({ threads }) => threads)).toEqual([undefined, 3, undefined]);
});

test("the page is told how many threads are in use", async () => {
  workstation = openLocalWorkstation({ workspaceFile: ":memory:" });
  const threads = async () => (await workstation!.engines()).find(({ id }) => id === "onnxruntime")?.threads;
  expect(await threads()).toBe(computeThreads());
  workstation.settings.change({ engineThreads: 1 });
  expect(await threads()).toBe(1);
});
