import type { HostEvent } from "../../host/contract";

/** Whether the host is heard: `gone` once it has not answered for `goneAfterMs`. */
export type Connection = "connecting" | "open" | "gone";

interface EventSourceLike {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface HostEventListeners {
  onEvent: (event: HostEvent) => void;
  /** `open` after an interruption means that events were missed: read everything again. */
  onConnection: (connection: Connection) => void;
}

export interface HostEventOptions {
  /** In place of the browser's EventSource, for tests. */
  open?: (url: string) => EventSourceLike;
  goneAfterMs?: number;
  /** Wait before each attempt; the last value repeats. */
  retryMs?: readonly number[];
}

/** All that the host tells: one that is left out here is never heard, and does not compile. */
const eventTypes: Record<HostEvent["type"], true> = {
  job: true,
  run: true,
  layer: true,
  "layer-removed": true,
  history: true,
  review: true,
  measurements: true,
  studies: true,
  models: true,
  engine: true,
};

/**
 * Listens to the host's events and keeps trying when it falls silent. EventSource's own reconnection gives up on
 * any HTTP error and hides when it does, so every break is a new EventSource here.
 * @returns `retry` tries at once, `close` ends it
 */
export function listenToHost(
  { onEvent, onConnection }: HostEventListeners,
  {
    open = (url) => new EventSource(url),
    goneAfterMs = 2_000,
    retryMs = [250, 500, 1_000, 2_000],
  }: HostEventOptions = {},
): { retry: () => void; close: () => void } {
  let source: EventSourceLike | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let goneTimer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let closed = false;

  const connect = () => {
    clearTimeout(retryTimer);
    source?.close();
    const current = open("/api/events");
    source = current;
    current.addEventListener("open", () => {
      if (source !== current) return;
      attempts = 0;
      clearTimeout(goneTimer);
      goneTimer = undefined;
      onConnection("open");
    });
    current.addEventListener("error", () => {
      if (source === current) interrupted();
    });
    for (const type of Object.keys(eventTypes)) {
      current.addEventListener(type, (event) => {
        if (source === current && typeof event.data === "string")
          onEvent(JSON.parse(event.data) as HostEvent);
      });
    }
  };

  const interrupted = () => {
    source?.close();
    source = undefined;
    if (closed) return;
    if (goneTimer === undefined) {
      onConnection("connecting");
      goneTimer = setTimeout(() => onConnection("gone"), goneAfterMs);
    }
    retryTimer = setTimeout(connect, retryMs[Math.min(attempts++, retryMs.length - 1)] ?? 1_000);
  };

  onConnection("connecting");
  connect();
  return {
    retry: () => !closed && connect(),
    close: () => {
      closed = true;
      source?.close();
      source = undefined;
      clearTimeout(retryTimer);
      clearTimeout(goneTimer);
    },
  };
}
