import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { Frame } from "../core/image/frame";
import { prepareInput, type PreparedInput } from "../core/image/prepare";
import { resamplePlane } from "../core/image/resample";
import type { InputSize, ModelCard } from "../core/model-card";
import type { Graph } from "../core/onnx/graph";
import type { TrainingExample } from "./example";
import { executeGraph } from "./graph-executor";
import type { TensorFlow } from "./tensorflow";

/** Mean over images of what `val` scored, and the same by stratum. */
export interface ValidationScore {
  dice: number;
  byStratum: Record<string, number>;
}

/** A frame as a reader would give it. */
export function frameOf({ rows, columns, channels, pixels }: TrainingExample): Frame {
  return {
    rows,
    columns,
    samplesPerPixel: channels,
    pixels,
    meaning: {
      photometricInterpretation: channels === 3 ? "RGB" : "MONOCHROME2",
      bitsStored: 8,
      rescaleSlope: 1,
      rescaleIntercept: 0,
      windows: [],
      voiFunction: "LINEAR",
    },
    geometry: {},
  };
}

/**
 * Segments whole images with the network as it is and measures Dice on their own grid. Tiled tasks are
 * worked through in one piece here: it is for choosing; the card's figures come from the pipeline itself.
 * @param weights all float initialisers, by name
 */
export function validate(
  tf: TensorFlow,
  { graph, weights }: { graph: Graph; weights: Map<string, Tensor> },
  examples: readonly TrainingExample[],
  input: ModelCard["input"],
): ValidationScore {
  const rule = { ...input, size: wholeImageSize(input.size) };
  const scores = examples.map((example) => {
    const prepared = prepareInput(frameOf(example), rule);
    const predicted = predict(tf, { graph, weights }, prepared);
    return { stratum: example.stratum, dice: diceOf(predicted, example.labels) };
  });
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const strata = [...new Set(scores.map(({ stratum }) => stratum))];
  const inStratum = (stratum: string): number[] =>
    scores.filter((score) => score.stratum === stratum).map(({ dice }) => dice);
  return {
    dice: mean(scores.map(({ dice }) => dice)),
    byStratum: Object.fromEntries(strata.map((stratum) => [stratum, mean(inStratum(stratum))])),
  };
}

/** 32 is the greatest factor by which the zoo's networks reduce an image. */
function wholeImageSize(size: InputSize): InputSize {
  return size.kind === "tiles" ? { kind: "multiple-of", multiple: 32 } : size;
}

/** @returns the winning class at each pixel of the frame's own grid */
function predict(
  tf: TensorFlow,
  { graph, weights }: { graph: Graph; weights: Map<string, Tensor> },
  { placement, channels, values }: PreparedInput,
): Uint8Array {
  const { padded, content, offset, frame } = placement;
  const planes = tf.tidy(() => {
    const image = tf.tensor4d(values, [1, channels, padded.rows, padded.columns]);
    const outputs = executeGraph(tf, graph, { inputs: new Map([[graph.inputs[0]!.name, image]]), weights });
    const probabilities = tf.softmax(outputs.get(graph.outputs[0]!.name)!);
    const classes = probabilities.shape[3]!;
    const cut = tf.slice(
      probabilities as Tensor4D,
      [0, offset.row, offset.column, 0],
      [1, content.rows, content.columns, classes],
    );
    // Each class's plane by itself, back from a tidy as one tensor.
    return tf.transpose(cut, [3, 1, 2, 0]);
  });
  const classes = planes.shape[0];
  const size = content.rows * content.columns;
  const flat = planes.dataSync<"float32">();
  planes.dispose();
  const best = new Float32Array(frame.rows * frame.columns).fill(-1);
  const winner = new Uint8Array(best.length);
  for (let value = 0; value < classes; value++) {
    const plane = resamplePlane(flat.subarray(value * size, (value + 1) * size), content, frame);
    for (let pixel = 0; pixel < best.length; pixel++) {
      if (plane[pixel]! > best[pixel]!) {
        best[pixel] = plane[pixel]!;
        winner[pixel] = value;
      }
    }
  }
  return winner;
}

/** Of everything that is not background; 1 where both are empty. */
function diceOf(predicted: Uint8Array, wanted: Uint8Array): number {
  let both = 0;
  let total = 0;
  for (let pixel = 0; pixel < wanted.length; pixel++) {
    const a = predicted[pixel]! > 0 ? 1 : 0;
    const b = wanted[pixel]! > 0 ? 1 : 0;
    both += a & b;
    total += a + b;
  }
  return total === 0 ? 1 : (2 * both) / total;
}
