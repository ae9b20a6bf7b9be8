import { expect, test } from "vitest";
import { type IncomingFile, isShard, takeNetwork } from "./network-files";

const listing = (...paths: string[]) =>
  JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths, weights: [] }] });

const file = (relativePath: string, content = ""): IncomingFile => ({
  file: new File([content], relativePath.slice(relativePath.lastIndexOf("/") + 1)),
  relativePath,
});

/** What was taken, by its paths. */
async function takenFrom(...given: IncomingFile[]) {
  const { network, rest } = await takeNetwork(given);
  const pathsOf = (files: readonly IncomingFile[]) => files.map(({ relativePath }) => relativePath);
  return {
    main: network?.main.relativePath,
    shards: pathsOf(network?.shards ?? []),
    rest: pathsOf(rest),
  };
}

test("a model.json takes the shards that it lists with it, and leaves the images", async () => {
  const given = [
    file("2.bin"),
    file("slice.png"),
    file("model.json", listing("1.bin", "2.bin")),
    file("1.bin"),
  ];
  expect(await takenFrom(...given)).toEqual({
    main: "model.json",
    shards: ["1.bin", "2.bin"],
    rest: ["slice.png"],
  });
});

test("a folder whose own model.json is one of TensorFlow.js is that network, with all that lies there", async () => {
  const given = [
    file("vessels/README.md"),
    file("vessels/weights/1.bin"),
    file("vessels/model.json", listing("weights/1.bin")),
    file("images/1.png"),
  ];
  expect(await takenFrom(...given)).toEqual({
    main: "vessels/model.json",
    shards: ["vessels/weights/1.bin"],
    rest: ["images/1.png"],
  });
});

test("the path of a shard is looked up among what came, and is followed nowhere", async () => {
  const given = [
    file("a/model.json", listing("../b/1.bin", "/b/1.bin", "__proto__", "2.bin")),
    file("b/1.bin"),
  ];
  expect(await takenFrom(...given)).toEqual({ main: "a/model.json", shards: [], rest: ["b/1.bin"] });
});

test("a network within a folder of images is left, as is a model.json of another kind there", async () => {
  const given = [
    file("images/cells.onnx"),
    file("images/model.json", "{}"),
    file("images/1.png"),
    file("images/deeper/model.json", listing("1.bin")),
  ];
  expect(await takenFrom(...given)).toEqual({
    main: undefined,
    shards: [],
    rest: ["images/model.json", "images/1.png", "images/deeper/model.json"],
  });
});

test("a .json by itself is taken whatever it holds, so that the host can say what is wrong", async () => {
  expect(await takenFrom(file("cat.json", "[1"), file("1.png"))).toEqual({
    main: "cat.json",
    shards: [],
    rest: ["1.png"],
  });
});

test("shards are known by the names that TensorFlow.js gives them", () => {
  const names = ["group1-shard1of3.bin", "group1-shard1of1", "net.weights.bin", "slice.dcm", "model.json"];
  expect(names.filter(isShard)).toEqual(names.slice(0, 3));
});
