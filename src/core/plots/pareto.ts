/** What something costs and how good it is. */
export interface CostAndScore {
  cost: number;
  score: number;
}

/**
 * Those that no other beats: for each, nothing is as cheap and better, or as good and cheaper.
 * @returns the frontier's items, cheapest first
 */
export function paretoFrontier<Item extends CostAndScore>(items: readonly Item[]): Item[] {
  const byCost = [...items].sort((a, b) => a.cost - b.cost || b.score - a.score);
  const frontier: Item[] = [];
  for (const item of byCost) {
    const best = frontier.at(-1);
    if (best === undefined || item.score > best.score) frontier.push(item);
  }
  return frontier;
}
