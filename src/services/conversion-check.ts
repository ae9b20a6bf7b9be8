import { fromWireError, SlicebenchError } from "../core/errors";
import type { ModelCard } from "../core/model-card";
import { randomStream } from "../core/onnx/weights";
import type { Engine } from "../engine/engine";
import type { TensorFlowModel } from "./tensorflow-file";
import type { TensorFlowAnswer, TensorFlowRequest } from "./tensorflow-worker";
import { WorkerPool } from "./worker-pool";

/**
 * Of the largest value that TensorFlow.js gives, at least of 1: float32 sums in another order stay far below. Of
 * labels, the share that differ: scores that are equal but for the last digit fall to either side.
 */
const tolerance = 1e-3;
/** Rows of the random picture where the network takes any. */
const smallest = 32;

interface Converted {
  /** With the converted network and its card. */
  folder: string;
  card: ModelCard;
  /** Names of the network's outputs, in the original's order. */
  outputs: readonly string[];
  original: TensorFlowModel;
  /** As the user named it. */
  file: string;
}

/**
 * Runs a converted network and its original on one random picture.
 * @returns a sentence with the largest difference
 * @throws MODEL_CONVERSION_DIFFERS, TFJS_DAMAGED
 */
export async function compareWithTensorFlow(
  engine: Pick<Engine, "infer">,
  { folder, card, outputs, original, file }: Converted,
): Promise<string> {
  const input = randomPicture(card);
  const expected = await runOriginal(original, input, file);
  let largest = 0;
  for (const [index, output] of outputs.entries()) {
    const { data, isWhole } = await engine.infer({ model: { folder }, input, output });
    const difference = isWhole ? shareOfUnequal : largestDifference;
    largest = Math.max(largest, difference(data, expected[index]?.data));
  }
  const difference = largest.toPrecision(2);
  // Not-a-number is no agreement either.
  if (largest <= tolerance)
    return `Converted from TensorFlow.js, whose results it keeps to within ${difference}.`;
  throw new SlicebenchError(
    "MODEL_CONVERSION_DIFFERS",
    `On a random picture the converted network differs from TensorFlow.js by ${difference}.`,
    { file, hint: "Export the network to ONNX with tf2onnx and import that." },
  );
}

async function runOriginal(model: TensorFlowModel, input: TensorFlowRequest["input"], file: string) {
  const pool = new WorkerPool<TensorFlowRequest, TensorFlowAnswer>("tensorflow-worker", { maxThreads: 1 });
  try {
    const answer = await pool.run({ model, input });
    if ("outputs" in answer) return answer.outputs;
    throw fromWireError({ ...answer.error, file });
  } finally {
    await pool.close();
  }
}

/** Rows and columns are unequal where the network lets them, so that axes are told apart. */
function randomPicture({
  input: { channels, size, layout, intensity, elementType },
}: ModelCard): TensorFlowRequest["input"] {
  const step = size.kind === "multiple-of" ? size.multiple : 0;
  const least = step * Math.ceil(smallest / Math.max(step, 1));
  const { rows, columns } = size.kind === "multiple-of" ? { rows: least, columns: least + step } : size;
  const random = randomStream("conversion");
  // A network that scales by itself would see next to nothing of 0 to 1.
  const brightest = intensity.kind === "0-255" && intensity.divisor === 1 ? 255 : 1;
  const isWhole = elementType === "uint8";
  const data = Float32Array.from({ length: rows * columns * channels }, () =>
    isWhole ? Math.floor(256 * random()) : brightest * random(),
  );
  const shape = layout === "NHWC" ? [1, rows, columns, channels] : [1, channels, rows, columns];
  return { data, shape, elementType: isWhole ? "uint8" : "float32" };
}

/** As a share of the largest value, at least of 1; infinite where the two cannot be compared. */
function largestDifference(found: Float32Array, expected: Float32Array | undefined): number {
  if (found.length !== expected?.length) return Infinity;
  let [difference, largest] = [0, 1];
  for (let i = 0; i < found.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}

function shareOfUnequal(found: Float32Array, expected: Float32Array | undefined): number {
  if (found.length !== expected?.length) return Infinity;
  return found.filter((value, i) => value !== expected[i]).length / found.length;
}
