import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { EventLog, LoggedEvent } from "../services/events";
import type { HostEvent } from "./contract";

/** Keeps the connection from looking dead to anything between. */
const heartbeatMs = 15_000;

/** Events that replace each other: a page that was slow needs only the newest of each. */
function subjectOf(event: HostEvent): string {
  switch (event.type) {
    case "job":
      return `job ${event.job.id}`;
    case "run":
      return `run ${event.run.id}`;
    case "layer":
      return `layer ${event.layer.id}`;
    case "layer-removed":
      return `layer ${event.layerId}`;
    case "history":
      return `history ${event.edit.id}`;
    case "measurements":
      return `measurements ${event.seriesId}`;
    case "studies":
    case "models":
    case "review":
    case "engine":
      return event.type;
  }
}

/** What waits to be sent to one page. It grows with the number of things, never with the number of events. */
class Outbox {
  readonly #waiting = new Map<string, LoggedEvent>();
  #wake: () => void = () => undefined;

  add(logged: LoggedEvent): void {
    const subject = subjectOf(logged.event);
    // Taken out first, so that ids stay in order.
    this.#waiting.delete(subject);
    this.#waiting.set(subject, logged);
    this.#wake();
  }

  take(): LoggedEvent[] {
    const events = [...this.#waiting.values()];
    this.#waiting.clear();
    return events;
  }

  wake(): void {
    this.#wake();
  }

  /** Waits for the next event, at most `milliseconds`. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#waiting.size > 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}

/** The id that a page gave back of an event of this process, or undefined. */
function parseEventId(text: string | undefined, epoch: string): number | undefined {
  const [seenEpoch, id] = text?.split("-") ?? [];
  return seenEpoch === epoch && id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}

/**
 * Streams everything that happens. A page that names the last event it saw gets what it missed; any other page
 * gets the whole state first.
 * @param snapshot the whole state as events
 */
export function streamEvents(context: Context, log: EventLog, snapshot: () => HostEvent[]): Response {
  const response = streamSSE(context, async (stream) => {
    const outbox = new Outbox();
    const end = log.subscribe((logged) => outbox.add(logged));
    stream.onAbort(() => outbox.wake());
    try {
      const seen = parseEventId(context.req.header("last-event-id"), log.epoch);
      const missed = seen === undefined ? undefined : log.since(seen);
      for (const logged of missed ?? snapshot().map((event) => ({ id: log.lastId, event })))
        outbox.add(logged);
      await stream.write(": listening\n\n");
      while (!stream.aborted) {
        for (const { id, event } of outbox.take()) {
          await stream.writeSSE({ event: event.type, id: `${log.epoch}-${id}`, data: JSON.stringify(event) });
        }
        await outbox.wait(heartbeatMs);
        await stream.write(": still here\n\n");
      }
    } finally {
      end();
    }
  });
  // Connection headers belong to http; over Electron's scheme they have no meaning.
  response.headers.delete("Transfer-Encoding");
  response.headers.delete("Connection");
  return response;
}
