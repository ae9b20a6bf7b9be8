/** Something worth fetching: its key, how to get it, and what it weighs. */
export interface Demand<Address> {
  key: string;
  address: Address;
}

export interface DemandStoreOptions<Address, Value> {
  fetch: (address: Address, signal: AbortSignal) => Promise<Value>;
  /** Bytes of memory that a value holds. */
  sizeOf: (value: Value) => number;
  capacityBytes: number;
  /** A browser opens six connections to a host; the event stream and small requests need theirs. */
  concurrency?: number;
}

/** What became of a demand. */
export type Held<Value> =
  { state: "ready"; value: Value } | { state: "failed"; error: unknown } | { state: "missing" };

/** A failed fetch is not tried again before this, unless somebody asks for it anew. */
const retryAfterMs = 5_000;

/**
 * Keeps what the viewports want to draw, least recently used out first, and fetches what is missing in the order in
 * which it is wanted. Each party states its whole wish at any time; what nobody wishes any more is aborted.
 */
export class DemandStore<Address, Value> {
  private readonly options: DemandStoreOptions<Address, Value>;
  /** In the order of use, the least recent first. */
  private readonly values = new Map<string, { value: Value; bytes: number }>();
  private readonly failures = new Map<string, { error: unknown; at: number }>();
  private readonly wishes = new Map<string, readonly Demand<Address>[]>();
  private readonly running = new Map<string, AbortController>();
  private readonly listeners = new Set<(key: string) => void>();
  private heldBytes = 0;

  constructor(options: DemandStoreOptions<Address, Value>) {
    this.options = options;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  /** Reads without fetching, and counts as a use. */
  read(key: string): Held<Value> {
    const held = this.values.get(key);
    if (held) {
      this.values.delete(key);
      this.values.set(key, held);
      return { state: "ready", value: held.value };
    }
    const failure = this.failures.get(key);
    return failure ? { state: "failed", error: failure.error } : { state: "missing" };
  }

  /**
   * What one party wants, the most urgent first; replaces what it wanted before. Among parties the first wishes of all
   * come before the second ones, so no viewport waits for another's prefetch.
   */
  wish(party: string, demands: readonly Demand<Address>[]): void {
    if (demands.length === 0) this.wishes.delete(party);
    else this.wishes.set(party, demands);
    const now = performance.now();
    for (const { key } of demands) {
      const failure = this.failures.get(key);
      if (failure && now - failure.at > retryAfterMs) this.failures.delete(key);
    }
    this.pump();
  }

  /** Puts a value in place without a fetch: an edit, or a newer revision that is known here first. */
  put(key: string, value: Value): void {
    this.forget(key);
    const bytes = this.options.sizeOf(value);
    this.values.set(key, { value, bytes });
    this.heldBytes += bytes;
    this.evict();
    this.announce(key);
  }

  /** Forgets a failure so that it is tried at once. */
  retry(key: string): void {
    this.failures.delete(key);
    this.pump();
  }

  /** Called with the key of whatever became ready or failed. Returns the way to end it. */
  subscribe(listener: (key: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private forget(key: string): void {
    const held = this.values.get(key);
    if (held) this.heldBytes -= held.bytes;
    this.values.delete(key);
    this.failures.delete(key);
  }

  private announce(key: string): void {
    for (const listener of this.listeners) listener(key);
  }

  /** Every wish once, the parties' first ones first. */
  private ordered(): Map<string, Demand<Address>> {
    const ordered = new Map<string, Demand<Address>>();
    const lists = [...this.wishes.values()];
    const longest = Math.max(0, ...lists.map((list) => list.length));
    for (let rank = 0; rank < longest; rank++) {
      for (const list of lists) {
        const demand = list[rank];
        if (demand && !ordered.has(demand.key)) ordered.set(demand.key, demand);
      }
    }
    return ordered;
  }

  private pump(): void {
    const ordered = this.ordered();
    const concurrency = this.options.concurrency ?? 4;
    const missing = [...ordered.values()].filter(
      ({ key }) => !this.values.has(key) && !this.failures.has(key),
    );
    const urgent = new Set(missing.slice(0, concurrency).map(({ key }) => key));
    for (const [key, controller] of this.running) {
      // What is wanted, if less urgently, may finish; what is not wanted at all makes room.
      if (ordered.has(key)) continue;
      controller.abort();
      this.running.delete(key);
    }
    const first = this.firstWishes();
    const isFull = this.isFullOf(ordered);
    for (const demand of missing) {
      if (this.running.size >= concurrency) break;
      // What would push out something that is wanted as well would be fetched in circles.
      if (isFull && !first.has(demand.key)) continue;
      if (urgent.has(demand.key) && !this.running.has(demand.key)) this.start(demand);
    }
  }

  private firstWishes(): Set<string | undefined> {
    return new Set([...this.wishes.values()].map((list) => list[0]?.key));
  }

  /** Whether there is no room for one more value of the usual size, and nothing held that nobody wants. */
  private isFullOf(wished: ReadonlyMap<string, unknown>): boolean {
    if (this.values.size === 0) return false;
    const usual = this.heldBytes / this.values.size;
    if (this.heldBytes + usual * (this.running.size + 1) <= this.options.capacityBytes) return false;
    return ![...this.values.keys()].some((key) => !wished.has(key));
  }

  private start({ key, address }: Demand<Address>): void {
    const controller = new AbortController();
    this.running.set(key, controller);
    this.options
      .fetch(address, controller.signal)
      .then(
        (value) => !controller.signal.aborted && this.put(key, value),
        (error: unknown) => {
          if (controller.signal.aborted) return;
          this.failures.set(key, { error, at: performance.now() });
          this.announce(key);
        },
      )
      .finally(() => {
        if (this.running.get(key) === controller) this.running.delete(key);
        this.pump();
      });
  }

  /** Makes room, but never by what is wanted first: that would be fetched again at once. */
  private evict(): void {
    if (this.heldBytes <= this.options.capacityBytes) return;
    const kept = this.firstWishes();
    const wished = this.ordered();
    // First what nobody wants, then what is wanted as a prefetch, each from the least recently used.
    const victims = [...this.values.keys()].sort((a, b) => Number(wished.has(a)) - Number(wished.has(b)));
    for (const key of victims) {
      if (this.heldBytes <= this.options.capacityBytes) return;
      if (!kept.has(key)) this.forget(key);
    }
  }
}
