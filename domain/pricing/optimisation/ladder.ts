/** Two products of a ladder whose prices keep an order: price(lower) ≤ price(higher) · multiple · (1 − gap). */
export interface LadderRule {
  lower: string;
  higher: string;
  /** units of `higher` that one `lower` contains: a pack of 6 costs at most 6 singles */
  multiple: number;
  /** fraction, 0 ≤ gap < 1 */
  gap: number;
}

/**
 * The bounds that the others' prices put on one product's price, minor units; null = none on that side.
 *
 * @example
 * const rule = { lower: "six", higher: "single", multiple: 6, gap: 0 };
 * ladderBounds("six", [rule], () => 499) // { lo: null, hi: 2994 }
 */
export function ladderBounds(
  sku: string,
  rules: readonly LadderRule[],
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

/** One product of a ladder: its feasible prices and what each is expected to earn. */
export interface LadderMember {
  /** a unit of a higher tier is not cheaper than one of a lower tier; within a tier prices are free */
  tier: number;
  /** units in one pack */
  packSize: number;
  prices: readonly number[];
  values: readonly number[];
}

/** A member's candidates by price per unit, with their positions. */
interface Rung {
  unit: number[];
  value: number[];
  position: number[];
}

function rungOf({ prices, values, packSize }: LadderMember): Rung {
  const order = prices.map((_, j) => j).sort((a, b) => prices[a]! - prices[b]! || a - b);
  return {
    unit: order.map((j) => prices[j]! / packSize),
    value: order.map((j) => values[j]!),
    position: order,
  };
}

/** The best candidate of a rung between two unit prices; -1 if there is none. */
function bestWithin({ unit, value }: Rung, lo: number, hi: number): number {
  let best = -1;
  for (let j = 0; j < unit.length && unit[j]! <= hi; j++)
    if (unit[j]! >= lo && (best < 0 || value[j]! > value[best]!)) best = j;
  return best;
}

/**
 * The best prices of a ladder taken together, each unit price ≤ those of the next tier · (1 − gap). Exact, by dynamic
 * programming over the tiers: the state is an upper bound on the unit prices so far, which is one of the candidates' unit
 * prices. Returns the position of each member's price, or null if no prices keep the order.
 *
 * @example
 * const small = { tier: 1, packSize: 1, prices: [900, 1000], values: [5, 9] };
 * const large = { tier: 2, packSize: 1, prices: [950, 1100], values: [8, 6] };
 * solveLadder([small, large]) // [1, 1]: 10.00 and 11.00 earn 15; 10.00 and 9.50 would earn 17, but break the order
 */
export function solveLadder(members: readonly LadderMember[], gap = 0): number[] | null {
  const rungs = members.map(rungOf);
  const bounds = [...new Set(rungs.flatMap(({ unit }) => unit))].sort((a, b) => a - b);
  const tiers = [...new Set(members.map(({ tier }) => tier))].sort((a, b) => a - b);
  const inTier = tiers.map((tier) => rungs.filter((_, m) => members[m]!.tier === tier));
  /** best value of the tiers so far with no unit price above bounds[b]; `from` has the bound of the tier before */
  let best = new Float64Array(bounds.length).fill(0);
  const from: Int32Array[] = [];
  inTier.forEach((rungsOfTier, k) => {
    const next = new Float64Array(bounds.length).fill(Number.NEGATIVE_INFINITY);
    const links = new Int32Array(bounds.length).fill(-1);
    for (let below = k === 0 ? -1 : 0; below < (k === 0 ? 0 : bounds.length); below++) {
      const base = below < 0 ? 0 : best[below]!;
      if (base === Number.NEGATIVE_INFINITY) continue;
      sweep(rungsOfTier, bounds, lowest(bounds, below, gap), base, (b, value) => {
        if (value <= next[b]!) return;
        next[b] = value;
        links[b] = below;
      });
    }
    best = next;
    from.push(links);
  });
  let bound = best.reduce((top, value, b) => (top < 0 || value > best[top]! ? b : top), -1);
  if (bound < 0 || best[bound] === Number.NEGATIVE_INFINITY) return null;
  const choice = new Array<number>(members.length);
  for (let k = tiers.length - 1; k >= 0; k--) {
    const below = from[k]![bound]!;
    members.forEach(({ tier }, m) => {
      if (tier !== tiers[k]) return;
      const rung = rungs[m]!;
      choice[m] = rung.position[bestWithin(rung, lowest(bounds, below, gap), bounds[bound]!)]!;
    });
    bound = below;
  }
  return choice;
}

/** The lowest unit price above a tier that is bounded by bounds[below]. */
function lowest(bounds: readonly number[], below: number, gap: number): number {
  return below < 0 ? 0 : bounds[below]! / (1 - gap) - 1e-9;
}

/** For every upper bound: what the rungs earn together at most between `lo` and it, on top of `base`. */
function sweep(
  rungs: readonly Rung[],
  bounds: readonly number[],
  lo: number,
  base: number,
  take: (bound: number, value: number) => void,
): void {
  const at = rungs.map(() => 0);
  const best = rungs.map(() => Number.NEGATIVE_INFINITY);
  for (let b = 0; b < bounds.length; b++) {
    let sum = base;
    for (let r = 0; r < rungs.length; r++) {
      const { unit, value } = rungs[r]!;
      for (; at[r]! < unit.length && unit[at[r]!]! <= bounds[b]!; at[r]!++)
        if (unit[at[r]!]! >= lo) best[r] = Math.max(best[r]!, value[at[r]!]!);
      sum += best[r]!;
    }
    if (sum > Number.NEGATIVE_INFINITY) take(b, sum);
  }
}
