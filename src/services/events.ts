import { randomUUID } from "node:crypto";
import type { HostEvent } from "../host/contract";

export interface LoggedEvent {
  /** Grows by one with every event of this process. */
  id: number;
  event: HostEvent;
}

/** How many events a page may have missed and still be caught up one by one. */
const remembered = 500;

/** Everything that happens, in order, for every page that listens. */
export class EventLog {
  /** Event ids mean something only within one process's life: this tells two of them apart. */
  readonly epoch = randomUUID().slice(0, 8);
  readonly #recent: LoggedEvent[] = [];
  readonly #listeners = new Set<(logged: LoggedEvent) => void>();
  #lastId = 0;

  get lastId(): number {
    return this.#lastId;
  }

  publish(event: HostEvent): void {
    const logged = { id: ++this.#lastId, event };
    this.#recent.push(logged);
    if (this.#recent.length > remembered) this.#recent.shift();
    for (const listener of this.#listeners) listener(logged);
  }

  /** The events after `id`, or undefined where some of them are forgotten: then the whole state is due. */
  since(id: number): LoggedEvent[] | undefined {
    if (id > this.#lastId) return undefined;
    const missed = this.#lastId - id;
    return missed > this.#recent.length ? undefined : this.#recent.slice(this.#recent.length - missed);
  }

  /** Calls `listener` with every event from now on; returns what ends that. */
  subscribe(listener: (logged: LoggedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
