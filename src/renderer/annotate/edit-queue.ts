import PQueue from "p-queue";
import { createStore } from "zustand/vanilla";
import { HostError } from "../api/request";

/** A step of the history on its way to the workspace. */
export interface WaitingEdit {
  /** A UUID: an edit that is sent again, for want of an answer, is done once. */
  id: string;
  layerId: string;
  title: string;
  /** The segment's value that was drawn. */
  segment: number;
  /** As core/mask/patch-wire.ts has it. */
  patches: Uint8Array;
}

export interface SavingState {
  /** Steps that are not in the workspace yet. */
  waiting: number;
  /** When the last one got there. */
  savedAt?: Date;
  /** Why the first one that waits could not be saved when it was last tried. */
  trouble?: unknown;
}

interface EditQueueOptions {
  send: (edit: WaitingEdit) => Promise<unknown>;
  /** An edit that the host will never take; all that waited for the same layer went with it. */
  onRefused: (edit: WaitingEdit, error: unknown) => void;
  /** Wait before each further attempt; the last value repeats. */
  retryMs?: readonly number[];
}

/** What no further attempt can mend. Anything else, a host that is away or a full disk, may pass. */
const refusals = new Set([
  "PATCH_CONFLICT",
  "PATCH_INVALID",
  "EDIT_INVALID",
  "LAYER_NOT_FOUND",
  "LAYER_NOT_EDITABLE",
  "REQUEST_INVALID",
  "REQUEST_TOO_LARGE",
]);

/**
 * Takes edits to the workspace one after the other, in the order in which they were made. While the host is away, or
 * its disk full, they wait and are tried again: nothing is lost as long as the page is open.
 */
export class EditQueue {
  readonly state = createStore<SavingState>(() => ({ waiting: 0 }));
  readonly #queue = new PQueue({ concurrency: 1 });
  /** By layer: grows when an edit is refused, and what was made before that does not fit any more. */
  readonly #generations = new Map<string, number>();
  #wake: () => void = () => undefined;

  constructor(private readonly options: EditQueueOptions) {}

  add(edit: WaitingEdit): void {
    const generation = this.#generationOf(edit.layerId);
    this.state.setState(({ waiting }) => ({ waiting: waiting + 1 }));
    void this.#queue.add(async () => {
      const isSaved = generation === this.#generationOf(edit.layerId) && (await this.#save(edit));
      const { waiting } = this.state.getState();
      this.state.setState({ waiting: waiting - 1, ...this.#savedAt(isSaved ? new Date() : undefined) }, true);
    });
  }

  /** Does something in its turn, after every edit before it and before every edit after it. */
  run<Result>(step: () => Promise<Result>): Promise<Result> {
    return this.#queue.add(step);
  }

  /** Tries at once what waits for its next attempt. */
  retry(): void {
    this.#wake();
  }

  async #save(edit: WaitingEdit): Promise<boolean> {
    const { send, onRefused, retryMs = [250, 500, 1_000, 2_000] } = this.options;
    for (let attempt = 0; ; attempt++) {
      try {
        await send(edit);
        return true;
      } catch (thrown) {
        if (thrown instanceof HostError && refusals.has(thrown.code)) {
          this.#generations.set(edit.layerId, this.#generationOf(edit.layerId) + 1);
          onRefused(edit, thrown);
          return false;
        }
        this.state.setState({ trouble: thrown });
        await this.#wait(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 1_000);
      }
    }
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #savedAt(now: Date | undefined): Pick<SavingState, "savedAt"> {
    const savedAt = now ?? this.state.getState().savedAt;
    return savedAt ? { savedAt } : {};
  }

  #generationOf(layerId: string): number {
    return this.#generations.get(layerId) ?? 0;
  }
}
