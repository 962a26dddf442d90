import { type PriceResponse, truncatedMean } from "../optimisation/response.ts";

/** Days over which what a trial teaches is compared with what it costs. */
const WORTH_DAYS = 30;
/** Halvings of an interval of ln worth: the least worth is known to a millionth. */
const HALVINGS = 40;

/** κ = e(e - 1): around its best price a SKU loses κδ²/2 of its profit by an error δ of ln price. */
function curvatureOf({ mean }: Pick<PriceResponse, "mean">): number {
  const elasticity = -truncatedMean(mean);
  return elasticity * (elasticity - 1);
}

/**
 * What a step of the price teaches of its SKU, over what it costs. An elasticity known with variance v loses v/2κ of the profit
 * a day; a step a costs κa²/2 and tells I·a² a day with I = units/φ, which lowers v by I·a²·v². Over H days the gain is H·I·v²/κ²
 * times the cost, however large the step and whatever a unit leaves (value of information in the small, as in Keller and
 * Rady 1999).
 *
 * @param information units a day over their dispersion
 * @example trialWorth({ mean: -2, sd: 0.6 }, 3) // 2.9
 */
export function trialWorth(response: PriceResponse, information: number): number {
  return (WORTH_DAYS * information * response.sd ** 4) / curvatureOf(response) ** 2;
}

/** What a step up or down of the price costs on average, a share of the SKU's profit. */
export function trialCost(response: Pick<PriceResponse, "mean">, step: number): number {
  return (curvatureOf(response) * Math.log1p(step) ** 2) / 2;
}

/**
 * How likely a SKU is tried in a period, where trials worth `least`, at least 1, always are: seldom where it costs more than it
 * teaches, but now and then, because elasticities change.
 */
export function trialChance(worth: number, least: number): number {
  return Math.min(1, (worth / least) ** 3);
}

/** A SKU that might be tried. */
interface TrialOffer {
  worth: number;
  /** of trying it all the time, a day */
  cost: number;
}

/** The least worth, at least 1, from which on SKUs are always tried, so that on average trying costs no more than a budget. */
export function leastWorth(offers: readonly TrialOffer[], budget: number): number {
  const spent = (least: number) =>
    offers.reduce((sum, { worth, cost }) => sum + cost * trialChance(worth, least), 0);
  if (spent(1) <= budget) return 1;
  let low = 0;
  let high = 1;
  while (spent(Math.exp(high)) > budget) {
    low = high;
    high *= 2;
  }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (spent(Math.exp(middle)) > budget) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}
