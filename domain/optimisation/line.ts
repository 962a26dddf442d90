/** Two products of a line whose prices keep an order: price(lower) ≤ price(higher) · multiple · (1 − gap). */
export interface LineRule {
  lower: string;
  higher: string;
  /** units of `higher` that one `lower` holds: a pack of 6 costs at most 6 singles */
  multiple: number;
  /** fraction, 0 ≤ gap < 1 */
  gap: number;
}

/** The bounds that the others' prices put on one product's price; null = none on that side. */
export function lineBounds(
  sku: string,
  rules: readonly LineRule[],
  priceOf: (sku: string) => number | null,
): { lo: number | null; hi: number | null } {
  let lo: number | null = null;
  let hi: number | null = null;
  for (const rule of rules) {
    const factor = rule.multiple * (1 - rule.gap);
    if (rule.lower === sku) {
      const other = priceOf(rule.higher);
      if (other !== null) hi = Math.min(hi ?? Number.POSITIVE_INFINITY, Math.floor(other * factor + 1e-9));
    }
    if (rule.higher === sku) {
      const other = priceOf(rule.lower);
      if (other !== null) lo = Math.max(lo ?? 1, Math.ceil(other / factor - 1e-9));
    }
  }
  return { lo, hi };
}

/** One rung of a ladder: its feasible prices and what each is expected to earn. */
export interface Rung {
  prices: readonly number[];
  values: readonly number[];
}

/**
 * The best prices of a ladder taken together: rungs in order, each price ≤ the next one's · (1 − gap). Exact,
 * by dynamic programming over the rungs. Returns the position of each rung's price, or null if no prices keep
 * the order.
 */
export function solveLadder(rungs: readonly Rung[], gap: number): number[] | null {
  /** best value of the rungs so far with this rung at price j, and the previous rung's price in it */
  let best: number[] = [];
  const from: number[][] = [];
  rungs.forEach((rung, r) => {
    const previous = rungs[r - 1];
    const values: number[] = [];
    const links: number[] = [];
    rung.prices.forEach((price, j) => {
      let link = -1;
      if (previous) {
        previous.prices.forEach((below, k) => {
          const isOrdered = below <= price * (1 - gap) + 1e-9;
          if (isOrdered && best[k]! > (link < 0 ? Number.NEGATIVE_INFINITY : best[link]!)) link = k;
        });
      }
      links.push(link);
      const base = previous ? (link < 0 ? Number.NEGATIVE_INFINITY : best[link]!) : 0;
      values.push(base + rung.values[j]!);
    });
    best = values;
    from.push(links);
  });
  let position = best.reduce((top, value, j) => (top < 0 || value > best[top]! ? j : top), -1);
  if (position < 0 || best[position] === Number.NEGATIVE_INFINITY) return null;
  const choice = new Array<number>(rungs.length);
  for (let r = rungs.length - 1; r >= 0; r--) {
    choice[r] = position;
    position = from[r]![position]!;
  }
  return choice;
}
