import { netOfGross } from "../base/money.ts";
import { basisPoints, scaleMinor } from "../base/rounding.ts";

/** What one unit costs to sell. Money in minor units; rates as fractions of the net price. */
export interface UnitEconomics {
  /** whether the displayed price contains tax */
  includesTax: boolean;
  taxBps: number;
  /** payment and marketplace fees as a share of the net price, in [0, 1) */
  feeRate: number;
  /** fixed fulfilment and expected return cost per unit */
  unitFee: number;
  /** landed cost of the unit */
  unitCost: number;
}

/**
 * The unit economics of a product from the rates and amounts of its catalogue row; what is absent is zero.
 */
export function unitEconomics(product: {
  unitCost: number;
  pricesIncludeTax: boolean;
  taxRate?: number | null | undefined;
  feeRate?: number | null | undefined;
  unitFee?: number | null | undefined;
}): UnitEconomics {
  return {
    includesTax: product.pricesIncludeTax,
    taxBps: basisPoints(product.taxRate ?? 0),
    feeRate: product.feeRate ?? 0,
    unitFee: product.unitFee ?? 0,
    unitCost: product.unitCost,
  };
}

/** The same where the cost may not be known: then null. `settings`: whether prices include tax. */
export function knownEconomics(
  product: Partial<Omit<Parameters<typeof unitEconomics>[0], "unitCost">> & { unitCost: number | null },
  { pricesIncludeTax }: { pricesIncludeTax: boolean },
): UnitEconomics | null {
  const { unitCost } = product;
  return unitCost === null ? null : unitEconomics({ ...product, unitCost, pricesIncludeTax });
}

/**
 * The displayed price without tax, minor units, ties to the even one.
 *
 * @example netPrice(11900, { ...economics, includesTax: true, taxBps: 1900 }) // 10000
 */
export function netPrice(price: number, economics: UnitEconomics): number {
  return economics.includesTax ? netOfGross(price, economics.taxBps) : price;
}

/**
 * A displayed price whose net price is at least `net`, at most one minor unit above the lowest such price.
 *
 * @example displayedPrice(10000, { ...economics, includesTax: true, taxBps: 1900 }) // 11900
 */
export function displayedPrice(net: number, economics: UnitEconomics): number {
  if (!economics.includesTax) return Math.ceil(net);
  return scaleMinor(Math.ceil(net), 10_000 + economics.taxBps, 10_000, Math.ceil);
}

const BASIS_POINTS = 10_000;

/** The displayed price without tax, not rounded: what is compared must not be rounded before. */
function exactNet(price: number, { includesTax, taxBps }: UnitEconomics): number {
  return includesTax ? (price * BASIS_POINTS) / (BASIS_POINTS + taxBps) : price;
}

/**
 * Unit contribution k(p) = net(p)·(1 − fee rate) − unit fee − unit cost, minor units (not rounded).
 *
 * @example
 * const economics = { includesTax: true, taxBps: 1900, feeRate: 0.1, unitFee: 300, unitCost: 5000 };
 * contribution(11900, economics) // 3700: of 100.00 net, 10.00 fee, 3.00 unit fee and 50.00 cost leave 37.00
 */
export function contribution(price: number, economics: UnitEconomics): number {
  return exactNet(price, economics) * (1 - economics.feeRate) - economics.unitFee - economics.unitCost;
}

/**
 * The elasticity at which a price would be the best one: -net·(1 − fee rate) / k (Lerner 1934); null where a unit earns
 * nothing or costs nothing.
 *
 * @example lernerElasticity(2000, { ...economics, includesTax: false, feeRate: 0, unitFee: 0, unitCost: 1000 }) // -2
 */
export function lernerElasticity(price: number, economics: UnitEconomics): number | null {
  const earned = contribution(price, economics);
  const kept = netPrice(price, economics) * (1 - economics.feeRate);
  return earned > 0 && earned < kept ? -kept / earned : null;
}

/**
 * Margin: contribution as a share of the net price, neither of them rounded. Not to be confused with the markup, which is
 * on cost.
 *
 * @example marginShare(11900, economics) // 0.37, with the economics of `contribution`
 * @example marginShare(21, { includesTax: true, taxBps: 700, feeRate: 0, unitFee: 0, unitCost: 19 }) // 0.0319…
 */
export function marginShare(price: number, economics: UnitEconomics): number {
  return contribution(price, economics) / exactNet(price, economics);
}

