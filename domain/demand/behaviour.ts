import { COUNTED, type Counted, type Counters, countOf } from "./counters.ts";

/** Counts of a window and the rates between them; a rate over nothing is 0. */
export interface Behaviour extends Record<Counted, number> {
  /** searches per view */
  searchRate: number;
  /** additions to the cart per search */
  searchCartRate: number;
  /** purchases per addition to the cart */
  cartPurchaseRate: number;
  /** price comparisons per view */
  viewCompareRate: number;
  /** mean time on the page, of the events that say it */
  avgDwellSeconds: number;
}

/** Names the counts and derives the rates. */
export function behaviourOf(counters: Counters): Behaviour {
  const counts = Object.fromEntries(COUNTED.map((name) => [name, countOf(counters, name)])) as Record<
    Counted,
    number
  >;
  return {
    ...counts,
    searchRate: ratio(counts.searches, counts.views),
    searchCartRate: ratio(counts.carts, counts.searches),
    cartPurchaseRate: ratio(counts.purchases, counts.carts),
    viewCompareRate: ratio(counts.comparisons, counts.views),
    avgDwellSeconds: ratio(counts.dwellSeconds, counts.dwells),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1e4) / 1e4;
}
