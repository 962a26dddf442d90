/** The elasticity that the simulation is compared with: the same for every product. */
export const FIXED_ELASTICITY = -1.5;

/** A price change put to the test. Money in minor units. */
export interface PriceChange {
  from: number;
  to: number;
  /** units a day at the price before */
  unitsPerDay: number;
  /** what is believed of the elasticity: mean and 95 % interval; null = nothing yet */
  elasticity: { mean: number; ci95: readonly [number, number] } | null;
}

/** Revenue a day by three beliefs. `low` and `high` are the ends of the elasticity's interval, in order of revenue. */
export interface SimulatedRevenue {
  before: number;
  fixed: number;
  mean: number;
  low: number;
  high: number;
}

/**
 * Revenue after a price change where demand has a constant elasticity: units · (to / from)^e · to. Without a learned
 * elasticity the fixed one stands in for it, with no interval.
 *
 * @example 10 units at 100 to 90, fixed −1.5 // 10 · 0.9^−1.5 · 90 = 1054.1 against 1000
 */
export function simulateRevenue({ from, to, unitsPerDay, elasticity }: PriceChange): SimulatedRevenue {
  const at = (e: number) => unitsPerDay * (to / from) ** e * to;
  const fixed = at(FIXED_ELASTICITY);
  const before = unitsPerDay * from;
  if (elasticity === null) return { before, fixed, mean: fixed, low: fixed, high: fixed };
  const ends = elasticity.ci95.map(at).sort((a, b) => a - b);
  return { before, fixed, mean: at(elasticity.mean), low: ends[0]!, high: ends[1]! };
}
