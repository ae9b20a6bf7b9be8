import { SeededRandom } from "../../src/core/random";

/** Two masks and a probability map to be measured by us and by others. */
export interface PeerCase {
  /** slices x rows x columns for a volume, rows x columns for a picture. */
  shape: readonly number[];
  predicted: Uint8Array;
  reference: Uint8Array;
  /** Of the reference's segment. */
  probability: Float32Array;
  /** Row, column, slice; absent: lengths in pixels. */
  spacingMm?: readonly [row: number, column: number, slice: number];
  /** Of the surface Dice, and the width of the boundary IoU's band. */
  tolerance: number;
}

const countOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Whole numbers and single products only, so that every machine draws the same cases. */
function probabilityOf(reference: Uint8Array, random: SeededRandom): Float32Array {
  return Float32Array.from(reference, (inside) => {
    if (random.chance(0.1)) return inside;
    const doubt = random.unit() * random.unit();
    return inside === 0 ? doubt : 1 - doubt;
  });
}

function noise(shape: readonly number[], random: SeededRandom): Uint8Array {
  const density = random.unit() * random.unit();
  return Uint8Array.from({ length: countOf(shape) }, () => (random.chance(density) ? 1 : 0));
}

function balls(shape: readonly number[], random: SeededRandom): Uint8Array {
  const [columns, rows, slices = 1] = shape.toReversed() as [number, number, number?];
  const drawn = Array.from({ length: 1 + random.below(6) }, () => ({
    at: [random.below(slices), random.below(rows), random.below(columns)] as const,
    radius: random.below(Math.max(2, Math.ceil(Math.max(...shape) / 3))),
  }));
  return Uint8Array.from({ length: countOf(shape) }, (_, i) => {
    const [slice, row, column] = [
      Math.floor(i / columns / rows),
      Math.floor(i / columns) % rows,
      i % columns,
    ];
    const isIn = drawn.some(
      ({ at, radius }) => (slice - at[0]) ** 2 + (row - at[1]) ** 2 + (column - at[2]) ** 2 <= radius ** 2,
    );
    return isIn ? 1 : 0;
  });
}

/** Another reader's version: moved by some pixels in reading order, with some pixels turned over. */
function otherReading(mask: Uint8Array, random: SeededRandom): Uint8Array {
  const shift = random.below(5);
  const rate = random.chance(0.5) ? 0 : 0.1 * random.unit();
  return mask.map((_, i) => {
    const inside = mask[i - shift] ?? 0;
    return random.chance(rate) ? 1 - inside : inside;
  });
}

function randomCase(random: SeededRandom): PeerCase {
  const side = (low: number, high: number) => low + random.below(high - low + 1);
  const shape = random.chance(0.7) ? [side(1, 40), side(1, 40)] : [side(2, 10), side(1, 18), side(1, 18)];
  const draw = () => (random.chance(0.4) ? noise(shape, random) : balls(shape, random));
  const blank = () => new Uint8Array(countOf(shape)).fill(random.chance(0.2) ? 1 : 0);
  let reference = draw();
  let predicted = random.chance(0.7) ? otherReading(reference, random) : draw();
  if (random.chance(0.05)) reference = blank();
  if (random.chance(0.05)) predicted = blank();
  const quarters = () => (1 + random.below(12)) / 4;
  const length = random.chance(0.5) ? quarters : () => 0.3 + 2 * random.unit();
  const spacingMm = [length(), length(), length()] as const;
  return {
    shape,
    predicted,
    reference,
    probability: probabilityOf(reference, random),
    ...(random.chance(0.67) && { spacingMm }),
    tolerance: length(),
  };
}

/** Rows apart by `|`, slices by `/`; `#` is inside. Each set has an empty, a single and a full one. */
const pictures = [
  "......|......|......|......|......",
  "......|......|......|......|.....#",
  "###...|###...|###...|......|......",
  ".####.|.#..#.|.#..#.|.#..#.|.####.",
  "######|######|######|######|######",
];
const volumes = [
  "....|....|..../....|....|..../....|....|....",
  "....|....|..../....|.#..|..../....|....|....",
  "##..|##..|..../##..|##..|..../....|....|....",
  "####|####|####/####|#..#|####/####|####|####",
  "####|####|####/####|####|####/####|####|####",
];

function handMade(texts: readonly string[], shape: readonly number[], random: SeededRandom): PeerCase[] {
  const masks = texts.map((text) =>
    Uint8Array.from(text.replaceAll(/[|/]/g, ""), (letter) => (letter === "#" ? 1 : 0)),
  );
  return masks.flatMap((reference, row) =>
    masks.map((predicted, column) => ({
      shape,
      predicted,
      reference,
      probability: probabilityOf(reference, random),
      // Without a spacing, and with one that is different along each axis.
      ...((row + column) % 2 === 1 && { spacingMm: [0.5, 1.25, 3] as const }),
      tolerance: 1,
    })),
  );
}

/** 1,000 random cases and 50 made by hand: every pair of an empty, a single, a cornered, a hollow and a full mask. */
export function peerCases(): PeerCase[] {
  const random = new SeededRandom(20_261_125);
  return [
    ...handMade(pictures, [5, 6], random),
    ...handMade(volumes, [3, 3, 4], random),
    ...Array.from({ length: 1000 }, () => randomCase(random)),
  ];
}
