import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import type * as tfjsCore from "@tensorflow/tfjs-core";
import { SlicebenchError } from "../core/errors";

/** The tensor library as tfjs-core declares it; tfjs-node is the same with TensorFlow beneath. */
export type TensorFlow = typeof tfjsCore;

/**
 * Loads tfjs-node from the folder that `npm run setup:tensorflow` fills.
 * @param repository the folder that holds `.tensorflow`
 * @param threads    how many threads one operation may use; fixed once TensorFlow is loaded
 * @returns undefined where it is not installed
 */
export function loadTensorFlow(repository: string, threads: number): TensorFlow | undefined {
  const requireFrom = createRequire(join(repository, ".tensorflow", "package.json"));
  try {
    requireFrom.resolve("@tensorflow/tfjs-node");
  } catch {
    return undefined;
  }
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // tfjs-node 4.22 calls a function that Node 23 removed.
  const nodeUtil = util as { isNullOrUndefined?: (value: unknown) => boolean };
  nodeUtil.isNullOrUndefined ??= (value) => value === null || value === undefined;
  return requireFrom("@tensorflow/tfjs-node") as TensorFlow;
}

/** As `loadTensorFlow`, for those who cannot go on without. */
export function requireTensorFlow(repository: string, threads: number): TensorFlow {
  const tf = loadTensorFlow(repository, threads);
  if (tf === undefined) {
    throw new SlicebenchError(
      "TENSORFLOW_MISSING",
      "Training needs tfjs-node, which is not installed here.",
      {
        hint: "Run `npm run setup:tensorflow` once (Linux on x64, 200 MB).",
      },
    );
  }
  return tf;
}
