import type { FeatureDay } from "../learning/features/sku-features.ts";

/** Days whose units are predicted, and the days before them that give the level. */
const PREDICTED_DAYS = 14;
const LEVEL_DAYS = 28;

/** How far predictions were from units, summed over products and days. */
export interface FitSums {
  days: number;
  units: number;
  error: number;
  absolute: number;
}

export const NO_FIT: FitSums = { days: 0, units: 0, error: 0, absolute: 0 };

export function addFit(a: FitSums, b: FitSums): FitSums {
  return {
    days: a.days + b.days,
    units: a.units + b.units,
    error: a.error + b.error,
    absolute: a.absolute + b.absolute,
  };
}

/**
 * How well an elasticity says what a product sells at the prices of its last two weeks, with the level of the four weeks
 * before: units(p) = level · (p / usual price)^elasticity. The same days and level for every model, so that only the
 * elasticity makes the difference.
 */
export function fitOf(days: readonly FeatureDay[], elasticity: number): FitSums {
  const sold = days.filter(({ censored }) => !censored);
  const recent = sold.slice(-PREDICTED_DAYS);
  const before = sold.slice(-(PREDICTED_DAYS + LEVEL_DAYS), -PREDICTED_DAYS);
  if (recent.length < PREDICTED_DAYS || before.length < LEVEL_DAYS) return NO_FIT;
  const mean = (value: (day: FeatureDay) => number) =>
    before.reduce((sum, day) => sum + value(day), 0) / before.length;
  const [level, usual] = [mean(({ units }) => units), mean(({ price }) => Math.log(price))];
  return recent.reduce((sums, { units, price }) => {
    const off = level * Math.exp(elasticity * (Math.log(price) - usual)) - units;
    return addFit(sums, { days: 1, units, error: off, absolute: Math.abs(off) });
  }, NO_FIT);
}

/** By how much a model's absolute errors are larger than those of the model in force, product by product. */
export interface PairedSums {
  products: number;
  /** units */
  worse: number;
  squares: number;
}

export const NO_PAIRED: PairedSums = { products: 0, worse: 0, squares: 0 };

export function addPaired(a: PairedSums, b: PairedSums): PairedSums {
  return {
    products: a.products + b.products,
    worse: a.worse + b.worse,
    squares: a.squares + b.squares,
  };
}

/** The difference for one product, on the same days. */
export function pairedOf(fit: FitSums, active: FitSums): PairedSums {
  if (fit.days === 0) return NO_PAIRED;
  const worse = fit.absolute - active.absolute;
  return { products: 1, worse, squares: worse ** 2 };
}

/** Of fewer products chance may explain any difference; and so many standard errors it explains about never. */
const COMPARED_LEAST = 5;
const BEYOND_CHANCE = 3;

/**
 * Whether a model is worse than the one in force by more than chance explains: the mean of the products' differences lies
 * three standard errors above zero.
 *
 * @example
 * isWorse({ products: 100, worse: 200, squares: 1_300 }) // true: 2 ± 0.3
 */
export function isWorse({ products, worse, squares }: PairedSums): boolean {
  if (products < COMPARED_LEAST) return false;
  const mean = worse / products;
  const variance = Math.max(0, (squares - products * mean ** 2) / (products - 1));
  return mean > 0 && mean > BEYOND_CHANCE * Math.sqrt(variance / products);
}

/** Weighted absolute error and bias, as shares of the units. */
export interface FitFigures {
  wape: number | null;
  bias: number | null;
}

export function figuresOf({ units, error, absolute }: FitSums): FitFigures {
  return units > 0 ? { wape: absolute / units, bias: error / units } : { wape: null, bias: null };
}

/** How much worse a candidate may be and still count as stable. */
const STABLE = 0.02;

/** Why a candidate should not take the place of the model in force; empty if nothing speaks against it. */
export function gateFailures(candidate: FitFigures, active: FitFigures): string[] {
  const failures: string[] = [];
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  if (candidate.wape === null || active.wape === null || candidate.bias === null || active.bias === null)
    return failures;
  if (candidate.wape > active.wape * (1 + STABLE))
    failures.push(
      `its error is ${percent(candidate.wape)}, that of the model in force ${percent(active.wape)}`,
    );
  if (Math.abs(candidate.bias) > Math.abs(active.bias) + STABLE)
    failures.push(
      `its bias is ${percent(candidate.bias)}, that of the model in force ${percent(active.bias)}`,
    );
  return failures;
}
