/**
 * Adjusts p-values for the number of tests (Holm 1979): one below a level is significant at that level for all of them
 * together. As R's `p.adjust(p, "holm")`.
 * @returns in the given order, at most 1
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted: number[] = [];
  let largest = 0;
  order.forEach((at, place) => {
    // No test may be more significant than one with a smaller p-value.
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[at]!));
    adjusted[at] = largest;
  });
  return adjusted;
}
