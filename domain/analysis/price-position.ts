/** Where our price stands among the competitors', and what is proposed for it. */
export const POSITIONS = ["lowest", "middle", "highest", "alone"] as const;
export const RECOMMENDATIONS = ["raise", "lower", "hold"] as const;

/** How our price stands to the cheapest competitor's. */
export const MARKET_PLACES = ["competitor_cheaper", "we_cheapest", "unknown"] as const;
export type MarketPlace = (typeof MARKET_PLACES)[number];

/** A price beside those of competitors, minor units. Null where no competitor counts. */
export interface PriceAnalysis {
  competitors: number;
  minCompetitor: number | null;
  avgCompetitor: number | null;
  maxCompetitor: number | null;
  /** (ours − theirs) / theirs · 100 against the cheapest, and against the mean */
  gapPct: number | null;
  avgGapPct: number | null;
  position: (typeof POSITIONS)[number];
  recommendation: (typeof RECOMMENDATIONS)[number];
  proposedPrice: number | null;
}

/**
 * A price beside the landed prices that count and beside what is proposed for it.
 *
 * @example analysePrice(110, [100, 120], 105) // gap 10 % to the cheapest, 0 % to the mean, middle, lower
 */
export function analysePrice(
  price: number,
  landed: readonly number[],
  proposed: number | null,
): PriceAnalysis {
  const recommendation =
    proposed === null || proposed === price ? "hold" : proposed > price ? "raise" : "lower";
  const competitors = landed.length;
  if (competitors === 0) {
    const nobody = {
      minCompetitor: null,
      avgCompetitor: null,
      maxCompetitor: null,
      gapPct: null,
      avgGapPct: null,
    };
    return { competitors, ...nobody, position: "alone", recommendation, proposedPrice: proposed };
  }
  const min = Math.min(...landed);
  const max = Math.max(...landed);
  const mean = landed.reduce((sum, one) => sum + one, 0) / competitors;
  return {
    competitors,
    minCompetitor: min,
    avgCompetitor: Math.round(mean),
    maxCompetitor: max,
    gapPct: gap(price, min),
    avgGapPct: gap(price, mean),
    position: price <= min ? "lowest" : price >= max ? "highest" : "middle",
    recommendation,
    proposedPrice: proposed,
  };
}

function gap(ours: number, theirs: number): number {
  return Math.round(((ours - theirs) / theirs) * 1e4) / 100;
}
