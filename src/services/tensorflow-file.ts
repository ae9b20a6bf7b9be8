import { open, readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, sep } from "node:path";
import { z } from "zod";
import { SlicebenchError } from "../core/errors";
import type { Graph } from "../core/onnx/graph";
import type { Tensor } from "../core/onnx/tensor";
import { writeModel } from "../core/onnx/write";
import { convertGraphModel } from "../core/tfjs-import/graph-model/convert";
import { convertLayersModel } from "../core/tfjs-import/layers-model/convert";
import { decodeWeights, groupBytes, parseManifest, type WeightGroup } from "../core/tfjs-import/weights";

/** A network of TensorFlow.js as its own library takes it. */
export interface TensorFlowModel {
  topology: unknown;
  /** Of a GraphModel: what it calls its inputs and outputs, and in which order ours are. A LayersModel has none. */
  graph?: { signature: unknown; outputs: readonly string[] };
  weightSpecs: WeightGroup["weights"];
  /** All shards, one after the other. */
  weightData: Uint8Array<ArrayBuffer>;
}

/** Topologies are some hundred kilobytes; weights are limited as those of ONNX are. */
const largestTopologyBytes = 64 * 2 ** 20;
const largestWeightBytes = 2 ** 31 - 1;
const operatorSet = 17;

