import { type ChildProcess, execFileSync, spawn } from "node:child_process";
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
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import {
  type Ended,
  environment,
  isBuilt,
  program,
  runProgram as run,
} from "../../test-support/built-program";
import { type ComparisonRecord, parseComparisonRecord } from "../core/comparison/record";
import { metricKeys } from "../core/metrics/measure";

/** The program on the samples that ship. */
const samples = resolve(import.meta.dirname, "../../resources/samples");
const newFolder = (): string => mkdtempSync(join(tmpdir(), "slicebench-cli-"));

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

  test("loses nothing when its engine is killed: the frame is done again by another", async () => {
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
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(items.filter(({ ok }) => ok === true)).toHaveLength(cine.length);
    expect(files(out).filter((name) => name.endsWith(".png"))).toHaveLength(cine.length);

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
    expect(again.items.every(({ state }) => state === "skipped")).toBe(true);
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
  const slices = cine.slice(0, 6);
  const compare = (out: string, ...words: string[]): string[] => [
    "compare",
    ...slices.map((name) => join(samples, "cardiac-cine", name)),
    "--models",
    "cardiac-lv-unet,cardiac-lv-resnet18-unet,cardiac-lv-lenet-fcn",
    "--out",
    out,
    "--json",
    ...words,
  ];
  const readRecord = (out: string): ComparisonRecord =>
    parseComparisonRecord(readFileSync(join(out, "comparison.json"), "utf8"), "comparison.json");

  /** One run from beginning to end, for the tests that look at what it gave. */
  let whole: { out: string; ended: Ended } | undefined;
  const runWhole = (): { out: string; ended: Ended } => {
    const out = newFolder();
    return (whole ??= { out, ended: run(...compare(out)) });
  };

  test("streams each case, and writes record, table, sheet and report against the reference beside the series", () => {
    const {
      out,
      ended: { status, items },
    } = runWhole();
    expect(status).toBe(0);
    const record = readRecord(out);
    const streamed = items.filter(({ kind }) => kind === "case");
    expect(streamed.map(({ ok: _ok, kind: _kind, state: _state, ...rest }) => rest)).toEqual(
      expect.arrayContaining(record.cases),
    );
    expect(streamed).toHaveLength(slices.length);
    expect(record).toMatchObject({ reference: { kind: "beside", cases: slices.length }, failures: [] });
    expect(record.cases.every(({ unit, agreement }) => unit === "mm" && agreement.length === 3)).toBe(true);
    expect(record.cases.every(({ results }) => results.every(({ timings }) => timings!.total > 0))).toBe(
      true,
    );
    const ranked = items.filter(({ kind, metric }) => kind === "ranking" && metric === "dice");
    expect(ranked).toMatchObject([{ order: [{}, {}, { model: "cardiac-lv-lenet-fcn" }] }]);
    const rows = readFileSync(join(out, "comparison.csv"), "utf8").trim().split("\r\n");
    // A row a case, model and metric of the one segment, and the heads.
    expect(rows).toHaveLength(slices.length * 3 * metricKeys.length + 1);
    expect(decode(readFileSync(join(out, "contact-sheet.png"))).width).toBeGreaterThan(900);
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("slice-1-phase-01.dcm");
    expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  test("killed while it runs and again while it measures, it goes on, and ends as if nothing had been", async () => {
    const undisturbed = runWhole().out;
    const out = newFolder();
    const stopAt = async (kind: string, count: number): Promise<void> => {
      const child = start(...compare(out, "--resume"));
      let seen = 0;
      for await (const line of createInterface(child.process.stdout)) {
        const item = JSON.parse(line) as { kind: string; state: string };
        const isNew = item.kind === kind && item.state !== "skipped" && item.state !== "kept";
        if (isNew && ++seen === count) child.process.kill("SIGKILL");
      }
      expect(await child.ended).toEqual({ code: null, signal: "SIGKILL" });
    };
    await stopAt("frame", 8);
    expect(existsSync(join(out, "comparison.json"))).toBe(false);
    await stopAt("case", 1);
    const { status, items } = run(...compare(out, "--resume"));
    expect(status).toBe(0);
    // All label maps had been made when it was killed for the second time, and a case was in the journal.
    const states = items.filter(({ kind }) => kind === "frame").map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["skipped"]));
    expect(
      items.filter(({ kind, state }) => kind === "case" && state === "kept").length,
    ).toBeGreaterThanOrEqual(1);
    expect(withoutCosts(readRecord(out))).toEqual(withoutCosts(readRecord(undisturbed)));
    expect(readFileSync(join(out, "comparison.csv"))).toEqual(
      readFileSync(join(undisturbed, "comparison.csv")),
    );
  });

  test("says that nobody is right where there is no reference, and still finds a consensus", () => {
    const [picture, out] = [newFolder(), newFolder()];
    copyFileSync(join(samples, "nuclei-fluorescence", "field-1.png"), join(picture, "=field.png"));
    const models = "nuclei-unet,nuclei-resnet18-unet,nuclei-lenet-fcn";
    const { status, stderr } = run("compare", picture, "--models", models, "--out", out, "--json");
    expect([status, stderr]).toEqual([0, expect.stringContaining("No reference was found") as string]);
    const { cases, rankings, reference } = readRecord(out);
    expect([rankings, reference]).toEqual([[], undefined]);
    expect(cases[0]!.consensus!.readers.map(({ model }) => model)).toEqual(models.split(","));
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
      model: "cardiac-cine",
      cases: cine.length,
      segments: { "Left ventricle cavity": { dice: { mean: 1, n: cine.length }, assd: { mean: 0 } } },
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

/** What a comparison measured of masks: times, memory and dates are those of a run. */
function withoutCosts({
  finishedAt: _,
  machine: __,
  command: ___,
  summary,
  cases,
  ...rest
}: ComparisonRecord) {
  return {
    ...rest,
    summary: Object.entries(summary).map(([model, { segments }]) => [model, segments]),
    cases: cases.map(({ results, ...each }) => ({
      ...each,
      results: results.map(({ timings: _timings, memoryBytes: _memoryBytes, ...result }) => result),
    })),
  };
}

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
