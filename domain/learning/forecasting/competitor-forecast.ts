import { cheapestDistribution, gridMeanPrice, gridQuantile, priceGrid } from "./cheapest-price.ts";
import { priceMixture } from "./competitor-price.ts";
import type { CompetitorPriceState } from "./competitor-state.ts";
import type { Skill } from "./forecast-score.ts";

/** The cheapest in-stock competitor price some days ahead, in the unit of the states' prices. */
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

/**
 * Forecast for 1 to 7 days ahead; null without a usable competitor.
 *
 * @throws RangeError for other horizons
 * @example a competitor seen 60 days in stock at 19.99, one day ahead:
 * // p10, p50 and p90 1999; expected 1997.81; changes 0.011; none 0.010
 */
export function forecastCheapestCompetitor(
  competitors: readonly CompetitorPriceState[],
  days: number,
): CompetitorForecast | null {
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS_AHEAD) throw new RangeError(`days ${days}`);
  const known = competitors.filter(({ logPrice }) => Number.isFinite(logPrice));
  if (known.length === 0) return null;
  const mixtures = known.map((state) => priceMixture(state, days));
  const distribution = cheapestDistribution(mixtures);
  const grid = priceGrid(mixtures, distribution);
  const today = known.reduce(
    (least, { inStock, logPrice }) => (inStock ? Math.min(least, logPrice) : least),
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

type GateReason = "no competitor" | "too few scored days" | "no skill" | "too uncertain";

/** The competitor price to anchor on, and why it is not the forecast when it is not. */
export interface CompetitorAnchor {
  price: number | null;
  usesForecast: boolean;
  reasons: GateReason[];
  /** given whether the forecast is used or not */
  skill: number;
}

const MIN_SKILL = 0.05;
const MIN_SCORED_DAYS = 14;
/** a single competitor leaves nothing to average over */
const MIN_SCORED_DAYS_ALONE = 21;
const MAX_LOG_SPREAD = 0.1;

/**
 * Uses the forecast's median as anchor only if, over the last 28 days, it beat the last observed price by 5 %
 * of its error on at least 14 scored days (21 for a single competitor), and if P10..P90 spans at most 0.10 in
 * logs. Otherwise the last observed price: prices are sticky, and most days nothing beats it. A stale offer is in
 * neither: the forecast starts from fresh ones.
 *
 * @example median 100, last observed 95, two competitors, P10..P90 98..102
 * // skill 0.05 on 14 days: price 100; skill 0.049: price 95, reasons ["no skill"]
 */
export function competitorAnchor(forecast: CompetitorForecast | null, skill: Skill): CompetitorAnchor {
  if (!forecast) return { price: null, usesForecast: false, reasons: ["no competitor"], skill: skill.skill };
  const reasons: GateReason[] = [];
  const required = forecast.competitors === 1 ? MIN_SCORED_DAYS_ALONE : MIN_SCORED_DAYS;
  if (skill.scored < required) reasons.push("too few scored days");
  if (!(skill.skill >= MIN_SKILL)) reasons.push("no skill");
  if (!(Math.log(forecast.p90 / forecast.p10) <= MAX_LOG_SPREAD)) reasons.push("too uncertain");
  const usesForecast = reasons.length === 0;
  return {
    price: usesForecast ? forecast.p50 : forecast.lastObserved,
    usesForecast,
    reasons,
    skill: skill.skill,
  };
}
