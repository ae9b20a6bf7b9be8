import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { metricKeys } from "../core/metrics/measure";

/** The program as people run it: built, in a process of its own, on the samples that ship. */
const repository = resolve(import.meta.dirname, "../..");
const program = join(repository, "bin", "slicebench.mjs");
const samples = join(repository, "resources", "samples");
const isBuilt = existsSync(join(repository, "out", "main", "cli.mjs"));
if (!isBuilt) console.warn("skipped: the program is not built (npm run build)");

const environment = { ...process.env, SLICEBENCH_MODELS: join(tmpdir(), "slicebench-no-models") };
const newFolder = (): string => mkdtempSync(join(tmpdir(), "slicebench-cli-"));

interface Ended {
  status: number | null;
  items: Record<string, unknown>[];
  stderr: string;
}

function run(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    env: environment,
    maxBuffer: 2 ** 26,
  });
  return { status, stderr, items: parseLines(stdout) };
}

function parseLines(text: string): Record<string, unknown>[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const cine = readdirSync(join(samples, "cardiac-cine")).sort();
const files = (folder: string): string[] => readdirSync(folder).sort();

describe.skipIf(!isBuilt)("slicebench segment", () => {
  test("writes every mask it can, names the files that it cannot read, and exits 1", () => {
    const folder = newFolder();
    const dicom = join(samples, "cardiac-cine", cine[0]!);
    copyFileSync(dicom, join(folder, "whole.dcm"));
    mkdirSync(join(folder, "below"));
    copyFileSync(join(samples, "nuclei-fluorescence", "field-1.png"), join(folder, "below", "picture.png"));
    writeFileSync(join(folder, "notes.txt"), "Nothing to segment here.\n");
    writeFileSync(join(folder, "cut.dcm"), readFileSync(dicom).subarray(0, statSync(dicom).size / 2));
    const out = newFolder();
    const { status, items, stderr } = run(
      "segment",
      folder,
      "--model",
      "cardiac-lv-unet",
      "--out",
      out,
      "--json",
    );
    expect(status).toBe(1);
    const failed = items.filter(({ ok }) => ok === false);
    expect(failed.map(({ input }) => input).sort()).toEqual(["cut.dcm", "notes.txt"]);
    expect(stderr).toContain("cut.dcm");
    expect(stderr).toContain("notes.txt");
    const masks = [
      ["whole.png", 256, 256],
      ["below/picture.png", 256, 256],
    ] as const;
    for (const [name] of masks) {
      const { width, height, palette } = decode(readFileSync(join(out, name)));
      const source = items.find(({ output }) => output === join(out, name))!;
      expect([height, width]).toEqual([source.rows, source.columns]);
      expect(palette?.[1]).toEqual([0xe6, 0x9f, 0x00]);
    }
    const record = JSON.parse(readFileSync(join(out, "segmentation.json"), "utf8")) as {
      items: { output: string }[];
      failures: { input: string }[];
    };
    expect(record.items.map(({ output }) => output)).toEqual(["below/picture.png", "whole.png"]);
    expect(record.failures.map(({ input }) => input)).toEqual(["cut.dcm", "notes.txt"]);
  });

  test("redoes nothing with --resume, and makes the same bytes again without", () => {
    const out = newFolder();
    const words = [
      "segment",
      join(samples, "nuclei-fluorescence"),
      "--model",
      "nuclei-unet",
      "--out",
      out,
      "--json",
    ];
    expect(run(...words).items.map(({ state }) => state)).toEqual(["written", "written"]);
    const first = files(out).map((name) => readFileSync(join(out, name)));
    expect(run(...words, "--resume").items.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
    expect(run(...words).items.map(({ state }) => state)).toEqual(["written", "written"]);
    expect(files(out).map((name) => readFileSync(join(out, name)))).toEqual(first);
  });

  test("loses one item at most when its engine is killed, says which, and does the rest", async () => {
    const out = newFolder();
    const child = start(
      "segment",
      join(samples, "cardiac-cine"),
      "--model",
      "cardiac-lv-unet",
      "--out",
      out,
      "--json",
    );
    const items: Record<string, unknown>[] = [];
    for await (const line of createInterface(child.process.stdout)) {
      items.push(JSON.parse(line) as Record<string, unknown>);
      if (items.length === 5) killChildrenOf(child.process);
    }
    expect(await child.ended).toEqual({ code: 1, signal: null });
    const failed = items.filter(({ ok }) => ok === false);
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ kind: "frame", error: { code: "ENGINE_CRASHED" } });
    expect(basename(failed[0]!.input as string)).toMatch(/\.dcm$/);
    expect(items.filter(({ ok }) => ok === true)).toHaveLength(cine.length - 1);
    expect(files(out).filter((name) => name.endsWith(".png"))).toHaveLength(cine.length - 1);

    const again = run(
      "segment",
      join(samples, "cardiac-cine"),
      "--model",
      "cardiac-lv-unet",
      "--out",
      out,
      "--json",
      "--resume",
    );
    expect(again.status).toBe(0);
    expect(again.items.filter(({ state }) => state === "written")).toHaveLength(1);
  });

  test("stops cleanly at Ctrl-C: exit code 130, and a valid record of what is finished", async () => {
    const out = newFolder();
    const child = start(
      "segment",
      join(samples, "cardiac-cine"),
      "--model",
      "cardiac-lv-unet",
      "--out",
      out,
      "--json",
    );
    let seen = 0;
    for await (const _line of createInterface(child.process.stdout)) {
      if (++seen === 3) child.process.kill("SIGINT");
    }
    expect(await child.ended).toEqual({ code: 130, signal: null });
    const record = JSON.parse(readFileSync(join(out, "segmentation.json"), "utf8")) as { items: unknown[] };
    expect(record.items.length).toBe(files(out).filter((name) => name.endsWith(".png")).length);
    expect(record.items.length).toBeLessThan(cine.length);
  });

  test("says so where there is nothing to segment", () => {
    const { status, items, stderr } = run(
      "segment",
      newFolder(),
      "--model",
      "nuclei-unet",
      "--out",
      newFolder(),
      "--json",
    );
    expect([status, items]).toEqual([0, []]);
    expect(stderr).toBe("There is no picture to segment.\n");
  });

  test("leaves a picture alone that its label map would replace, through a relative --out", () => {
    const folder = newFolder();
    const picture = join(folder, "field.png");
    copyFileSync(join(samples, "nuclei-fluorescence", "field-1.png"), picture);
    const { status, stderr } = run(
      "segment",
      picture,
      "--model",
      "nuclei-unet",
      "--out",
      relative(process.cwd(), folder),
    );
    expect(status).toBe(2);
    expect(stderr).toContain("would overwrite one of the pictures");
    expect(readFileSync(picture)).toEqual(readFileSync(join(samples, "nuclei-fluorescence", "field-1.png")));
    expect(files(folder)).toEqual(["field.png"]);
  });

  test("exits 2 for a model that there is not, and names those that there are", () => {
    const { status, stderr } = run("segment", samples, "--model", "nothing", "--out", newFolder());
    expect(status).toBe(2);
    expect(stderr).toContain("cardiac-lv-unet");
  });
});

