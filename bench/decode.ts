import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import dcmjsCodecs from "dcmjs-codecs";
import { SlicebenchError } from "../src/core/errors";
import type { Frame } from "../src/core/image/frame";
import { SeededRandom } from "../src/core/random";
import { openImage } from "../src/formats/open";
import { FileImageReader } from "../src/services/file-image-reader";
import { resourceFolder } from "../src/services/installation";
import type { Bench, Benchmark } from "./harness/benchmark";
import { byTurns, type Contestant, median, type Rounds, timed } from "./harness/by-turns";
import { compared, type Figure, type Findings } from "./harness/figure";
import { encodeSlice, writeSliceSeries } from "./harness/slice-series";
import { PythonPeer, pythonWith } from "./peers/python";

const side = 512;
const sliceCount = 300;
const frameRounds: Rounds = { warmUp: 3, most: 25, seconds: 10, least: 7 };
const seriesRounds: Rounds = { warmUp: 1, most: 3, seconds: 20, least: 2 };

interface Encoding {
  name: string;
  /** Times GDCM's. */
  atMost: number;
  /** Largest difference between two decoders: those of lossy pictures round differently. */
  tolerance: number;
  /** DCMTK's program that undoes it. */
  dcmtk?: string;
}

const native = { atMost: 1.5, tolerance: 0 };
const compressed = { atMost: 2, tolerance: 0 };
const highThroughput = "HTJ2K lossless";
const baseline = "JPEG baseline, 8 bits";
const plain = "explicit little endian";

const encodings: readonly Encoding[] = [
  { name: plain, ...native },
  { name: "implicit little endian", ...native },
  { name: "big endian", ...native },
  { name: "deflated", ...native },
  { name: "RLE", ...compressed, dcmtk: "dcmdrle" },
  { name: "JPEG lossless (SV1)", ...compressed, dcmtk: "dcmdjpeg" },
  { name: "JPEG-LS", ...compressed, dcmtk: "dcmdjpls" },
  { name: "JPEG 2000 lossless", ...compressed },
  { name: "JPEG 2000 lossy", ...compressed, tolerance: 1 },
  { name: highThroughput, ...compressed },
  { name: baseline, ...compressed, tolerance: 3, dcmtk: "dcmdjpeg" },
];

/** A slice of the bundled brain MR, brought to 512 x 512 and 12 bits, with the noise of a scan (Rician). */
async function realisticSlice(): Promise<Uint16Array> {
  const folder = join(resourceFolder("samples"), "brain-mr");
  const files = readdirSync(folder).filter((file) => file.endsWith(".dcm"));
  const image = await openImage(join(folder, files[Math.floor(files.length / 2)]!));
  const { pixels, rows, columns } = await image.readFrame(0);
  let largest = 1;
  for (const value of pixels) largest = Math.max(largest, value);
  const random = new SeededRandom(7);
  const noise = () =>
    25 * Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  const at = (row: number, column: number) =>
    pixels[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)]!;
  return Uint16Array.from({ length: side * side }, (_, index) => {
    const y = (Math.floor(index / side) * rows) / side;
    const x = ((index % side) * columns) / side;
    const [row, column] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - row, x - column];
    const above = at(row, column) * (1 - right) + at(row, column + 1) * right;
    const below = at(row + 1, column) * (1 - right) + at(row + 1, column + 1) * right;
    const value = ((above * (1 - down) + below * down) / largest) * 3500;
    return Math.min(4095, Math.hypot(value + noise(), noise()));
  });
}

/** Writes the slice in every encoding; returns the files by their encoding's name. */
async function writeEncodings(pixels: Uint16Array, { peer, folder }: Place): Promise<Map<string, string>> {
  const files = new Map(encodings.map(({ name }, index) => [name, join(folder, `encoding-${index}.dcm`)]));
  const source = files.get(plain)!;
  writeFileSync(source, encodeSlice(pixels, { side, slice: 0, uid: "2.25.512" }));
  for (const [syntax, to] of files) {
    if (["implicit little endian", "big endian", "deflated"].includes(syntax)) {
      await peer.call("rewrite", { file: source, syntax, to });
    } else if (syntax === highThroughput) {
      const codestream = join(folder, "codestream");
      writeFileSync(codestream, await encodeHighThroughput(pixels));
      await peer.call("wrap", { file: source, codestream, to });
    } else if (syntax === baseline) {
      const narrow = join(folder, "narrow.dcm");
      await peer.call("narrow", { file: source, to: narrow });
      await peer.call("compress", { file: narrow, syntax, to });
    } else if (syntax !== plain) await peer.call("compress", { file: source, syntax, to });
  }
  return files;
}

