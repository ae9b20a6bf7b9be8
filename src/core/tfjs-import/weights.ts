import { z } from "zod";
import { SlicebenchError } from "../errors";
import { decodeFloat16 } from "../onnx/float16";
import { elementCount, float32Tensor, int64Tensor, type Tensor } from "../onnx/tensor";

/** `weightsManifest` of a model.json: what is in which shards, and in which order. */
const manifestSchema = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        dtype: z.enum(["float32", "int32", "bool", "string", "complex64"]),
        quantization: z
          .object({
            dtype: z.enum(["uint8", "uint16", "float16"]),
            scale: z.number().optional(),
            min: z.number().optional(),
          })
          .optional(),
      }),
    ),
  }),
);

/** Shards whose bytes, one after the other, hold these weights. */
export type WeightGroup = z.infer<typeof manifestSchema>[number];
type WeightEntry = WeightGroup["weights"][number];

/** A weight of float32, row-major as TensorFlow keeps it. */
export interface Weight {
  dims: readonly number[];
  values: Float32Array;
}

/** @throws TFJS_DAMAGED, TFJS_WEIGHT_TYPE */
export function parseManifest(manifest: unknown): WeightGroup[] {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) {
    throw new SlicebenchError("TFJS_DAMAGED", "The list of weights in model.json cannot be read.", {
      hint: "Save the model again with model.save() or tensorflowjs_converter.",
      cause: parsed.error,
    });
  }
  for (const { name, dtype } of parsed.data.flatMap(({ weights }) => weights)) {
    if (dtype !== "string" && dtype !== "complex64") continue;
    throw new SlicebenchError("TFJS_WEIGHT_TYPE", `The weight "${name}" is ${dtype}.`, {
      hint: "Weights are float32, also quantised to uint8, uint16 or float16; whole numbers int32 or bool.",
    });
  }
  return parsed.data;
}

const elementBytes = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  int32: 4,
  float32: 4,
  string: 0,
  complex64: 8,
};
const storedBytes = ({ shape, dtype, quantization }: WeightEntry) =>
  elementCount(shape) * elementBytes[quantization?.dtype ?? dtype];

/** Bytes that a group's shards have together. */
export function groupBytes({ weights }: WeightGroup): number {
  return weights.reduce((sum, entry) => sum + storedBytes(entry), 0);
}

/**
 * Row-major, as TensorFlow keeps them; int32 becomes int64, in which ONNX takes sizes and axes.
 * @param bytes of the group's shards, `groupBytes` of them
 */
export function decodeWeights({ weights }: WeightGroup, bytes: Uint8Array): Map<string, Tensor> {
  let offset = 0;
  return new Map(
    weights.map((entry) => {
      const stored = bytes.slice(offset, (offset += storedBytes(entry)));
      return [entry.name, asTensor(entry, dequantise(entry, stored))];
    }),
  );
}

function asTensor({ dtype, shape: dims }: WeightEntry, values: ArrayLike<number>): Tensor {
  switch (dtype) {
    case "int32":
      return int64Tensor(Array.from(values, Math.round), dims);
    case "bool":
      return { elementType: "bool", dims, values: Uint8Array.from(values) };
    default:
      return float32Tensor(dims, values instanceof Float32Array ? values : Float32Array.from(values));
  }
}

/** value = stored x scale + min. */
function dequantise(
  { dtype, quantization }: WeightEntry,
  { buffer }: Uint8Array<ArrayBuffer>,
): ArrayLike<number> {
  if (quantization === undefined) {
    if (dtype === "bool") return new Uint8Array(buffer);
    return dtype === "int32" ? new Int32Array(buffer) : new Float32Array(buffer);
  }
  const { scale = 1, min = 0 } = quantization;
  if (quantization.dtype === "float16") return decodeFloat16(new Uint16Array(buffer));
  const stored = quantization.dtype === "uint8" ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Float64Array.from(stored, (value) => value * scale + min);
}

/** The same weight with its axes in another order. */
export function permuted({ dims, values }: Weight, order: readonly number[]): Weight {
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const target = order.map((axis) => dims[axis]!);
  const result = new Float32Array(values.length);
  const position = target.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = values[position.reduce((sum, place, axis) => sum + place * strides[order[axis]!]!, 0)]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      if (position[axis]! < target[axis]!) break;
      position[axis] = 0;
    }
  }
  return { dims: target, values: result };
}
