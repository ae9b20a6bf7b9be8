import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { huge, manyNodes, outside } from "../../test-support/fuzz/network-mutations";
import { writeModel } from "../core/onnx/write";
import { zooEntry } from "../core/zoo/registry";
import { loadNetwork } from "../engine/onnxruntime";
import { readBroughtModel } from "./model-file";

const folder = mkdtempSync(join(tmpdir(), "slicebench-model-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const network = writeModel({
  graph: zooEntry("lenet-fcn").build({ width: 1 / 16, rows: "rows", columns: "columns" }),
  operatorSets: { "": 17 },
  producer: "test",
  description: "",
  metadata: {},
});

function bring(bytes: Uint8Array): ReturnType<typeof readBroughtModel> {
  const file = join(folder, "brought.onnx");
  writeFileSync(file, bytes);
  return readBroughtModel(file);
}

// The link leads to a file that could be read, and lies where the model's own weights would.
writeFileSync(join(folder, "weights.bin"), new Uint8Array(64));
symlinkSync("/etc/passwd", join(folder, "link.bin"));
const locations = ["../../../etc/passwd", "/etc/passwd", "weights.bin", "link.bin", "a/../../b"];

test.each(locations)(
  "weights that are said to lie in %s are refused before and by the engine",
  async (location) => {
    const bytes = outside(network, location);
    await expect(bring(bytes)).rejects.toMatchObject({ code: "ONNX_EXTERNAL_DATA" });
    // A model's folder that somebody put together by hand goes past the import.
    await expect(
      loadNetwork({ file: join(folder, "brought.onnx"), bytes, sha256: location }, { threads: 1 }),
    ).rejects.toMatchObject({ code: "MODEL_NOT_LOADABLE" });
  },
);

test("a tensor that announces more than the file holds, and a graph of too many nodes, are refused unread", async () => {
  for (const dims of [["4611686018427387904"], ["2147483648", "2147483648"], ["-1"], [65_536, 65_536]])
    await expect(bring(huge(network, dims))).rejects.toMatchObject({ code: "ONNX_DAMAGED" });
  await expect(bring(manyNodes(network, 300_000))).rejects.toMatchObject({
    code: expect.stringMatching(/^ONNX_/) as string,
  });
});
