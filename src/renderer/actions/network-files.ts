import { shardPathsOf } from "../../core/tfjs-import/shard-paths";
import { host } from "../api/host";

/** A file on its way in, and where it lay in the folder that was dropped. */
export interface IncomingFile {
  file: File;
  /** With `/` between folders, beginning with the dropped folder's name. */
  relativePath: string;
}

/** A network on its way in: an ONNX file, or a model.json with those of its shards that came along. */
export interface IncomingNetwork {
  main: IncomingFile;
  shards: IncomingFile[];
}

/** Topologies are some hundred kilobytes; the host refuses what is larger. */
const largestTopologyBytes = 64 * 2 ** 20;

const isOnnx = (name: string): boolean => /\.onnx$/i.test(name);
const isJson = (name: string): boolean => /\.json$/i.test(name);

/** Nothing else that comes as .json can be opened: the host says what is wrong with one that is no network. */
export const isNetwork = (name: string): boolean => isOnnx(name) || isJson(name);

/** Named as TensorFlow.js names the weights beside a model.json. */
export const isShard = (name: string): boolean => /(\.bin|group\d+-shard\d+of\d+)$/i.test(name);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

async function shardPathsIn(file: File): Promise<string[] | undefined> {
  return file.size <= largestTopologyBytes ? shardPathsOf(await file.text()) : undefined;
}

/**
 * Takes a network out of what was dropped or picked, with the files that belong to it. One that lies in a folder of
 * images was not meant, but a folder whose own model.json is one of TensorFlow.js is that network.
 */
export async function takeNetwork(
  given: readonly IncomingFile[],
): Promise<{ network: IncomingNetwork | undefined; rest: IncomingFile[] }> {
  const others = given.filter(({ file }) => !isOnnx(file.name));
  const onnx = given.find(({ relativePath }) => isOnnx(relativePath) && !relativePath.includes("/"));
  if (onnx !== undefined) return { network: { main: onnx, shards: [] }, rest: others };
  const byPath = new Map(given.map((each) => [each.relativePath, each]));
  for (const main of given) {
    const { file, relativePath } = main;
    const isAlone = !relativePath.includes("/") && isJson(relativePath);
    if (!isAlone && !/^[^/]+\/model\.json$/i.test(relativePath)) continue;
    const paths = await shardPathsIn(file);
    if (paths === undefined && !isAlone) continue;
    const folder = folderOf(relativePath);
    const shards = (paths ?? [])
      .map((path) => byPath.get(folder + path))
      .filter((each) => each !== undefined);
    const taken = new Set([main, ...shards]);
    const isOfNetwork = (each: IncomingFile) =>
      taken.has(each) || (folder !== "" && each.relativePath.startsWith(folder));
    return { network: { main, shards }, rest: others.filter((each) => !isOfNetwork(each)) };
  }
  return { network: undefined, rest: others };
}

/** Sends a network to the host, in a folder of its own: shards of different models have the same names. */
export async function uploadNetwork({ main, shards }: IncomingNetwork): Promise<string> {
  // The folder's name becomes the model's, where its file is called model.json like any other.
  const isInFolder = main.relativePath.includes("/");
  const root = `${crypto.randomUUID()}/${isInFolder ? "" : `${main.file.name.replace(/\.[^.]*$/, "")}/`}`;
  const send = ({ file, relativePath }: IncomingFile) => host.upload(file, root + relativePath);
  await Promise.all(shards.map(send));
  return send(main);
}
