import { SlicebenchError } from "../errors";

/** What a value's elements are, named as in the ONNX standard. */
export type ElementType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "bool"
  | "string";

/** Float16 and bfloat16 are kept as their 16 bits, bool as bytes 0 and 1. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

/** A constant array of a graph, in row-major order. */
export interface Tensor {
  readonly elementType: ElementType;
  /** Empty for a scalar. */
  readonly dims: readonly number[];
  /** Length: the product of `dims`. May be made on first use: do not touch it just to learn the size. */
  readonly values: TensorValues;
}

/** The product of the dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

export function float32Tensor(dims: readonly number[], values: Float32Array | readonly number[]): Tensor {
  return checked({
    elementType: "float32",
    dims,
    values: values instanceof Float32Array ? values : Float32Array.from(values),
  });
}

/** A one-dimensional int64 tensor, the form in which ONNX takes axes, shapes and pads. */
export function int64Tensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return checked({ elementType: "int64", dims, values: BigInt64Array.from(values, BigInt) });
}

/**
 * A float32 tensor whose values are made when they are first read, so that a network can be described
 * (shapes, parameters) without paying for half a gigabyte of random numbers.
 */
export function lazyFloat32Tensor(dims: readonly number[], make: () => Float32Array): Tensor {
  let made: Float32Array | undefined;
  return {
    elementType: "float32",
    dims,
    get values() {
      made ??= make();
      return made;
    },
  };
}

/** The values as plain numbers; 64-bit integers beyond 2^53 lose their last digits. */
export function numbersOf(tensor: Tensor): number[] {
  return Array.from(tensor.values as ArrayLike<number | bigint>, Number);
}

/** The weights of a float32 tensor; throws ONNX_TENSOR_TYPE for any other element type. */
export function float32Values(tensor: Tensor): Float32Array {
  if (tensor.values instanceof Float32Array) return tensor.values;
  throw new SlicebenchError(
    "ONNX_TENSOR_TYPE",
    `A float32 tensor is needed here, this one is ${tensor.elementType}.`,
  );
}

function checked(tensor: Tensor): Tensor {
  const wanted = elementCount(tensor.dims);
  if (tensor.values.length === wanted) return tensor;
  throw new SlicebenchError(
    "ONNX_TENSOR_SIZE",
    `A tensor of shape [${tensor.dims.join(", ")}] has ${wanted} values, ${tensor.values.length} were given.`,
  );
}
