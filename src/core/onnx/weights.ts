import { elementCount, lazyFloat32Tensor, type Tensor } from "./tensor";

/** How a weight gets its first values. */
export type WeightRule =
  /** Normal, variance 2 / fan-in: keeps the signal's variance through ReLU layers. He et al. 2015, eq. 10. */
  | "he"
  /** Normal, variance 2 / fan-out: the same for the gradient's variance. He et al. 2015, eq. 14. */
  | "he-fan-out"
  /** Uniform in +-sqrt(6 / (fan-in + fan-out)), for saturating units. Glorot & Bengio 2010, eq. 16. */
  | "xavier"
  /** Bilinear interpolation of each channel by itself, of transposed convolutions. Long et al. 2015, 3.3. */
  | "bilinear"
  | { normal: { deviation: number } }
  | { constant: number };

export interface WeightRequest {
  /** Conv: out x in/groups x kernel; ConvTranspose: in x out/groups x kernel; Gemm: out x in. */
  dims: readonly number[];
  rule: WeightRule;
  /** Inputs that reach one output, and outputs that one input reaches. */
  fanIn: number;
  fanOut: number;
}

/**
 * A weight tensor with seeded values, made on first use. The stream of random numbers depends on the seed
 * and the weight's own name alone, so adding a layer leaves the others as they were.
 */
export function initialWeight(name: string, seed: number, request: WeightRequest): Tensor {
  return lazyFloat32Tensor(request.dims, () => {
    const values = new Float32Array(elementCount(request.dims));
    const random = randomStream(`${seed}/${name}`);
    const { rule, fanIn, fanOut } = request;
    if (rule === "he") return fillNormal(values, Math.sqrt(2 / fanIn), random);
    if (rule === "he-fan-out") return fillNormal(values, Math.sqrt(2 / fanOut), random);
    if (rule === "xavier") {
      const bound = Math.sqrt(6 / (fanIn + fanOut));
      return values.map(() => (2 * random() - 1) * bound);
    }
    if (rule === "bilinear") return fillBilinear(values, request.dims);
    if ("constant" in rule) return values.fill(rule.constant);
    return fillNormal(values, rule.normal.deviation, random);
  });
}

/** Box & Muller 1958: two uniform numbers make two independent normal ones. */
function fillNormal(values: Float32Array, deviation: number, random: () => number): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Channel i of the input is interpolated into channel i of the output, nothing crosses. */
function fillBilinear(values: Float32Array, dims: readonly number[]): Float32Array {
  const [inputs = 1, outputs = 1, rows = 1, columns = 1] = dims;
  for (let channel = 0; channel < Math.min(inputs, outputs); channel++) {
    const start = (channel * outputs + channel) * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        values[start + row * columns + column] = triangle(row, rows) * triangle(column, columns);
      }
    }
  }
  return values;
}

/** Weight of tap `i` of a linear interpolation kernel with `size` taps. */
function triangle(i: number, size: number): number {
  const factor = Math.ceil(size / 2);
  const center = size % 2 === 1 ? factor - 1 : factor - 0.5;
  return 1 - Math.abs(i - center) / factor;
}

/**
 * Uniform random numbers in [0, 1) from a text: FNV-1a hashes it into the state of sfc32
 * (Doty-Humphrey's small fast counting generator, which passes PractRand).
 */
export function randomStream(seed: string): () => number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  let a = hash | 0;
  let b = Math.imul(hash, 0x9e3779b1) | 0;
  let c = ~hash | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
