import { randomUUID } from "node:crypto";
import { type LabelMap } from "../src/core/mask/label-map";
import { patchBetween } from "../src/core/mask/patch";
import { encodePatches } from "../src/core/mask/patch-wire";
import type { EditView, LayerView, StudySummary } from "../src/host/contract";
import type { SeededRandom } from "../src/core/random";

const size = { rows: 256, columns: 256 };
const mostSegments = 4;

type Step =
  | { id: string; kind: "stroke"; frame: number; before: Uint8Array; after: Uint8Array }
  | { id: string; kind: "name"; before: string; after: string };

/** What is asked of the host next; the page would show it as saved once it is answered. */
type Action = { kind: "do"; step: Step } | { kind: "undo" } | { kind: "redo" };

/** A page that paints by a script, and knows at any time what the workspace must hold. */
export class PaintingSession {
  #url = "";
  #cookie = "";
  #layerId = "";
  #seriesId = "";
  #frameCount = 0;
  #done: Step[] = [];
  #undone: Step[] = [];
  /** What was asked and not answered when the host was killed. */
  #unanswered: Action | undefined;
  readonly #maps = new Map<number, Uint8Array>();
  #name = "Segment 1";
  acknowledged = 0;
  /** Unanswered actions that were found done, and not done. */
  readonly unansweredFound = { done: 0, notDone: 0 };

  constructor(private readonly random: SeededRandom) {}

  /** Comes to the address that `serve` printed, as a page does: the token becomes a cookie. */
  async arrive(url: string): Promise<void> {
    this.#url = url;
    const answer = await fetch(url, { redirect: "manual" });
    this.#cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0]!;
    await this.#untilOpen();
  }

  async begin(): Promise<void> {
    const answer = await this.#ask("POST", "layers", { seriesId: this.#seriesId });
    this.#layerId = ((await answer.json()) as LayerView).id;
  }

  /** Does one action and waits until the host has it. */
  async act(): Promise<void> {
    const action = this.#nextAction();
    this.#unanswered = action;
    const answer = await this.#send(action);
    if (!answer.ok) throw new Error(`The host refused: ${await answer.text()}`);
    this.#unanswered = undefined;
    this.acknowledged++;
    this.#take(action);
  }

