import type { Objective } from "../../settings/strategies.ts";
import type { DemandView } from "../inputs.ts";
import { netPrice, type UnitEconomics } from "../unit-economics.ts";
import { adverseDemand, type PriceResponse, perceivedPrice, probabilityOfGain } from "./response.ts";
import { demandVariance, logDemandFor, type SalesCurve, salesAt, salesCurve } from "./sales.ts";

/** z of the 10 % quantile: the bad case the regret cap looks at, and the bound of the 80 % intervals. */
export const Z_80 = 1.2815515655446004;

/** What the demand model says about a list of prices. Parallel arrays in ascending order of price. */
export interface Evaluation {
  /** displayed prices, integer minor units, ascending, distinct */
  price: Float64Array;
  /** log(price / current price), both as shoppers see them: what demand answers to */
  logChange: Float64Array;
  /** contribution per unit, minor units */
  unitProfit: Float64Array;
  /** what a sold unit adds to the objective, minor units */
  unitValue: Float64Array;
  /** expected over the horizon */
  units: Float64Array;
  profit: Float64Array;
  revenue: Float64Array;
  objective: Float64Array;
  /** probability that the price beats the current one */
  pGain: Float64Array;
  /** relative change of the objective at the bad 10 % quantile of the response */
  adverse: Float64Array;
  /** position of the current price */
  current: number;
}

export interface Valuation {
  currentPrice: number;
  currency: string;
  /** how far shoppers overlook all but the leading digits of a price, 0 = not at all */
  leftDigit: number;
  economics: UnitEconomics;
  /** what selling a unit forgoes: its unit cost, or the shadow price of stock that does not come again */
  opportunityCost: number;
  objective: Objective;
  demand: DemandView;
  horizonDays: number;
  stock: number | null;
  /** the response to a rise and, if competitors follow, a weaker one to a cut */
  rise: PriceResponse;
  cut: PriceResponse;
  /** truncated means the objective is computed with */
  riseSlope: number;
  cutSlope: number;
}

/** Objective per sold unit at a displayed price: linear in the net price. */
function unitValueOf(net: number, valuation: Valuation): number {
  const { economics, objective, opportunityCost } = valuation;
  const kept = net * (1 - economics.feeRate) - economics.unitFee - opportunityCost;
  return objective.profit * kept + objective.revenue * net + objective.units;
}

/** A constant elasticity holds locally: no cut is expected to multiply demand by more than e³, about 20. */
const LARGEST_LOG_RISE = 3;

/** Stock this many standard deviations above the mean demand never runs out, whatever the price. */
const AMPLE_Z = 20;

function curveOf(valuation: Valuation, base: number): SalesCurve | null {
  const { stock, demand } = valuation;
  if (stock === null || base <= 0) return null;
  const sd = Math.sqrt(demandVariance(base, demand.phi, demand.logVar));
  return stock > base + AMPLE_Z * sd ? null : salesCurve(base, demand.phi, demand.logVar, stock);
}

const COLUMNS = 9;

function emptyEvaluation(price: Float64Array, currentPrice: number): Evaluation {
  const n = price.length;
  // One buffer for all columns: allocating each by itself costs more than filling it.
  const { buffer } = new Float64Array(n * COLUMNS);
  const column = (k: number) => new Float64Array(buffer, k * n * Float64Array.BYTES_PER_ELEMENT, n);
  return {
    price,
    logChange: column(0),
    unitProfit: column(1),
    unitValue: column(2),
    units: column(3),
    profit: column(4),
    revenue: column(5),
    objective: column(6),
    pGain: column(7),
    adverse: column(8),
    current: price.indexOf(currentPrice),
  };
}

/**
 * Fills in how sure a gain is and how bad the bad case: in closed form, through the sales curve where stock
 * is short.
 */
function weighGain(
  result: Evaluation,
  i: number,
  valuation: Valuation,
  base: number,
  curve: SalesCurve | null,
): void {
  const { current } = result;
  const change = result.logChange[i]!;
  const value = result.unitValue[i]!;
  const valueNow = result.unitValue[current]!;
  const response = change > 0 ? valuation.rise : valuation.cut;
  const adverse = adverseDemand(change, response, Z_80);
  if (curve === null) {
    result.pGain[i] = probabilityOfGain(value, valueNow, change, response);
    result.adverse[i] = valueNow > 0 ? (value / valueNow) * adverse - 1 : value > valueNow ? 0 : -1;
    return;
  }
  const earnedNow = result.objective[current]!;
  const needed = logDemandFor(curve, earnedNow / value) - Math.log(base);
  const worst = value * salesAt(curve, Math.log(base * adverse));
  result.pGain[i] = probabilityOfGain(value, valueNow, change, response, needed);
  result.adverse[i] = earnedNow > 0 ? worst / earnedNow - 1 : worst > earnedNow ? 0 : -1;
}

/**
 * Values every price once: demand at the median response D·exp(slope · log change) over the horizon, limited
 * by stock, times what a unit earns. `price` must hold the current price.
 */
export function evaluate(price: Float64Array, valuation: Valuation): Evaluation {
  const { economics, demand, currentPrice, currency, leftDigit } = valuation;
  const seenNow = perceivedPrice(currentPrice, currency, leftDigit);
  const base = demand.perDay * valuation.horizonDays;
  const curve = curveOf(valuation, base);
  const result = emptyEvaluation(price, currentPrice);
  for (let i = 0; i < price.length; i++) {
    const net = netPrice(price[i]!, economics);
    const change =
      leftDigit === 0
        ? Math.log(price[i]! / currentPrice)
        : Math.log(perceivedPrice(price[i]!, currency, leftDigit) / seenNow);
    const slope = change > 0 ? valuation.riseSlope : valuation.cutSlope;
    const mean = base * Math.exp(Math.min(LARGEST_LOG_RISE, change * slope));
    const units = curve === null ? mean : salesAt(curve, Math.log(mean));
    const unitProfit = net * (1 - economics.feeRate) - economics.unitFee - economics.unitCost;
    const value = unitValueOf(net, valuation);
    result.logChange[i] = change;
    result.unitProfit[i] = unitProfit;
    result.unitValue[i] = value;
    result.units[i] = units;
    result.profit[i] = unitProfit * units;
    result.revenue[i] = net * units;
    result.objective[i] = value * units;
  }
  for (let i = 0; i < price.length; i++) {
    if (i !== result.current) weighGain(result, i, valuation, base, curve);
    else result.pGain[i] = 0.5;
  }
  return result;
}

/**
 * The price at which the objective is largest without any limit, as a real number: with a constant elasticity
 * b < −1 and unit value a·net − c the optimal net price is (c/a)·b/(b+1). 0 when a unit is worth more sold
 * than kept at any price.
 */
export function unlimitedOptimum(valuation: Valuation): number {
  const { economics, objective, riseSlope } = valuation;
  const kept = objective.profit * (1 - economics.feeRate) + objective.revenue;
  const cost = objective.profit * (valuation.opportunityCost + economics.unitFee) - objective.units;
  if (cost <= 0 || kept <= 0) return 0;
  const net = ((cost / kept) * riseSlope) / (riseSlope + 1);
  return economics.includesTax ? (net * (10_000 + economics.taxBps)) / 10_000 : net;
}