describe.skipIf(!isBuilt)("slicebench compare", () => {
  test("measures two models against the reference that lies beside the series", () => {
    const out = newFolder();
    const models = "cardiac-lv-unet,cardiac-lv-resnet18-unet";
    const { status, items } = run(
      "compare",
      join(samples, "cardiac-cine"),
      "--models",
      models,
      "--out",
      out,
      "--json",
    );
    expect(status).toBe(0);
    const summaries = items.filter(({ kind }) => kind === "summary");
    expect(summaries.map(({ model, cases }) => [model, cases])).toEqual([
      ["cardiac-lv-unet", 40],
      ["cardiac-lv-resnet18-unet", 40],
    ]);
    const record = JSON.parse(readFileSync(join(out, "comparison.json"), "utf8")) as {
      hasReference: boolean;
      cases: { unit: string; agreement: unknown[] }[];
    };
    expect(record.hasReference).toBe(true);
    expect(record.cases.every(({ unit, agreement }) => unit === "mm" && agreement.length === 1)).toBe(true);
    const rows = readFileSync(join(out, "comparison.csv"), "utf8").trim().split("\r\n");
    // A row a case, model and metric of the one segment, and the heads.
    expect(rows).toHaveLength(40 * 2 * metricKeys.length + 1);
    const sheet = decode(readFileSync(join(out, "contact-sheet.png")));
    expect(sheet.width).toBeGreaterThan(900);
  });

  test("refuses models that do not mark the same things", () => {
    const models = "cardiac-lv-unet,nuclei-unet";
    const { status, stderr } = run("compare", samples, "--models", models, "--out", newFolder());
    expect(status).toBe(2);
    expect(stderr).toContain("do not mark the same segments");
  });
});

