import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HostEvent } from "../../host/contract";
import { listenToHost, type Connection } from "./events";

/** A source whose events the test decides on. */
class FakeSource {
  closed = false;
  private readonly listeners = new Map<string, ((event: { data?: unknown }) => void)[]>();

  addEventListener(type: string, listener: (event: { data?: unknown }) => void) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  emit(type: string, data?: unknown) {
    this.listeners.get(type)?.forEach((listener) => listener({ data }));
  }
  close() {
    this.closed = true;
  }
}

function listen() {
  const sources: FakeSource[] = [];
  const events: HostEvent[] = [];
  const connections: Connection[] = [];
  const connection = listenToHost(
    { onEvent: (event) => events.push(event), onConnection: (state) => connections.push(state) },
    {
      open: () => {
        const source = new FakeSource();
        sources.push(source);
        return source;
      },
      goneAfterMs: 2_000,
      retryMs: [250, 1_000],
    },
  );
  return { sources, events, connections, connection };
}

describe("listenToHost", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("hands every event on as it came", () => {
    const { sources, events } = listen();
    const event: HostEvent = { type: "engine", state: "restarting" };
    sources[0]!.emit("engine", JSON.stringify(event));
    expect(events).toEqual([event]);
  });

  test("a short break is no alarm: it reconnects before the host counts as gone", () => {
    const { sources, connections } = listen();
    sources[0]!.emit("open");
    sources[0]!.emit("error");
    vi.advanceTimersByTime(250);
    sources[1]!.emit("open");
    vi.advanceTimersByTime(60_000);
    expect(connections).toEqual(["connecting", "open", "connecting", "open"]);
    expect(sources.map((source) => source.closed)).toEqual([true, false]);
  });

  test("the host is gone after two seconds of silence, said once, and it keeps trying", () => {
    const { sources, connections } = listen();
    sources[0]!.emit("error");
    for (let attempt = 1; attempt <= 6; attempt++) {
      vi.advanceTimersByTime(1_000);
      sources.at(-1)!.emit("error");
    }
    expect(connections).toEqual(["connecting", "connecting", "gone"]);
    expect(sources.length).toBeGreaterThanOrEqual(6);
  });

  test("retry tries at once", () => {
    const { sources, connections, connection } = listen();
    sources[0]!.emit("error");
    connection.retry();
    sources[1]!.emit("open");
    expect(connections.at(-1)).toBe("open");
  });

  test("after close nothing is opened and nothing is handed on", () => {
    const { sources, events, connection } = listen();
    connection.close();
    sources[0]!.emit("studies", JSON.stringify({ type: "studies" }));
    sources[0]!.emit("error");
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
    expect(events).toEqual([]);
  });
});