/** GDCM and DCMTK know no HTJ2K. */
async function encodeHighThroughput(pixels: Uint16Array): Promise<Uint8Array> {
  const { Context, NativeCodecs } = dcmjsCodecs;
  await NativeCodecs.initializeAsync();
  const context = new Context({
    width: side,
    height: side,
    bitsAllocated: 16,
    bitsStored: 12,
    samplesPerPixel: 1,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: "MONOCHROME2",
    decodedBuffer: new Uint8Array(pixels.buffer),
  });
  return NativeCodecs.encodeHtJpeg2000(context, { lossy: false }).getEncodedBuffer()!;
}

interface Place {
  peer: PythonPeer;
  folder: string;
}

/** Throws where GDCM's pixels of a file are others than ours. */
function expectAgreement({ pixels }: Frame, file: string, other: Uint8Array, tolerance: number) {
  const theirs = pixels.BYTES_PER_ELEMENT === 1 ? other : new Uint16Array(new Uint8Array(other).buffer);
  let largest = 0;
  pixels.forEach((value: number, at: number) => {
    largest = Math.max(largest, Math.abs(value - theirs[at]!));
  });
  if (theirs.length !== pixels.length || largest > tolerance) {
    throw new Error(`${basename(file)}: GDCM's pixels differ from ours by ${largest}.`);
  }
}

