import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import sharp from "sharp";
import { writeModel } from "../../src/core/onnx/write";
import { zooEntry } from "../../src/core/zoo/registry";
import { encodeLabelVolume } from "../../src/formats/nifti-label-volume";
import { environment, program } from "../built-program";
import { filesIn, sharedData } from "../readers";
import { byteMutations, type Mutation, type Seed } from "./bytes";
import { dicomMutations, readDicomSeed } from "./dicom-mutations";
import { jsonMutations } from "./json-mutations";
import { networkMutations } from "./network-mutations";
import { niftiMutations, pngMutations, tiffMutations } from "./picture-mutations";
import { requests } from "./requests";

/** A kind of input that is damaged: whole files of it, and the ways of damaging one. */
interface FuzzKind {
  /** Files of the caller's, or none: then those that the kind has. */
  seeds: (files: readonly string[]) => Seed[] | Promise<Seed[]>;
  mutations: Readonly<Record<string, Mutation<never>>>;
}

const resources = join(import.meta.dirname, "../../resources");

const read = (file: string): Seed => ({ name: basename(file), bytes: new Uint8Array(readFileSync(file)) });

/** Large files take long to read and add no way of being wrong. */
const largestSeed = 700_000;

const small = (files: readonly string[]) => files.filter((file) => statSync(file).size < largestSeed);

/** A picture of smooth and noisy parts, as the encoders' filters and tables differ over them. */
function picture(
  channels: 1 | 3,
  depth: 8 | 16,
): { data: Uint8Array | Uint16Array; width: number; height: number } {
  const [width, height] = [61, 47];
  const length = width * height * channels;
  const value = (index: number) =>
    (index % 97 < 60 ? index * 7 : (index * 7_919) % 251) % (depth === 8 ? 256 : 65_536);
  const data =
    depth === 8
      ? Uint8Array.from({ length }, (_, at) => value(at))
      : Uint16Array.from({ length }, (_, at) => value(at));
  return { data, width, height };
}

const asSharp = (channels: 1 | 3) => {
  const { data, width, height } = picture(channels, 8);
  return sharp(data, { raw: { width, height, channels } });
};

function pngs(): Seed[] {
  return ([1, 3] as const).flatMap((channels) =>
    ([8, 16] as const).map((depth) => ({
      name: `${channels}x${depth}.png`,
      bytes: encode({ ...picture(channels, depth), channels, depth }),
    })),
  );
}

async function jpegs(): Promise<Seed[]> {
  const ways = [{}, { progressive: true }, { chromaSubsampling: "4:4:4" }, { quality: 5 }] as const;
  return Promise.all(
    ways.map(async (way, index) => ({
      name: `${index}.jpg`,
      bytes: new Uint8Array(
        await asSharp(index === 0 ? 1 : 3)
          .jpeg(way)
          .toBuffer(),
      ),
    })),
  );
}

async function tiffs(): Promise<Seed[]> {
  const ways = [
    { compression: "none" },
    { compression: "lzw", predictor: "horizontal" },
    { compression: "deflate" },
    { compression: "jpeg" },
    { compression: "packbits" },
    { compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 },
    { compression: "lzw", pyramid: true, tile: true, tileWidth: 16, tileHeight: 16 },
  ] as const;
  return Promise.all(
    ways.map(async (way, index) => ({
      name: `${index}.tif`,
      bytes: new Uint8Array(
        await asSharp(index === 0 ? 1 : 3)
          .tiff(way)
          .toBuffer(),
      ),
    })),
  );
}

function niftis(): Seed[] {
  const [rows, columns] = [23, 17];
  const values = Uint8Array.from({ length: rows * columns }, (_, at) => (at % 5 === 0 ? 1 : 0));
  const slice = (index: number) => ({
    rows,
    columns,
    values,
    geometry: {
      spacingMm: [0.7, 0.9] as [number, number],
      position: [0, 0, index * 3] as [number, number, number],
      orientation: [1, 0, 0, 0, 1, 0] as [number, number, number, number, number, number],
    },
  });
  const packed = encodeLabelVolume([0, 1, 2].map(slice));
  return [
    { name: "packed.nii.gz", bytes: packed },
    { name: "plain.nii", bytes: new Uint8Array(gunzipSync(packed)) },
  ];
}

