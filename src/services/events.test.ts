import { expect, test } from "vitest";
import type { HostEvent } from "../host/contract";
import { EventLog } from "./events";

const removed = (layerId: string): HostEvent => ({ type: "layer-removed", layerId });

test("a page that missed a few events gets exactly those, in order", () => {
  const log = new EventLog();
  for (const id of ["a", "b", "c"]) log.publish(removed(id));
  expect(log.since(1)).toEqual([
    { id: 2, event: removed("b") },
    { id: 3, event: removed("c") },
  ]);
  expect(log.since(3)).toEqual([]);
});

test("what is forgotten, or from another process's life, is not made up", () => {
  const log = new EventLog();
  for (let index = 0; index < 600; index++) log.publish(removed(String(index)));
  expect(log.since(99)).toBeUndefined();
  expect(log.since(100)?.length).toBe(500);
  expect(log.since(601)).toBeUndefined();
});

test("a listener hears nothing after it has ended its subscription", () => {
  const log = new EventLog();
  const heard: number[] = [];
  const end = log.subscribe(({ id }) => heard.push(id));
  log.publish({ type: "studies" });
  end();
  log.publish({ type: "studies" });
  expect(heard).toEqual([1]);
});
