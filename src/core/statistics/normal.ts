const density = (z: number): number => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * The standard normal distribution function, exact to 1e-15, by its Taylor series about 0 (Marsaglia 2004, "Evaluating
 * the normal distribution").
 */
export function normalProbability(z: number): number {
  if (Math.abs(z) > 9) return z > 0 ? 1 : 0;
  let [sum, term] = [z, z];
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/**
 * The inverse of `normalProbability`: by halving, as it is asked a few times for an interval and no more.
 * @param probability 0..1
 * @returns -9..9
 */
export function normalQuantile(probability: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
