import { z } from "zod";
import { sessionSchema, type Session } from "../host/contract";
import type { SessionStore } from "../workspace/session";

/** A file or folder, and the studies in it that are still open. */
const openedSchema = z.object({ path: z.string(), studyIds: z.array(z.string()) });
type Opened = z.infer<typeof openedSchema>;

const keys = { opened: "opened", view: "view", ended: "ended" } as const;

/** Where the reader was, so that the next start, or a crash's, is there again. */
export class SessionService {
  /** Whether the program before this one came to its own end. */
  readonly endedWell: boolean;

  constructor(private readonly store: SessionStore) {
    this.endedWell = store.read(keys.ended) !== false;
    store.write(keys.ended, false);
  }

  /** What the page last said; undefined where it never did, or a program of another version heard it. */
  view(): Session | undefined {
    const parsed = sessionSchema.safeParse(this.store.read(keys.view));
    return parsed.success ? parsed.data : undefined;
  }

  setView(view: Session): void {
    this.store.write(keys.view, view);
  }

  /** The files and folders whose studies were open last, in their order. */
  openPaths(): string[] {
    return this.#opened().map(({ path }) => path);
  }

  forgetPaths(): void {
    this.store.write(keys.opened, []);
  }

  forgetPath(path: string): void {
    this.store.write(
      keys.opened,
      this.#opened().filter((known) => known.path !== path),
    );
  }

  studiesOpened(path: string, studyIds: readonly string[]): void {
    const others = this.#opened().filter((known) => known.path !== path);
    this.store.write(keys.opened, [...others, { path, studyIds: [...new Set(studyIds)] }]);
  }

  studyClosed(studyId: string): void {
    const left = this.#opened()
      .map(({ path, studyIds }) => ({ path, studyIds: studyIds.filter((id) => id !== studyId) }))
      .filter(({ studyIds }) => studyIds.length > 0);
    this.store.write(keys.opened, left);
  }

  /** The program ends of its own will. */
  end(): void {
    this.store.write(keys.ended, true);
  }

  #opened(): Opened[] {
    const parsed = z.array(openedSchema).safeParse(this.store.read(keys.opened));
    return parsed.success ? parsed.data : [];
  }
}