const fileSchema = z.object({
  format: z.string().optional(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.unknown(),
  weightsManifest: z.unknown(),
  signature: z.unknown().optional(),
  userDefinedMetadata: z.looseObject({ signature: z.unknown().optional() }).nullish().catch(undefined),
});
type Description = z.infer<typeof fileSchema>;

/**
 * Reads a network of TensorFlow.js, a LayersModel or a GraphModel: a model.json with its shards beside it. Converts
 * it to ONNX.
 * @throws TFJS_DAMAGED, TFJS_SHARD, TFJS_WEIGHT_TYPE, MODEL_TOO_LARGE, and what the conversion throws
 */
export async function readTensorFlowModel(file: string): Promise<TensorFlowModel & { onnx: Uint8Array }> {
  const description = await readDescription(file);
  const groups = parseManifest(description.weightsManifest);
  const size = groups.reduce((sum, group) => sum + groupBytes(group), 0);
  if (!(size <= largestWeightBytes)) throw tooLarge();
  const shards = await locateShards(
    dirname(file),
    groups.flatMap(({ paths }) => paths),
  );
  const parts: Uint8Array[] = [];
  const weights = new Map<string, Tensor>();
  for (const group of groups) {
    const bytes = await readShards(shards, group);
    parts.push(bytes);
    for (const [name, weight] of decodeWeights(group, bytes)) weights.set(name, weight);
  }
  const { network, topology, graph } = convert(description, weights);
  const onnx = writeModel({
    graph: network,
    operatorSets: { "": operatorSet },
    producer: producerOf(description),
    description: "",
    metadata: {},
  });
  const weightSpecs = groups.flatMap((group) => group.weights);
  const weightData = new Uint8Array(Buffer.concat(parts));
  return { onnx, topology, ...(graph && { graph }), weightSpecs, weightData };
}

function convert(
  description: Description,
  weights: ReadonlyMap<string, Tensor>,
): Pick<TensorFlowModel, "topology" | "graph"> & { network: Graph } {
  const { modelTopology: topology, format } = description;
  const isGraphModel = format === "graph-model" || (isObject(topology) && "node" in topology);
  if (!isGraphModel) return { network: convertLayersModel(topology, weights), topology };
  // Older converters wrote the signature among what users may add.
  const signature = description.signature ?? description.userDefinedMetadata?.signature;
  const { graph, originalOutputs: outputs } = convertGraphModel(
    { modelTopology: topology, signature },
    weights,
  );
  return { network: graph, topology, graph: { signature, outputs } };
}

const producerOf = ({ generatedBy, convertedBy }: Description): string =>
  ["TensorFlow.js", generatedBy ?? convertedBy].filter(Boolean).join(", ");

async function readDescription(file: string): Promise<Description> {
  if ((await stat(file)).size > largestTopologyBytes) throw tooLarge();
  const text = await readFile(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw noModel(cause);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw noModel(parsed.error);
  if (parsed.data.modelTopology === undefined || parsed.data.weightsManifest === undefined) throw noModel();
  return parsed.data;
}

interface Shard {
  /** As model.json lists it. */
  path: string;
  file: string;
  size: number;
}

/** Finds what model.json lists, or names all that is missing: people bring them one by one otherwise. */
async function locateShards(folder: string, paths: readonly string[]): Promise<Map<string, Shard>> {
  const shards = new Map<string, Shard>();
  const missing: string[] = [];
  for (const path of paths) {
    const found = await locateShard(folder, path);
    if (found === undefined) missing.push(path);
    else shards.set(path, { path, ...found });
  }
  if (missing.length === 0) return shards;
  const names = missing.slice(0, 5).map(quoted).join(", ");
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  throw new SlicebenchError(
    "TFJS_SHARD",
    missing.length === 1 ? `The shard ${names} is missing.` : `The shards ${names}${more} are missing.`,
    { hint: besideModel },
  );
}

/** A group's shards as one. Their sizes are compared with what the list of weights says before any is read. */
async function readShards(shards: ReadonlyMap<string, Shard>, group: WeightGroup): Promise<Uint8Array> {
  const files = group.paths.map((path) => shards.get(path)!);
  const wanted = groupBytes(group);
  const found = files.reduce((sum, { size }) => sum + size, 0);
  if (found !== wanted) {
    throw new SlicebenchError(
      "TFJS_SHARD",
      `The shards ${group.paths.slice(0, 3).join(", ")} have ${found} bytes; model.json lists weights of ${wanted}.`,
      { hint: "A file was cut short or belongs to another model: save or download the model again." },
    );
  }
  const bytes = new Uint8Array(wanted);
  let offset = 0;
  for (const { path, file, size } of files) {
    const handle = await open(file, "r");
    try {
      const { bytesRead } = await handle.read(bytes, offset, size, 0);
      if (bytesRead !== size) throw unreadable(path, "changed while it was read");
      offset += size;
    } finally {
      await handle.close();
    }
  }
  return bytes;
}

/** Names of shards come out of a file: they stay within its folder, links included. Undefined where there is none. */
async function locateShard(folder: string, path: string): Promise<Omit<Shard, "path"> | undefined> {
  const parts = path.split(/[\\/]/);
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain || isAbsolute(path) || /[:\p{Control}]/u.test(path)) {
    throw unreadable(path, "lies outside of the model's folder");
  }
  const root = await realpath(folder);
  const file = await realpath(join(folder, path)).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, "cannot be read", cause);
  });
  if (file === undefined) return undefined;
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw unreadable(path, "leads outside of the model's folder");
  }
  const about = await stat(file);
  if (!about.isFile()) throw unreadable(path, "is no file");
  return { file, size: about.size };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const quoted = (path: string): string => `"${path.slice(0, 120)}"`;
const besideModel =
  "Keep all shards beside model.json, under the names that it lists; drop or choose them together with it.";

function unreadable(path: string, what: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("TFJS_SHARD", `The shard ${quoted(path)} ${what}.`, {
    hint: besideModel,
    cause,
  });
}

function noModel(cause?: unknown): SlicebenchError {
  return new SlicebenchError("TFJS_DAMAGED", "This is no model.json of TensorFlow.js.", {
    hint: "Give the model.json that model.save() or tensorflowjs_converter wrote, or an .onnx file.",
    cause,
  });
}

function tooLarge(): SlicebenchError {
  return new SlicebenchError(
    "MODEL_TOO_LARGE",
    "The model is larger than 2 GB, which ONNX cannot hold in one piece.",
  );
}