/**
 * Markup: net price over unit cost, minus one; infinite at zero cost.
 *
 * @example markupShare(11900, economics) // 1, with the economics of `contribution`: 100.00 net on 50.00
 */
export function markupShare(price: number, economics: UnitEconomics): number {
  return netPrice(price, economics) / economics.unitCost - 1;
}

/** Shares are compared as whole billionths: no fee or margin is finer, and whole numbers compare exactly. */
const BILLION = 1_000_000_000;

/**
 * The displayed price at which the margin is exactly `margin`, as a fraction of whole numbers: (unit fee + unit cost) ·
 * (1 + tax) / (1 − fee rate − margin). Null if fees and margin take the whole price.
 */
function priceAtMargin(
  { includesTax, taxBps, feeRate, unitFee, unitCost }: UnitEconomics,
  margin: number,
): { numerator: bigint; denominator: bigint } | null {
  const kept = BILLION - Math.round(feeRate * BILLION) - Math.round(margin * BILLION);
  if (kept <= 0) return null;
  const withTax = BASIS_POINTS + (includesTax ? taxBps : 0);
  return {
    numerator: billionths(unitFee + unitCost) * BigInt(withTax),
    denominator: BigInt(BASIS_POINTS) * BigInt(kept),
  };
}

/** An amount in billionths of a minor unit: an estimated cost has fractions. */
function billionths(amount: number): bigint {
  const whole = Math.floor(amount);
  return BigInt(whole) * BigInt(BILLION) + BigInt(Math.round((amount - whole) * BILLION));
}

/**
 * The lowest displayed price whose net price is at least the unit cost and a share of it, minor units.
 *
 * @example lowestAtMarkup({ includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 950 }, 0.05) // 998: 9.975
 */
export function lowestAtMarkup({ includesTax, taxBps, unitCost }: UnitEconomics, markupMin: number): number {
  const withTax = BASIS_POINTS + (includesTax ? taxBps : 0);
  const factor = BigInt(BASIS_POINTS + basisPoints(markupMin)) * BigInt(withTax);
  const one = BigInt(BILLION) * BigInt(BASIS_POINTS) ** 2n;
  return Math.max(1, Number((billionths(unitCost) * factor + one - 1n) / one));
}

/**
 * The margin floor: the lowest displayed price with contribution > 0 and contribution ≥ marginMin × net price, minor
 * units; null if fees and the least margin take the whole price. Exact: the net price is not rounded before it is
 * compared.
 *
 * @example marginFloor({ includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 950 }, 0.05) // 1000
 * @example marginFloor({ includesTax: true, taxBps: 700, feeRate: 0, unitFee: 0, unitCost: 19 }, 0.05) // 22
 */
export function marginFloor(economics: UnitEconomics, marginMin: number): number | null {
  const least = priceAtMargin(economics, marginMin);
  const even = priceAtMargin(economics, 0);
  if (least === null || even === null) return null;
  const rounded = (least.numerator + least.denominator - 1n) / least.denominator;
  const aboveCost = even.numerator / even.denominator + 1n;
  return Number(rounded > aboveCost ? rounded : aboveCost);
}

/**
 * The highest displayed price whose margin is at most `marginMax`, minor units, at least 1; null if every price's margin
 * is lower. Exact, as the floor is.
 *
 * @example marginCeiling({ includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 6000 }, 0.25) // 8000
 */
export function marginCeiling(economics: UnitEconomics, marginMax: number): number | null {
  const most = priceAtMargin(economics, marginMax);
  if (most === null) return null;
  return Math.max(1, Number(most.numerator / most.denominator));
}

/** A unit cost from an instant on, until the next one. Minor units; ms. */
export interface DatedCost {
  unitCost: number;
  from: number;
}

/**
 * The cost in force at `at`: the latest that began by then, or null. Of two that begin together the later in the list
 * wins.
 *
 * @example costInForce([{ unitCost: 900, from: 0 }, { unitCost: 950, from: 10 }], 10) // 950
 * @example costInForce([{ unitCost: 900, from: 5 }], 4) // null
 */
export function costInForce(costs: readonly DatedCost[], at: number): number | null {
  let found: DatedCost | null = null;
  for (const cost of costs) {
    if (cost.from <= at && (found === null || cost.from >= found.from)) found = cost;
  }
  return found === null ? null : found.unitCost;
}
