import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SlicebenchError } from "../core/errors";
import { type ModelCard, parseModelCard } from "../core/model-card";
import type { ModelSource } from "./engine";
import type { NetworkPort, NetworkSession, WeightsFile } from "./onnxruntime";

async function readModelFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SlicebenchError("MODEL_MISSING", "A file of the model cannot be read.", {
      file,
      hint: "Import the model again, or choose another.",
      cause,
    });
  }
}

/** Reads `model.json` of a model's folder. Throws MODEL_MISSING or MODEL_CARD_INVALID. */
export async function readModelCard({ folder }: ModelSource): Promise<ModelCard> {
  const file = join(folder, "model.json");
  return parseModelCard((await readModelFile(file)).toString("utf8"), file);
}

/** When a model's card was last written, in milliseconds; 0 where there is none. */
export async function cardChangeTime({ folder }: ModelSource): Promise<number> {
  return (await stat(join(folder, "model.json")).catch(() => undefined))?.mtimeMs ?? 0;
}

/** Reads the weights that a card names and checks that they are the ones it was written for. */
export async function readWeights({ folder }: ModelSource, card: ModelCard): Promise<WeightsFile> {
  const file = join(folder, card.weights.file);
  const bytes = await readModelFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== card.weights.sha256) {
    throw new SlicebenchError("MODEL_WEIGHTS_CHANGED", "The weights are not those of the model card.", {
      file,
      hint: "Import the model again; if you changed the weights on purpose, write their sha256 into model.json.",
    });
  }
  return { file, bytes, sha256 };
}

const describePort = (port: NetworkPort) => `${port.name}: ${port.type} [${port.shape.join(", ")}]`;

function findPort(ports: NetworkPort[], name: string, side: "input" | "output"): NetworkPort {
  const port = ports.find((candidate) => candidate.name === name);
  if (port !== undefined) return port;
  throw new SlicebenchError(
    side === "input" ? "MODEL_INPUT_MISMATCH" : "MODEL_OUTPUT_MISMATCH",
    `The card names the ${side} "${name}"; the model has ${ports.map(describePort).join("; ")}.`,
    { hint: `Correct ${side}.name of model.json.` },
  );
}

/** The card's input as a tensor shape for tiles of a size. */
export function inputShape(input: ModelCard["input"], rows: number, columns: number): number[] {
  return input.layout === "NCHW" ? [1, input.channels, rows, columns] : [1, rows, columns, input.channels];
}

/**
 * Checks that network and card speak of the same input and output before anything is run.
 * @throws MODEL_INPUT_MISMATCH, MODEL_OUTPUT_MISMATCH
 */
export function checkAgainstCard(session: NetworkSession, card: ModelCard): void {
  const input = findPort(session.inputs, card.input.name, "input");
  findPort(session.outputs, card.output.name, "output");
  const { size, elementType = "float32" } = card.input;
  if (input.type !== elementType) {
    throw new SlicebenchError(
      "MODEL_INPUT_MISMATCH",
      `The model takes ${input.type}, its card says ${elementType}.`,
      { hint: "Correct input.elementType of model.json, or export the model with a float32 input." },
    );
  }
  const fixed = size.kind !== "multiple-of";
  const expected = inputShape(card.input, fixed ? size.rows : 0, fixed ? size.columns : 0);
  const fits =
    input.shape.length === 4 &&
    input.shape.every(
      (dimension, axis) =>
        typeof dimension === "string" || dimension === expected[axis] || expected[axis] === 0,
    );
  if (!fits) {
    throw new SlicebenchError(
      "MODEL_INPUT_MISMATCH",
      `The card says [${expected.map((dimension) => dimension || "any").join(", ")}], the model takes ${describePort(input)}.`,
      { hint: "Correct input.channels, input.size or input.layout of model.json." },
    );
  }
}