function runProgram(program: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

async function measureEncoding(
  { name, atMost, tolerance, dcmtk }: Encoding,
  { reader, file, source, place, hasDcmtk }: Measuring,
): Promise<Figure[]> {
  const { peer, folder } = place;
  const decode = () => reader.decode({ file, frame: 0 });
  const hasGdcm = name !== highThroughput;
  const raw = join(folder, "pixels");
  if (hasGdcm) await peer.call("pixels", { file, to: raw });
  else writeFileSync(raw, new Uint8Array((await (await openImage(source)).readFrame(0)).pixels.buffer));
  expectAgreement(await decode(), file, readFileSync(raw), tolerance);
  const output = join(folder, "output.dcm");
  const withDcmtk = dcmtk !== undefined && hasDcmtk;
  const samples = await byTurns<"own" | "gdcm" | "dcmtk" | "idle">(
    {
      own: () => timed(decode),
      ...(hasGdcm && { gdcm: (() => peer.call("decode", { file })) as Contestant }),
      ...(withDcmtk && {
        dcmtk: () => timed(() => runProgram(dcmtk, [file, output])),
        idle: () => timed(() => runProgram("dcmconv", [source, output])),
      }),
    },
    frameRounds,
  );
  const own = { name: "one frame", samples: samples.own };
  const figures: Figure[] = hasGdcm
    ? [compared(name, [own, { name: "GDCM", samples: samples.gdcm }], { budget: { atMost } })]
    : [{ subject: name, measured: { name: own.name, value: median(own.samples) }, unit: "ms" }];
  if (withDcmtk) {
    const value = median(samples.dcmtk.map((ms, round) => ms - samples.idle[round]!));
    const measured = { name: own.name, value: median(own.samples) };
    // A difference of two processes is noisy: a ratio of each round would say nothing.
    const ratio = value > 0 && { ratio: { median: measured.value / value } };
    figures.push({ subject: name, measured, against: { name: "DCMTK", value }, unit: "ms", ...ratio });
  }
  return figures;
}

interface Measuring {
  reader: FileImageReader;
  file: string;
  /** The same picture, uncompressed. */
  source: string;
  place: Place;
  hasDcmtk: boolean;
}

interface SeriesTimes {
  first: number;
  all: number;
}

/** As the window opens a folder: a scan, the first picture, and the others as fast as the workers decode. */
async function openSeries(reader: FileImageReader, folder: string): Promise<SeriesTimes> {
  const start = performance.now();
  const { series } = await reader.scan([folder], {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const [first, ...others] = series[0]!.frames;
  await reader.decode(first!);
  const untilFirst = performance.now() - start;
  await Promise.all(others.map((frame) => reader.decode(frame)));
  if (others.length + 1 !== sliceCount) throw new SlicebenchError("FRAME_NOT_FOUND", "Slices are missing.");
  return { first: untilFirst, all: performance.now() - start };
}

async function measureSeries(
  subject: string,
  folder: string,
  { reader, peer }: { reader: FileImageReader; peer: PythonPeer },
): Promise<Figure[]> {
  const firsts: Record<"own" | "peer", number[]> = { own: [], peer: [] };
  const round = async (who: "own" | "peer", times: Promise<unknown>) => {
    const { first, all } = (await times) as SeriesTimes;
    firsts[who].push(first);
    return all;
  };
  const all = await byTurns(
    {
      own: () => round("own", openSeries(reader, folder)),
      peer: () => round("peer", peer.call("series", { folder })),
    },
    seriesRounds,
  );
  const counted = (times: number[]) => times.slice(seriesRounds.warmUp);
  const name = "pydicom and GDCM";
  return [
    compared(subject, [
      { name: "to the first image", samples: counted(firsts.own) },
      { name, samples: counted(firsts.peer) },
    ]),
    compared(subject, [
      { name: "to all decoded", samples: all.own },
      { name, samples: all.peer },
    ]),
  ];
}

async function measure({ folder, tell }: Bench, peer: PythonPeer, hasDcmtk: boolean): Promise<Figure[]> {
  const reader = new FileImageReader();
  const figures: Figure[] = [];
  try {
    const files = await writeEncodings(await realisticSlice(), { peer, folder });
    const source = files.get(plain)!;
    for (const encoding of encodings) {
      tell(encoding.name);
      const file = files.get(encoding.name)!;
      const given = { reader, file, source, place: { peer, folder }, hasDcmtk };
      figures.push(...(await measureEncoding(encoding, given)));
    }
    const uncompressed = join(folder, "series");
    const slices = writeSliceSeries(uncompressed, { side, count: sliceCount });
    tell(`${sliceCount} slices`);
    figures.push(...(await measureSeries(`${sliceCount} slices, ${plain}`, uncompressed, { reader, peer })));
    const syntax = "JPEG lossless (SV1)";
    for (const file of slices) await peer.call("compress", { file, syntax, to: file });
    tell(`${sliceCount} slices, ${syntax}`);
    figures.push(...(await measureSeries(`${sliceCount} slices, ${syntax}`, uncompressed, { reader, peer })));
    return figures;
  } finally {
    await reader.close();
  }
}

export const decode: Benchmark = {
  id: "decode",
  title: "Decoding: one frame of each transfer syntax, and a series, beside GDCM, DCMTK and pydicom",
  async run(bench): Promise<Findings> {
    const python = pythonWith("gdcm, pydicom, numpy");
    if (python === undefined) {
      return {
        figures: [],
        notes: [
          "GDCM and pydicom, which also write the files, are not on this machine (Debian: python3-gdcm, python3-pydicom).",
        ],
      };
    }
    const hasDcmtk = spawnSync("dcmdjpeg", ["--version"]).status === 0;
    const peer = new PythonPeer(python, "dicom_peer.py");
    try {
      const { gdcm, pydicom } = (await peer.call("start")) as { gdcm: string; pydicom: string };
      return {
        figures: await measure(bench, peer, hasDcmtk),
        notes: [
          `A frame: 512 x 512 of 12 bits in 16, a brain MR with noise, from the file to its pixels: ours in the decode worker and back; GDCM ${gdcm} in a process that stays, without Python's part. Both give the same pixels, lossy ones within rounding.`,
          hasDcmtk
            ? "DCMTK: its program for the syntax less `dcmconv` of the same picture uncompressed, medians of processes: coarse. It has none for JPEG 2000."
            : "DCMTK is not on this machine (Debian: dcmtk).",
          "GDCM and DCMTK know no HTJ2K: it stands alone, and its pixels were compared with the source's.",
          `The series: ours scans and decodes in two threads, pydicom ${pydicom} with GDCM in one; both warm, the files in the system's cache.`,
        ],
      };
    } finally {
      peer.close();
    }
  },
};
