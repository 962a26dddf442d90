import { normalCdf } from "../../base/normal.ts";
import { PRIOR_COUNT, PRIORS, type SizePrior } from "./competitor-priors.ts";
import {
  type CompetitorPriceState,
  type Hazard,
  isOnPromotion,
  type Moments,
  referenceLogPrice,
} from "./competitor-state.ts";

/** One way a price may end up: a normal on the log scale, or an atom when `deviation` is 0. */
interface PriceComponent {
  weight: number;
  logPrice: number;
  deviation: number;
}

/** Where a competitor's price may be some days ahead; the weights sum to `inStock`. */
export interface PriceMixture {
  inStock: number;
  components: PriceComponent[];
}

const MIN_DEVIATION = 0.005;
/** beyond so many deviations a normal has all of its weight on one side, to a billionth; an atom always does */
const FAR = 6;

/**
 * Distribution of the price `days` ahead: each day a regular price changes with the change hazard, into a
 * promotion (reference − depth) or an ordinary move; a promotion ends with its own hazard and the price goes
 * back to the reference; stock comes and goes as a two-state chain of its own.
 *
 * @example a competitor seen once, in stock, one day ahead
 * // inStock 0.98; of it 0.95 stays, 0.0375 moves (deviation 0.04), 0.0125 is a promotion 0.18 below
 */
export function priceMixture(state: CompetitorPriceState, days: number): PriceMixture {
  const change = rate(state.change, PRIORS.change);
  const promotion = rate(state.promotion, PRIORS.promotion);
  const end = rate(state.promotionEnd, PRIORS.promotionEnd);
  const stockout = rate(state.stockout, PRIORS.stockout);
  const restock = rate(state.restock, PRIORS.restock);
  const startsOnPromotion = isOnPromotion(state);

  let inStock = state.inStock ? 1 : 0;
  let stayed = 1;
  let moved = 0;
  let promoted = 0;
  let returned = 0;
  let moves = 0;
  for (let day = 0; day < days; day++) {
    inStock += (1 - inStock) * restock - inStock * stockout;
    const leaves = stayed * (startsOnPromotion ? end : change);
    const changes = (startsOnPromotion ? 0 : leaves) + (moved + returned) * change;
    moves += changes * (1 - promotion);
    const ended = promoted * end;
    stayed -= leaves;
    moved += changes * (1 - promotion) - moved * change;
    returned += ended + (startsOnPromotion ? leaves : 0) - returned * change;
    promoted += changes * promotion - ended;
  }

  const reference = referenceLogPrice(state);
  const move = shrunken(state.move, PRIORS.move);
  const depth = shrunken(state.depth, PRIORS.depth);
  const repeats = moved > 0 ? Math.max(1, moves / moved) : 1;
  const origin = startsOnPromotion ? reference : state.logPrice;
  return {
    inStock,
    components: [
      { weight: inStock * stayed, logPrice: state.logPrice, deviation: 0 },
      {
        weight: inStock * moved,
        logPrice: origin + move.mean * repeats,
        deviation: move.deviation * Math.sqrt(repeats),
      },
      { weight: inStock * promoted, logPrice: reference - depth.mean, deviation: depth.deviation },
      { weight: inStock * returned, logPrice: reference, deviation: 0 },
    ].filter(({ weight }) => weight > 0),
  };
}

/**
 * A mixture's components in one row of numbers, read hundreds of times: weight, log price and deviation of each.
 * A plain list, since a typed array of this size takes longer to make than to read.
 */
export function componentRow({ components }: PriceMixture): number[] {
  const row: number[] = [];
  for (const { weight, logPrice, deviation } of components) row.push(weight, logPrice, deviation);
  return row;
}

/** Weight at or below `logPrice`; strictly below it when `strict`. */
export function rowWeightUpTo(row: readonly number[], logPrice: number, strict: boolean): number {
  let sum = 0;
  for (let i = 0; i < row.length; i += 3) {
    const weight = row[i]!;
    const centre = row[i + 1]!;
    const deviation = row[i + 2]!;
    const z = (logPrice - centre) / deviation;
    if (z >= FAR) sum += weight;
    else if (z <= -FAR) continue;
    else if (deviation > 0) sum += weight * normalCdf(z);
    else if (strict ? centre < logPrice : centre <= logPrice) sum += weight;
  }
  return sum;
}

/** Adds the weight at or below each of ascending log prices to `sums`: the same bits as `rowWeightUpTo`. */
export function addWeightsUpTo(row: readonly number[], logPrices: readonly number[], sums: number[]): void {
  const n = logPrices.length;
  for (let i = 0; i < row.length; i += 3) {
    const weight = row[i]!;
    const centre = row[i + 1]!;
    const deviation = row[i + 2]!;
    let at = 0;
    if (deviation > 0) {
      for (; at < n; at++) {
        const z = (logPrices[at]! - centre) / deviation;
        if (z >= FAR) break;
        if (!(z <= -FAR)) sums[at]! += weight * normalCdf(z);
      }
    } else while (at < n && logPrices[at]! < centre) at++;
    for (; at < n; at++) sums[at]! += weight;
  }
}

function rate({ hits, days }: Hazard, prior: Hazard): number {
  return Math.min(1, (hits + prior.hits) / (days + prior.days));
}

function shrunken(moments: Moments, prior: SizePrior) {
  const count = moments.count + PRIOR_COUNT;
  const mean = (moments.sum + PRIOR_COUNT * prior.mean) / count;
  const squares = moments.squares + PRIOR_COUNT * (prior.deviation ** 2 + prior.mean ** 2);
  return { mean, deviation: Math.max(MIN_DEVIATION, Math.sqrt(Math.max(0, squares / count - mean * mean))) };
}
