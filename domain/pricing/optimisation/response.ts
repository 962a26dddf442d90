import { currencyExponent } from "../../base/currency.ts";
import { normalCdf } from "../../base/normal.ts";

/**
 * The part of a price that its two leading digits stand for, but never less than whole units of money.
 *
 * @example leadingPart(399, "EUR") // 300
 * @example leadingPart(12990, "EUR") // 12000
 */
export function leadingPart(price: number, currency: string): number {
  const digits = Math.floor(Math.log10(price) + 1e-9) + 1;
  const step = 10 ** Math.max(currencyExponent(currency), digits - 2);
  return price - (price % step);
}

/**
 * A price as shoppers see it who overlook its last digits by the share `weight`: (1 - weight) * price + weight * its
 * leading part. It rises with the price, slowly up to .99 and then at once.
 * Source: Strulov-Shlain 2023, Review of Economic Studies 90(5), "More than a penny's worth".
 *
 * @param price minor units, at least 1
 * @param weight in [0, 1)
 * @example perceivedPrice(1999, "EUR", 0.5) // 1949.5: halfway between 19.99 and 19.00
 */
export function perceivedPrice(price: number, currency: string, weight: number): number {
  return weight === 0 ? price : (1 - weight) * price + weight * leadingPart(price, currency);
}

/**
 * Less elastic than this, a profit optimum does not exist; the estimate is truncated here in use, never in
 * reports.
 */
export const LEAST_ELASTIC = -1.05;

/** How the log of demand answers to a log price change: slope ~ N(mean, sd²). */
export interface PriceResponse {
  mean: number;
  sd: number;
}

/** The response used for decisions: truncated so that the optimum is finite. */
export function truncatedMean(mean: number): number {
  return Math.min(mean, LEAST_ELASTIC);
}

/**
 * The response to a cut when competitors follow it with probability `followRate`: a followed cut moves the
 * competitors' price too, so own and competitor effect add. Following only ever lowers the value of a cut.
 *
 * @example
 * followedResponse({ mean: -2, sd: 0.3 }, { mean: 0.8, sd: 0.4 }, 0.5) // { mean: -1.6, sd: 0.36… }
 */
export function followedResponse(
  own: PriceResponse,
  competitor: PriceResponse,
  followRate: number,
): PriceResponse {
  const effect = Math.max(0, competitor.mean);
  return {
    mean: truncatedMean(own.mean) + followRate * effect,
    sd: Math.hypot(own.sd, followRate * competitor.sd),
  };
}

/**
 * Probability that a price with unit value `value` earns more than the present one with `valueNow`, when
 * demand changes by exp(logChange · b), b ~ N(mean, sd²): the slope at which both earn the same is b* =
 * logNeeded / logChange, where logNeeded is the log of the demand, relative to the present one, at which they
 * do: log(valueNow / value) unless the stock runs out. Exact; a price that earns nothing never gains.
 *
 * @example probabilityOfGain(1200, 1000, Math.log(1.1), { mean: -2, sd: 0.3 }) // 0.386
 */
export function probabilityOfGain(
  value: number,
  valueNow: number,
  logChange: number,
  response: PriceResponse,
  logNeeded: number = Math.log(valueNow / value),
): number {
  if (logChange === 0) return 0.5;
  if (value <= 0) return valueNow < value ? 1 : 0;
  if (valueNow <= 0) return 1;
  const breakEven = logNeeded / logChange;
  if (response.sd <= 0) return (breakEven - response.mean) * logChange < 0 ? 1 : 0;
  const below = normalCdf((breakEven - response.mean) / response.sd);
  return logChange > 0 ? 1 - below : below;
}

/**
 * Demand relative to the present one at the unlucky quantile of the slope, z > 0 standard deviations to the
 * bad side: exp(logChange · b_z). What a price earns is monotone in the slope, so the quantile of the one
 * gives that of the other.
 *
 * @example adverseDemand(Math.log(1.1), { mean: -2, sd: 0.5 }, 1.2816) // 0.777: without the uncertainty 0.826
 */
export function adverseDemand(logChange: number, response: PriceResponse, z: number): number {
  return Math.exp(logChange * (response.mean - Math.sign(logChange) * z * response.sd));
}
