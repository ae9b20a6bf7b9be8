import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { ProcessEngine } from "../src/engine/process-engine";
import { createHost } from "../src/host/app";
import type { Door } from "../src/host/auth";
import type { HostEvent, JobView, SeriesSummary, StudySummary } from "../src/host/contract";
import { FileImageReader } from "../src/services/file-image-reader";
import { Workstation } from "../src/services/workstation";
import { openWorkspace } from "../src/workspace/open-workspace";

export const samplesFolder = join(import.meta.dirname, "../resources/samples");
export const cineFolder = join(samplesFolder, "cardiac-cine");

const desktopOrigin = "slicebench://app";

/** A workstation with the real reader, the real engine and the bundled models, behind its request handler. */
export interface TestHost {
  host: Hono;
  workstation: Workstation;
  engine: ProcessEngine;
  /** A folder that goes when the test ends. */
  folder: string;
  /** Asks as the desktop's own page does; a body is sent as JSON. */
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  get<Answer>(path: string): Promise<Answer>;
  /** Opens paths and waits until they are; returns the series. */
  open(...paths: string[]): Promise<SeriesSummary[]>;
  /** Waits for a job's end by its events. */
  untilOver(jobId: string): Promise<JobView>;
  close(): Promise<void>;
}

/** Writes a page as the build does, with nothing on it; returns its folder. */
export function writePage(folder: string): string {
  const pageFolder = join(folder, "page");
  mkdirSync(join(pageFolder, "assets"), { recursive: true });
  for (const document of ["index.html", "start.html"])
    writeFileSync(
      join(pageFolder, document),
      `<title>${document}</title><script nonce="SLICEBENCH_NONCE"></script>`,
    );
  writeFileSync(join(pageFolder, "assets/index-abc.js"), "export {};");
  return pageFolder;
}

/** @param door the desktop's unless given */
export function openHost(door: Door = { kind: "desktop", origin: desktopOrigin }): TestHost {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-host-"));
  const pageFolder = writePage(folder);
  const engine = new ProcessEngine({ cacheFolder: join(folder, "graphs") });
  const workspace = openWorkspace(":memory:");
  const workstation = new Workstation({ engine, reader: new FileImageReader(), workspace });
  const host = createHost(workstation, { door, pageFolder });

  const ask: TestHost["ask"] = async (method, path, body) =>
    host.request(
      new Request(`${desktopOrigin}${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json", origin: desktopOrigin },
        }),
      }),
    );
  const get = async <Answer>(path: string): Promise<Answer> =>
    (await ask("GET", path)).json() as Promise<Answer>;
  const untilOver: TestHost["untilOver"] = (jobId) =>
    new Promise((resolve) => {
      const look = () => {
        const view = workstation.jobs.get(jobId);
        if (view.state === "waiting" || view.state === "running") return;
        end();
        resolve(view);
      };
      const end = workstation.events.subscribe(look);
      look();
    });
  return {
    host,
    workstation,
    engine,
    folder,
    ask,
    get,
    untilOver,
    async open(...paths) {
      const job = (await (await ask("POST", "/api/studies", { paths })).json()) as JobView;
      await untilOver(job.id);
      const studies = await get<StudySummary[]>("/api/studies");
      return studies.flatMap(({ series }) => series);
    },
    async close() {
      await workstation.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server-sent events of an answer, one after the other; ends, and hangs up, with the loop. */
export async function* readEvents(response: Response): AsyncGenerator<{ id: string; event: HostEvent }> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const data = field("data");
      if (data !== undefined) yield { id: field("id") ?? "", event: JSON.parse(data) as HostEvent };
    }
  }
}

/** The failure that an answer names: its status, and the error's code. */
export async function failureOf(response: Response): Promise<{ status: number; code: string }> {
  const { error } = (await response.json()) as { error: { code: string } };
  return { status: response.status, code: error.code };
}
