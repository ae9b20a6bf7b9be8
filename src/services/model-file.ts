import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { SlicebenchError } from "../core/errors";
import { type ModelProposal, proposeModelCard } from "../core/model-import/propose";
import { readModel } from "../core/onnx/read";
import { readTensorFlowModel, type TensorFlowModel } from "./tensorflow-file";

/** What one protobuf message can hold; larger models keep their weights outside, which is not followed. */
const largestBytes = 2 ** 31 - 1;

/** A network that somebody brings: the bytes that become model.onnx, and how they are proposed to be run. */
export interface BroughtModel {
  bytes: Uint8Array;
  proposal: ModelProposal;
  /** What the bytes were converted from, and must be compared with. */
  original?: TensorFlowModel;
}

/**
 * Reads a network from a file that may come from anywhere.
 * @throws MODEL_FILE_UNREADABLE, MODEL_FILE_KIND, MODEL_TOO_LARGE, what `readModel`, `readTensorFlowModel`
 *         and `proposeModelCard` throw, all with the file's name
 */
export async function readBroughtModel(file: string): Promise<BroughtModel> {
  try {
    const { bytes, original } = await readNetworkFile(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const proposal = proposeModelCard(readModel(bytes), {
      name: basename(file),
      // Every model of TensorFlow.js is a model.json: the folder tells them apart.
      ...(original !== undefined && { title: basename(dirname(resolve(file))) }),
      sha256,
      bytes: bytes.length,
    });
    return { bytes, proposal, ...(original !== undefined && { original }) };
  } catch (thrown) {
    if (!(thrown instanceof SlicebenchError)) throw thrown;
    const { code, message, hint, cause } = thrown;
    throw new SlicebenchError(code, message, { file, cause, ...(hint !== undefined && { hint }) });
  }
}

async function readNetworkFile(file: string): Promise<Pick<BroughtModel, "bytes" | "original">> {
  const about = await stat(file).catch((cause: unknown) => {
    throw new SlicebenchError("MODEL_FILE_UNREADABLE", "The model's file cannot be read.", { cause });
  });
  if (about.isFile() && /\.json$/i.test(file)) {
    const { onnx, ...original } = await readTensorFlowModel(file);
    return { bytes: onnx, original };
  }
  if (!about.isFile() || !/\.onnx$/i.test(file)) {
    throw new SlicebenchError("MODEL_FILE_KIND", "This is neither an ONNX file nor a model.json.", {
      hint: "Export the network as one .onnx file, for example with torch.onnx.export or tf2onnx, or save it with TensorFlow.js.",
    });
  }
  if (about.size > largestBytes) {
    throw new SlicebenchError(
      "MODEL_TOO_LARGE",
      "The file is larger than 2 GB, which ONNX cannot hold in one piece.",
    );
  }
  return { bytes: await readFile(file) };
}
