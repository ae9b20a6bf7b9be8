import type { Tensor4D } from "@tensorflow/tfjs-core";
import { sampleTile, type TilePlan } from "./augment";
import type { TrainingExample } from "./example";
import type { SeededRandom } from "../core/random";
import type { TensorFlow } from "./tensorflow";

/** A step's worth of tiles. The caller disposes of both. */
export interface TrainingBatch {
  /** batch x channels x size x size, as ONNX takes images. */
  images: Tensor4D;
  /** batch x size x size x (1 + segments), as the loss takes it. */
  targets: Tensor4D;
}

/** Draws examples stratum by stratum, each stratum's in shuffled rounds, so that none is forgotten. */
export class BalancedSampler {
  private readonly strata: { share: number; examples: TrainingExample[]; queue: TrainingExample[] }[];

  constructor(examples: readonly TrainingExample[], shares: Record<string, number> | undefined) {
    const byStratum = new Map<string, TrainingExample[]>();
    for (const example of examples) {
      const stratum = shares === undefined ? "" : example.stratum;
      byStratum.set(stratum, [...(byStratum.get(stratum) ?? []), example]);
    }
    this.strata = [...byStratum].map(([stratum, members]) => ({
      share: shares?.[stratum] ?? members.length / examples.length,
      examples: members,
      queue: [],
    }));
  }

  next(random: SeededRandom): TrainingExample {
    const total = this.strata.reduce((sum, { share }) => sum + share, 0);
    let place = random.between(0, total);
    const stratum = this.strata.find(({ share }) => (place -= share) < 0) ?? this.strata[0]!;
    if (stratum.queue.length === 0) stratum.queue = random.shuffle([...stratum.examples]);
    return stratum.queue.pop()!;
  }
}

export function sampleBatch(
  tf: TensorFlow,
  examples: readonly TrainingExample[],
  { plan, random, segments }: { plan: TilePlan; random: SeededRandom; segments: number },
): TrainingBatch {
  const tiles = examples.map((example) => sampleTile(example, plan, { random, segments }));
  const channels = examples[0]!.channels;
  const join = (parts: Float32Array[], depth: number): Tensor4D => {
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let start = 0;
    for (const part of parts) {
      joined.set(part, start);
      start += part.length;
    }
    return tf.tensor4d(joined, [parts.length, plan.size, plan.size, depth]);
  };
  const inputs = tiles.map(({ input }) => input);
  const images = tf.tidy(() => tf.transpose(join(inputs, channels), [0, 3, 1, 2]));
  const targets = join(
    tiles.map(({ target }) => target),
    1 + segments,
  );
  return { images, targets };
}
