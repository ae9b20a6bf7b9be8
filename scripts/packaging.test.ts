import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { createInterface } from "node:readline";
import { extractAll, listPackage, statFile } from "@electron/asar";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { JobView, StudySummary } from "../src/host/contract";

/**
 * The package as electron-builder makes it, around a stand-in for Electron's runtime, which cannot be fetched in a
 * test: a file with a fuse wire and nothing else. Everything but that file is what people would install.
 */
const repository = join(import.meta.dirname, "..");
const configuration = parse(readFileSync(join(repository, "electron-builder.yml"), "utf8")) as {
  files: string[];
  fileAssociations: { ext: string }[];
  nsis: { perMachine: boolean };
  appImage: { executableArgs: string[] };
} & Record<"linux" | "win" | "mac", { target: unknown }>;

/** As in Electron's own binary: a sentinel, the version of the wire, its length, and one character a fuse, "1" is on. */
const fuseWire = Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x0810110011", "latin1");
const isBuilt = existsSync(join(repository, "out", "main", "index.mjs"));
const canPackage = isBuilt && process.platform === "linux";
if (!canPackage) console.warn("skipped: packaging is tested on Linux, after npm run build");

describe.skipIf(!canPackage)("the packaged program", () => {
  let folder: string;
  let resources: string;
  let archive: string;
  let archived: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "slicebench-package-"));
    const electron = join(folder, "electron");
    mkdirSync(join(electron, "resources"), { recursive: true });
    writeFileSync(join(electron, "electron"), fuseWire);
    chmodSync(join(electron, "electron"), 0o755);
    const output = join(folder, "dist");
    const builder = join(repository, "node_modules", "electron-builder", "cli.js");
    const words = [
      "--dir",
      `--${process.arch}`,
      "--config.electronDist",
      electron,
      "--config.directories.output",
      output,
    ];
    execFileSync(process.execPath, [builder, ...words], {
      cwd: repository,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const unpacked = readdirSync(output).find((name) => name.endsWith("unpacked"))!;
    resources = join(output, unpacked, "resources");
    archive = join(resources, "app.asar");
    archived = listPackage(archive, { isPack: false }).map((path) => path.slice(1));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("holds the build, the packages that it needs, and nothing else of the repository", () => {
    const roots = new Set(archived.map((path) => path.split("/")[0]));
    expect([...roots].sort()).toEqual(["LICENSE", "node_modules", "out", "package.json"]);
    expect(archived).toEqual(
      expect.arrayContaining(["out/main/index.mjs", "out/main/engine-process.mjs", "out/preload/index.cjs"]),
    );
    expect(archived.filter((path) => /\.(map|ts)$|node_modules\/(electron|react|vite)\//.test(path))).toEqual(
      [],
    );
  });

  test("has one platform's engine, and no library for another C library", () => {
    const engines = archived.filter((path) => /onnxruntime-node\/bin\/napi-v\d+\/[^/]+\/[^/]+$/.test(path));
    expect(engines).toEqual([`node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}`]);
    expect(archived.filter((path) => path.includes("musl"))).toEqual([]);
  });

  test("has the engine as WebAssembly too, and nothing that is for browsers", () => {
    const web = archived.filter((path) => /^node_modules\/onnxruntime-web\/.*\.\w+$/.test(path));
    expect(web.sort()).toEqual(
      [
        "dist/ort-wasm-simd-threaded.mjs",
        "dist/ort-wasm-simd-threaded.wasm",
        "dist/ort.node.min.mjs",
        "package.json",
      ].map((path) => `node_modules/onnxruntime-web/${path}`),
    );
    expect(archived.filter((path) => /^node_modules\/(protobufjs|@types)\//.test(path))).toEqual([]);
  });

  test("keeps every native library outside of the archive, where the system's loader finds it", () => {
    const native = archived.filter((path) => /\.(node|so(\.[\d.]+)?|dll|dylib)$/.test(path));
    expect(native.length).toBeGreaterThanOrEqual(5);
    expect(native.filter((path) => !isUnpacked(path))).toEqual([]);
    expect(native.filter((path) => !existsSync(join(resources, "app.asar.unpacked", path)))).toEqual([]);

    function isUnpacked(path: string): boolean {
      const entry = statFile(archive, path);
      return "unpacked" in entry && entry.unpacked;
    }
  });

  test("has its fuses set: no Node by the back door, no code from beside the archive", async () => {
    const { version, ...wire } = await getCurrentFuseWire(join(resources, "..", "slicebench"));
    const isOn = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse] ?? 0) === "1";
    expect(version).toBe("1");
    expect(Object.keys(wire).map(Number).filter(isOn)).toEqual([
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ]);
    expect(Object.keys(wire)).toHaveLength(8);
  });

  test("opens a sample, runs a model and shows the page with nothing but what was packaged", async () => {
    // Node reads no archives: the same files lie in a folder of the archive's name.
    const installed = join(folder, "installed");
    extractAll(archive, join(installed, "app.asar"));
    for (const name of ["models", "samples"])
      cpSync(join(resources, name), join(installed, name), { recursive: true });
    const sample = join(installed, "samples", "cardiac-cine", "slice-3-phase-01.dcm");
    const words = ["serve", "--json", "--workspace", ":memory:", "--models", "cardiac-lv-unet", sample];
    const program = spawn(
      process.execPath,
      [join(installed, "app.asar", "out", "main", "cli.mjs"), ...words],
      {
        env: { PATH: process.env.PATH, HOME: folder },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [line] = (await once(createInterface(program.stdout), "line")) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const entrance = await fetch(url, { redirect: "manual" });
    const cookie = entrance.headers.get("set-cookie")!.split(";")[0]!;
    const get = (path: string) => fetch(new URL(path, url), { headers: { cookie } });

    expect(await (await get("/")).text()).toContain("/assets/");
    const jobs = await vi.waitFor(async () => {
      const views = (await (await get("/api/jobs")).json()) as JobView[];
      expect(views.map(({ kind, state }) => [kind, state])).toEqual([
        ["open", "done"],
        ["run", "done"],
      ]);
      return views;
    }, 60_000);
    expect(jobs.flatMap(({ problems }) => problems)).toEqual([]);
    const [study] = (await (await get("/api/studies")).json()) as StudySummary[];
    const { id, layerCount } = study!.series[0]!;
    expect(layerCount).toBe(2);
    const thumbnail = await get(`/api/series/${id}/thumbnail`);
    expect([thumbnail.status, thumbnail.headers.get("content-type")]).toEqual([200, "image/png"]);
    program.kill("SIGTERM");
    expect(await once(program, "exit")).toEqual([0, null]);

    // The same without the native library, which not every machine can load.
    rmSync(join(installed, "app.asar", "node_modules", "onnxruntime-node", "bin"), { recursive: true });
    const out = join(folder, "masks");
    const segment = ["segment", sample, "--model", "cardiac-lv-unet", "--out", out, "--json"];
    const answer = execFileSync(
      process.execPath,
      [join(installed, "app.asar", "out", "main", "cli.mjs"), ...segment],
      {
        env: { PATH: process.env.PATH, HOME: folder },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    expect(JSON.parse(answer.trim())).toMatchObject({ ok: true, provider: "wasm" });
  }, 180_000);
});

test("on every platform that is packaged, its own engine is kept and no other", () => {
  const engines = join("node_modules", "onnxruntime-node", "bin", "napi-v6");
  const there = readdirSync(join(repository, engines), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1));
  for (const [platform, arch] of [
    ["linux", "x64"],
    ["linux", "arm64"],
    ["win32", "x64"],
    ["win32", "arm64"],
    ["darwin", "arm64"],
    // Intel Macs have none, and WebAssembly in its place.
    ["darwin", "x64"],
  ] as const) {
    const refused = configuration.files
      .filter((pattern) => pattern.startsWith("!"))
      .map((pattern) => pattern.slice(1).replaceAll("${platform}", platform).replaceAll("${arch}", arch));
    const kept = there.filter((path) => !refused.some((pattern) => matchesGlob(path, pattern)));
    expect(kept).toEqual(there.filter((path) => path.startsWith(join(engines, platform, arch, "/"))));
    const library = join(engines, platform, arch, "onnxruntime_binding.node");
    expect(kept.includes(library)).toBe(`${platform} ${arch}` !== "darwin x64");
  }
});

test("there is an installer for each system, which opens .dcm and asks for no weaker sandbox", () => {
  const { linux, win, mac, fileAssociations, nsis, appImage } = configuration;
  expect([linux.target, win.target, mac.target]).toEqual([["AppImage", "deb"], "nsis", "dmg"]);
  expect(fileAssociations.map(({ ext }) => ext)).toEqual(["dcm"]);
  // Windows' associations are made by an installation for the whole machine alone.
  expect(nsis.perMachine).toBe(true);
  // electron-builder's own default is --no-sandbox.
  expect(appImage.executableArgs).toEqual([]);
});