  /**
   * Looks whether everything that was answered is there, byte for byte. What was not answered may be there or not; an edit
   * is sent again under its id, as the page does, and is then there once.
   */
  async check(): Promise<void> {
    const action = this.#unanswered;
    this.#unanswered = undefined;
    if (action !== undefined) {
      const happened = await this.#happened(action);
      this.unansweredFound[happened ? "done" : "notDone"]++;
      if (action.kind === "do") {
        const answer = await this.#send(action);
        if (!answer.ok) throw new Error(`An edit that was sent again was refused: ${await answer.text()}`);
      }
      if (happened || action.kind === "do") this.#take(action);
    }
    const history = await this.#history();
    const known = [...this.#done, ...this.#undone].map(({ id }) => id);
    same("history", history.map(({ id }) => id).join(), known.join());
    same("undone steps", history.filter(({ isUndone }) => isUndone).length, this.#undone.length);
    const layers = (await (
      await this.#ask("GET", `layers?seriesId=${this.#seriesId}`)
    ).json()) as LayerView[];
    const layer = layers.find(({ id }) => id === this.#layerId);
    same("segment's name", layer?.segments[0]?.label, this.#name);
    for (const frame of layer!.frames) {
      const answer = await this.#ask(
        "GET",
        `layers/${this.#layerId}/frames/${frame}?revision=${layer!.revision}`,
      );
      const values = Buffer.from(await answer.arrayBuffer());
      if (!values.equals(this.#map(frame))) throw new Error(`The mask of frame ${frame + 1} is another.`);
    }
    const missing = [...this.#maps.keys()].filter((frame) => !layer!.frames.includes(frame));
    same("frames without their mask", missing.join(), "");
  }

  /** An undo or redo changes no more than how many steps are undone. */
  async #happened(action: Action): Promise<boolean> {
    const history = await this.#history();
    if (action.kind === "do") return history.some(({ id }) => id === action.step.id);
    return history.filter(({ isUndone }) => isUndone).length !== this.#undone.length;
  }

  #nextAction(): Action {
    const dice = this.random.between(0, 1);
    if (dice < 0.15 && this.#done.length > 0) return { kind: "undo" };
    if (dice < 0.25 && this.#undone.length > 0) return { kind: "redo" };
    if (dice < 0.32) {
      const after = `Name ${Math.floor(this.random.between(0, 1e9))}`;
      return { kind: "do", step: { id: randomUUID(), kind: "name", before: this.#name, after } };
    }
    const frame = Math.floor(this.random.between(0, this.#frameCount));
    const before = this.#map(frame);
    const after = this.#stroke(before);
    return { kind: "do", step: { id: randomUUID(), kind: "stroke", frame, before, after } };
  }

  /** A disc dragged along a line, in some segment or erasing. */
  #stroke(before: Uint8Array): Uint8Array {
    const after = before.slice();
    const between = (low: number, high: number) => Math.floor(this.random.between(low, high));
    const value = between(0, mostSegments);
    const radius = between(2, 20);
    const from = { x: between(20, 236), y: between(20, 236) };
    const to = { x: between(20, 236), y: between(20, 236) };
    for (let part = 0; part <= 16; part++) {
      const x = Math.round(from.x + ((to.x - from.x) * part) / 16);
      const y = Math.round(from.y + ((to.y - from.y) * part) / 16);
      for (let row = y - radius; row <= y + radius; row++) {
        const half = Math.floor(Math.sqrt(radius ** 2 - (row - y) ** 2));
        after.fill(value, row * 256 + x - half, row * 256 + x + half + 1);
      }
    }
    // A stroke over what was there already changes nothing, and is none.
    if (Buffer.from(after).equals(before)) after[between(0, after.length)]! ^= 1;
    return after;
  }

  #send(action: Action): Promise<Response> {
    if (action.kind !== "do")
      return this.#ask("POST", `history/${action.kind}`, { seriesId: this.#seriesId });
    const { step } = action;
    if (step.kind === "name")
      return this.#ask("POST", `layers/${this.#layerId}/segments`, {
        edit: step.id,
        change: { kind: "describe", value: 1, label: step.after },
      });
    const map = (values: Uint8Array): LabelMap => ({ ...size, values });
    const patch = patchBetween(map(step.before), map(step.after))!;
    return this.#ask(
      "POST",
      `layers/${this.#layerId}/edits?edit=${step.id}&title=Brush%20stroke`,
      encodePatches([{ frame: step.frame, patch }]),
    );
  }

  #take(action: Action): void {
    if (action.kind === "do") {
      this.#done.push(action.step);
      this.#undone = [];
      this.#put(action.step, "after");
    } else if (action.kind === "undo") {
      const step = this.#done.pop()!;
      this.#undone.unshift(step);
      this.#put(step, "before");
    } else {
      const step = this.#undone.shift()!;
      this.#done.push(step);
      this.#put(step, "after");
    }
  }

  #put(step: Step, side: "before" | "after"): void {
    if (step.kind === "name") this.#name = step[side];
    else this.#maps.set(step.frame, step[side]);
  }

  #map(frame: number): Uint8Array {
    return this.#maps.get(frame) ?? new Uint8Array(size.rows * size.columns);
  }

  async #history(): Promise<EditView[]> {
    return (await (await this.#ask("GET", `history?seriesId=${this.#seriesId}`)).json()) as EditView[];
  }

  /** Studies open as a job; a page hears of them, a script asks. */
  async #untilOpen(): Promise<void> {
    for (;;) {
      const studies = (await (await this.#ask("GET", "studies")).json()) as StudySummary[];
      const [series] = studies.flatMap((study) => study.series);
      if (series !== undefined) {
        this.#seriesId = series.id;
        this.#frameCount = series.frameCount;
        return;
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  #ask(method: string, path: string, body?: object): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    return fetch(new URL(`/api/${path}`, this.#url), {
      method,
      headers: {
        cookie: this.#cookie,
        ...(body !== undefined && {
          "content-type": isBytes ? "application/octet-stream" : "application/json",
          origin: new URL(this.#url).origin,
        }),
      },
      ...(body !== undefined && { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
  }
}

function same(what: string, seen: unknown, wanted: unknown): void {
  if (seen !== wanted) throw new Error(`The ${what} should be ${String(wanted)} and is ${String(seen)}.`);
}
