/** First and second moments of the gradient, one entry a weight, and the number of steps made. */
export interface AdamState {
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  step: number;
}

export function createAdamState(weightCount: number): AdamState {
  return { firstMoment: new Float32Array(weightCount), secondMoment: new Float32Array(weightCount), step: 0 };
}

const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-8;

/**
 * One step of AdamW (Loshchilov and Hutter 2019), in place.
 * @param weights, gradient flat, of the same length as the state
 * @param decay  0 or 1 a weight: whether weight decay pulls on it (kernels yes, biases and norms no)
 */
export function stepAdamW(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamState,
  { learningRate, weightDecay, decay }: { learningRate: number; weightDecay: number; decay: Uint8Array },
): void {
  state.step++;
  const { firstMoment, secondMoment } = state;
  const stepSize = learningRate / (1 - firstDecay ** state.step);
  const secondCorrection = 1 / (1 - secondDecay ** state.step);
  const shrink = learningRate * weightDecay;
  for (let index = 0; index < weights.length; index++) {
    const slope = gradient[index]!;
    const first = firstMoment[index]! * firstDecay + slope * (1 - firstDecay);
    const second = secondMoment[index]! * secondDecay + slope * slope * (1 - secondDecay);
    firstMoment[index] = first;
    secondMoment[index] = second;
    const weight = weights[index]!;
    weights[index] =
      weight -
      shrink * decay[index]! * weight -
      (stepSize * first) / (Math.sqrt(second * secondCorrection) + epsilon);
  }
}

/** Scales the gradient down in place where its Euclidean norm exceeds the limit. @returns the norm before */
export function clipGradientNorm(gradient: Float32Array, limit: number): number {
  let sumOfSquares = 0;
  for (const slope of gradient) sumOfSquares += slope * slope;
  const norm = Math.sqrt(sumOfSquares);
  if (norm > limit) {
    const scale = limit / norm;
    for (let index = 0; index < gradient.length; index++) gradient[index]! *= scale;
  }
  return norm;
}

/** Moves the average towards the weights, in place: average = decay x average + (1 - decay) x weights. */
export function updateMovingAverage(average: Float32Array, weights: Float32Array, decay: number): void {
  const rest = 1 - decay;
  for (let index = 0; index < average.length; index++) {
    average[index] = average[index]! * decay + weights[index]! * rest;
  }
}

/**
 * Learning rate as a fraction of its maximum: a linear rise, then half a cosine down to zero
 * (one cycle: Smith and Topin 2019; cosine: Loshchilov and Hutter 2017).
 * @param progress share of all steps made, 0 to 1
 * @param warmUp   share of all steps that the rise takes
 */
export function learningRateFactor(progress: number, warmUp: number): number {
  if (progress < warmUp) return progress / warmUp;
  return 0.5 * (1 + Math.cos((Math.PI * (progress - warmUp)) / (1 - warmUp)));
}