describe.skipIf(!isBuilt)("slicebench evaluate", () => {
  const reference = join(samples, "reference", "cardiac-cine");

  test("finds a reference perfect against itself, in mm and under its segment's name", () => {
    const { status, items } = run("evaluate", reference, "--reference", reference, "--json");
    expect(status).toBe(0);
    expect(items.filter(({ kind }) => kind === "pair")).toHaveLength(cine.length);
    expect(items.every(({ kind, unit }) => kind === "summary" || unit === "mm")).toBe(true);
    expect(items.at(-1)).toMatchObject({
      kind: "summary",
      pairs: cine.length,
      means: { "Left ventricle cavity": { dice: { mean: 1, n: cine.length }, assd: { mean: 0 } } },
    });
  });

  test("exits 1 where a reference has no prediction, and 2 for a folder that there is not", () => {
    const predictions = newFolder();
    const [name] = files(reference).filter((each) => each.endsWith(".png"));
    copyFileSync(join(reference, name!), join(predictions, name!));
    const { status, items, stderr } = run("evaluate", predictions, "--reference", reference, "--json");
    expect(status).toBe(1);
    expect(items.filter(({ ok }) => ok === false)).toHaveLength(cine.length - 1);
    expect(stderr).toContain("There is no prediction of this name.");
    expect(run("evaluate", join(predictions, "nowhere"), "--reference", reference).status).toBe(2);
  });
});

describe.skipIf(!isBuilt)("slicebench zoo", () => {
  test("lists the architectures, and shows one layer by layer with the same figures", () => {
    const { status, items } = run("zoo", "--json");
    expect(status).toBe(0);
    const listed = items.find(({ id }) => id === "resnet18-unet")!;
    const shown = run("zoo", "show", "resnet18-unet", "--json");
    expect([shown.status, shown.items.length]).toEqual([0, 1]);
    const { layers, ...summary } = shown.items[0]!;
    expect(summary).toEqual(listed);
    expect((layers as unknown[]).length).toBeGreaterThan(36);
  });

  test("exits 2 for an architecture that there is not, and for a size that it does not take", () => {
    expect(run("zoo", "show", "resnet19")).toMatchObject({
      status: 2,
      items: [],
      stderr: expect.stringContaining("resnet18-unet") as string,
    });
    expect(run("zoo", "show", "unet", "--size", "130x130").status).toBe(2);
    expect(run("zoo", "show", "unet", "--size", "130").status).toBe(2);
  });
});

function start(...words: string[]) {
  const child = spawn(process.execPath, [program, ...words], {
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
  return { process: child, ended };
}

/** Ends the engine's process as a crash would: at once, without a word. */
function killChildrenOf({ pid }: ChildProcess): void {
  const children = execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  for (const child of children.trim().split("\n")) process.kill(Number(child), "SIGKILL");
}