function dicoms(files: readonly string[]): Seed[] {
  const collection = sharedData("dicom-dev/files");
  const given = files.length > 0 || collection === undefined ? files : filesIn(collection, "");
  return small(given).map((file) => readDicomSeed(basename(file), new Uint8Array(readFileSync(file))));
}

function zips(): Seed[] {
  const cine = small(filesIn(join(resources, "samples/cardiac-cine"), "")).slice(0, 3);
  const images = Object.fromEntries(cine.map((file) => [basename(file), read(file).bytes]));
  const nested = Object.fromEntries(Object.entries(images).map(([name, bytes]) => [`a/b/${name}`, bytes]));
  const collection = sharedData("dicom-dev/files");
  const directory =
    collection === undefined ? undefined : filesIn(collection, "").find((file) => file.endsWith("DICOMDIR"));
  return [
    { name: "images.zip", bytes: zipSync(images) },
    { name: "stored.zip", bytes: zipSync(nested, { level: 0 }) },
    {
      name: "climbing.zip",
      bytes: zipSync({
        ...images,
        "../outside.dcm": Object.values(images)[0]!,
        "/outside.dcm": new Uint8Array(9),
      }),
    },
    {
      name: "directory.zip",
      bytes: zipSync({ ...(directory && { DICOMDIR: read(directory).bytes }), ...images }),
    },
  ];
}

/** Networks as narrow as they can be: their graphs are those of the wide ones, with fewer numbers. */
function networks(): Seed[] {
  const wanted = ["lenet-fcn", "unet", "resnet18-unet", "googlenet-unet"];
  const built = wanted.map((id) => {
    const graph = zooEntry(id).build({ width: 1 / 16, rows: "rows", columns: "columns" });
    return {
      name: `${id}.onnx`,
      bytes: writeModel({ graph, operatorSets: { "": 17 }, producer: "fuzz", description: "", metadata: {} }),
    };
  });
  return built;
}

/** Documents, each named for what reads it: `.card.json`, `.segmentation.json`, `.comparison.json`, `.request.json`. */
function documents(): Seed[] {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-fuzz-json-"));
  try {
    const reference = join(resources, "samples/reference/nuclei-fluorescence");
    const words = [program, "evaluate", reference, "--reference", reference, "--out", folder];
    spawnSync(process.execPath, words, { env: environment });
    const named = (file: string, reader: string): Seed => ({ ...read(file), name: `x.${reader}.json` });
    return [
      named(join(resources, "models/nuclei-unet/model.json"), "card"),
      named(join(resources, "models/cardiac-lv-unet/model.json"), "card"),
      named(join(reference, "segmentation.json"), "segmentation"),
      named(join(folder, "comparison.json"), "comparison"),
      ...requests.map((request) => ({
        name: "x.request.json",
        bytes: new TextEncoder().encode(JSON.stringify(request)),
      })),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const own = (made: () => Seed[] | Promise<Seed[]>) => (files: readonly string[]) =>
  files.length > 0 ? files.map(read) : made();

/** Everything that is read of what others wrote. */
export const fuzzKinds = {
  dicom: { seeds: dicoms, mutations: dicomMutations },
  png: { seeds: own(pngs), mutations: pngMutations },
  jpeg: { seeds: own(jpegs), mutations: byteMutations },
  tiff: { seeds: own(tiffs), mutations: tiffMutations },
  nifti: { seeds: own(niftis), mutations: niftiMutations },
  zip: { seeds: own(zips), mutations: byteMutations },
  onnx: { seeds: own(networks), mutations: networkMutations },
  json: { seeds: own(documents), mutations: jsonMutations },
} as const satisfies Record<string, FuzzKind>;

export type FuzzKindName = keyof typeof fuzzKinds;
export const fuzzKindNames = Object.keys(fuzzKinds) as FuzzKindName[];
