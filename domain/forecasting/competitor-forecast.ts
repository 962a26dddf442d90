import { cheapestDistribution, gridMeanPrice, gridQuantile, priceGrid } from "./cheapest-price.ts";
import { type PriceMixture, priceMixture } from "./competitor-price.ts";
import type { CompetitorPriors } from "./competitor-priors.ts";
import type { CompetitorPriceState } from "./competitor-state.ts";

export interface KnownCompetitor {
  state: CompetitorPriceState;
  /** ln of our currency per unit of theirs; 0 in the same currency */
  logRate: number;
  /** pooled over the competitor's products; the defaults when absent */
  priors?: CompetitorPriors;
}

/**
 * The cheapest in-stock competitor price some days ahead, in the unit the states' prices have, in our
 * currency.
 */
export interface CompetitorForecast {
  days: number;
  /** competitors it rests on */
  competitors: number;
  p10: number;
  p50: number;
  p90: number;
  expected: number;
  /**
   * probability that the cheapest price moves by more than 2 % from today's; 1 when nobody is in stock today
   */
  changes: number;
  /** probability that nobody is in stock */
  none: number;
  /** cheapest in-stock price today, null when nobody is in stock */
  lastObserved: number | null;
}

export const MAX_DAYS_AHEAD = 7;
const NOTABLE_CHANGE = Math.log(1.02);

/** Forecast for 1..7 days ahead; null without a usable competitor. Throws RangeError for other horizons. */
export function forecastCheapestCompetitor(
  competitors: readonly KnownCompetitor[],
  days: number,
): CompetitorForecast | null {
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS_AHEAD) throw new RangeError(`days ${days}`);
  const known = competitors.filter(({ state, logRate }) => Number.isFinite(state.logPrice + logRate));
  if (known.length === 0) return null;
  const mixtures = known.map(({ state, logRate, priors }) =>
    converted(priceMixture(state, days, priors), logRate),
  );
  const distribution = cheapestDistribution(mixtures);
  const grid = priceGrid(mixtures, distribution);
  const today = known.reduce(
    (least, { state, logRate }) => (state.inStock ? Math.min(least, state.logPrice + logRate) : least),
    Number.POSITIVE_INFINITY,
  );
  const stays = distribution.upTo(today + NOTABLE_CHANGE) - distribution.below(today - NOTABLE_CHANGE);
  return {
    days,
    competitors: known.length,
    p10: Math.exp(gridQuantile(grid, 0.1)),
    p50: Math.exp(gridQuantile(grid, 0.5)),
    p90: Math.exp(gridQuantile(grid, 0.9)),
    expected: gridMeanPrice(grid),
    changes: Number.isFinite(today) ? Math.min(1, Math.max(0, 1 - stays)) : 1,
    none: distribution.none,
    lastObserved: Number.isFinite(today) ? Math.exp(today) : null,
  };
}

function converted(mixture: PriceMixture, logRate: number): PriceMixture {
  if (logRate === 0) return mixture;
  return {
    inStock: mixture.inStock,
    components: mixture.components.map((c) => ({ ...c, logPrice: c.logPrice + logRate })),
  };
}
