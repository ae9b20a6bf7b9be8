import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readEvents } from "../../test-support/open-host";
import type { JobView, LayerView, RunView, StudySummary } from "../host/contract";

/** The browser's door as it is in use: the built program, over http. */
const repository = resolve(import.meta.dirname, "../..");
const program = join(repository, "bin", "slicebench.mjs");
const cine = join(repository, "resources", "samples", "cardiac-cine");
const isBuilt = existsSync(join(repository, "out", "main", "cli.mjs"));
if (!isBuilt) console.warn("skipped: the program is not built (npm run build)");

/** The processes that a process has started; Linux alone. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

describe.skipIf(!isBuilt)("slicebench serve", () => {
  let server: ChildProcess;
  let url: URL;
  let cookie: string;

  beforeAll(async () => {
    server = spawn(process.execPath, [program, "serve", "--json", "--workspace", ":memory:", cine], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(createInterface(server.stdout!), "line")) as [string];
    url = new URL((JSON.parse(line) as { url: string }).url);
    const entrance = await fetch(url, { redirect: "manual" });
    cookie = entrance.headers.get("set-cookie")!.split(";")[0]!;
  }, 60_000);
  afterAll(() => void server.kill("SIGKILL"));

  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, url), { headers: { cookie, ...headers } });
  const send = (method: string, path: string, body?: object) =>
    fetch(new URL(path, url), {
      method,
      headers: { cookie, origin: url.origin, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });

  async function openSeries(): Promise<string> {
    return vi.waitFor(async () => {
      const [study] = (await (await ask("/api/studies")).json()) as StudySummary[];
      return study!.series[0]!.id;
    }, 30_000);
  }

  test("prints one address, on loopback, with a token of 256 bits; no other address of the machine answers", async () => {
    expect(url.hostname).toBe("127.0.0.1");
    expect(Buffer.from(url.searchParams.get("token")!, "base64url")).toHaveLength(32);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal);
    for (const { address } of [...others, { address: "127.0.0.2" }])
      await expect(fetch(`http://${address}:${url.port}/`)).rejects.toThrow();
  });

  test("knows nobody without its cookie, and no name but its own", async () => {
    expect((await fetch(new URL("/", url))).status).toBe(401);
    expect((await ask("/api/studies")).status).toBe(200);
    // fetch writes its own Host.
    const rebound = request(url, {
      path: "/api/studies",
      headers: { cookie, host: "rebound.example" },
    }).end();
    const [answer] = (await once(rebound, "response")) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    expect(answer.statusCode).toBe(403);
    expect((await ask("/api/studies", { origin: "https://elsewhere.example" })).status).toBe(403);
  });

  test("a path that climbs out of the page's folder leads nowhere", async () => {
    // fetch would tidy the path.
    const climbing = request(url, { path: "/assets/../../../package.json", headers: { cookie } }).end();
    const [answer] = (await once(climbing, "response")) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    expect(answer.statusCode).toBe(404);
  });

  test("pixels are sent once: asked again with their tag, the answer is 304", async () => {
    const address = `/api/series/${await openSeries()}/frames/0`;
    const first = await ask(address);
    expect((await first.arrayBuffer()).byteLength).toBe(256 * 256 * 2);
    expect(first.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const again = await ask(address, { "if-none-match": first.headers.get("etag")! });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
  });

  test("a body that is too large is refused, also where it does not say how large it is", async () => {
    const upload = request(new URL("/api/studies", url), {
      method: "POST",
      // A connection of its own: the server hangs up on what it will not read.
      agent: false,
      headers: { cookie, origin: url.origin, "content-type": "application/json" },
    });
    upload.on("error", () => undefined);
    for (let sent = 0; sent < 20; sent++) upload.write(Buffer.alloc(2 ** 20, "a"));
    upload.end();
    const [answer] = (await once(upload, "response")) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    expect(answer.statusCode).toBe(413);
  });

  test("a run is started, heard of, and cancelled, and a page that comes back hears what it missed", async () => {
    const seriesId = await openSeries();
    const started = await send("POST", "/api/runs", { seriesId, modelIds: ["cardiac-lv-resnet18-unet"] });
    expect(started.status).toBe(202);
    const [run] = (await started.json()) as RunView[];
    let lastSeen = "";
    for await (const { id, event } of readEvents(await ask("/api/events"))) {
      lastSeen = id;
      if (event.type === "job" && event.job.id === run!.jobId) break;
    }
    // A DELETE over http has a stream for a body, though it is empty.
    expect((await send("DELETE", `/api/jobs/${run!.jobId}`)).status).toBe(200);
    const missed = await ask("/api/events", { "last-event-id": lastSeen });
    const states: JobView["state"][] = [];
    for await (const { event } of readEvents(missed)) {
      // What it missed, and not the whole state again.
      expect(event.type).not.toBe("studies");
      if (event.type === "job" && event.job.id === run!.jobId) states.push(event.job.state);
      if (states.at(-1) === "cancelled") break;
    }
    expect(states.at(-1)).toBe("cancelled");
  });

  test.skipIf(process.platform !== "linux")(
    "suspended in mid-run and resumed, it does each frame once, and a page that comes back hears how it went on",
    async () => {
      const seriesId = await openSeries();
      const started = await send("POST", "/api/runs", { seriesId, modelIds: ["cardiac-lv-unet"] });
      const [{ id, layerId, framesTotal }] = (await started.json()) as [RunView];
      const askForLayer = async () => {
        const layers = (await (await ask(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
        return layers.find((each) => each.id === layerId)!;
      };
      const before = await askForLayer();
      const runs: RunView[] = [];
      let lastSeen = "";
      for await (const { id: seen, event } of readEvents(await ask("/api/events"))) {
        lastSeen = seen;
        if (event.type === "run" && event.run.id === id) runs.push(event.run);
        if ((runs.at(-1)?.framesDone ?? 0) > 0) break;
      }
      // As when a lid is closed: the program, its engine, and the page's connection.
      const processes = [server.pid!, ...childrenOf(server.pid!)];
      for (const pid of processes) process.kill(pid, "SIGSTOP");
      const coming = ask("/api/events", { "last-event-id": lastSeen });
      await expect(
        Promise.race([coming, new Promise((resolve) => setTimeout(resolve, 1_000, "silent"))]),
      ).resolves.toBe("silent");
      for (const pid of processes) process.kill(pid, "SIGCONT");
      for await (const { event } of readEvents(await coming)) {
        expect(["studies", "engine"]).not.toContain(event.type);
        if (event.type === "run" && event.run.id === id) runs.push(event.run);
        if (runs.at(-1)!.state !== "running") break;
      }
      expect(runs.at(-1)).toMatchObject({ state: "done", framesDone: framesTotal, failures: [] });
      const done = runs.map(({ framesDone }) => framesDone);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      const after = await askForLayer();
      expect(after.frames).toHaveLength(framesTotal);
      // A label map that was written twice would have grown the revision alone.
      expect(after.revision - after.frames.length).toBe(before.revision - before.frames.length);
    },
    60_000,
  );

  test("ends with 0 when it is asked to, with a page still listening", async () => {
    const listening = await ask("/api/events");
    server.kill("SIGTERM");
    expect(await once(server, "exit")).toEqual([0, null]);
    await expect(listening.text()).rejects.toThrow();
  });
});

test.skipIf(!isBuilt)("--after-runs says where it is when the models have run", async () => {
  const slice = join(cine, "slice-1-phase-01.dcm");
  const words = ["--workspace", ":memory:", "--models", "cardiac-lv-unet", "--after-runs", slice];
  const server = spawn(process.execPath, [program, "serve", "--json", ...words], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = (await once(createInterface(server.stdout), "line")) as [string];
    const url = new URL((JSON.parse(line) as { url: string }).url);
    const entrance = await fetch(url, { redirect: "manual" });
    const headers = { cookie: entrance.headers.get("set-cookie")!.split(";")[0]! };
    const [study] = (await (await fetch(new URL("/api/studies", url), { headers })).json()) as StudySummary[];
    const runs = await fetch(new URL(`/api/runs?seriesId=${study!.series[0]!.id}`, url), { headers });
    expect(await runs.json()).toMatchObject([{ modelId: "cardiac-lv-unet", state: "done", framesDone: 1 }]);
  } finally {
    server.kill("SIGKILL");
  }
});
