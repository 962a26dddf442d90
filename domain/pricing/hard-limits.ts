import type { Settings } from "../settings/settings.ts";
import { knownEconomics, lowestAtMarkup, marginCeiling, marginFloor } from "./unit-economics.ts";

/** What of a product limits its price. Money in minor units, rates as fractions. */
export interface LimitedProduct {
  unitCost: number | null;
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
  minPrice: number | null;
  maxPrice: number | null;
  mapPrice: number | null;
  msrp: number | null;
}

/** The hard limits, in the order in which they are looked at. */
export const LIMIT_NAMES = [
  ...(["margin_floor", "markup_floor", "min_price", "map"] as const),
  ...(["max_price", "msrp", "margin_cap"] as const),
] as const;
type LimitName = (typeof LIMIT_NAMES)[number];

/** A hard limit, minor units. */
interface HardLimit {
  name: LimitName;
  limit: number;
}

/**
 * The first hard limit that a price breaks, or null. These hold for a person's price too: the product's own bounds, and
 * the least and greatest margin where its cost is known. A price at a limit is allowed.
 *
 * @example
 * const product = { ...NO_LIMITS, unitCost: 950 };
 * brokenLimit(product, 999, DEFAULT_SETTINGS) // { name: "margin_floor", limit: 1000 }: 5 % of 10.00 is 0.50
 * brokenLimit(product, 1000, DEFAULT_SETTINGS) // null
 */
export function brokenLimit(
  product: LimitedProduct,
  price: number,
  { guardrails, pricesIncludeTax }: Pick<Settings, "guardrails" | "pricesIncludeTax">,
): HardLimit | null {
  const economics = knownEconomics(product, { pricesIncludeTax });
  const { marginMin, marginMax, markupMin } = guardrails;
  const limits: Record<LimitName, number | null> = {
    margin_floor: economics && marginFloor(economics, marginMin),
    markup_floor: economics && markupMin !== null ? lowestAtMarkup(economics, markupMin) : null,
    min_price: product.minPrice,
    map: product.mapPrice,
    max_price: product.maxPrice,
    msrp: product.msrp,
    margin_cap: economics && marginMax !== null ? marginCeiling(economics, marginMax) : null,
  };
  for (const name of LIMIT_NAMES) {
    const limit = limits[name];
    if (limit !== null && (IS_LOWEST[name] ? price < limit : price > limit)) return { name, limit };
  }
  return null;
}

const IS_LOWEST: Record<LimitName, boolean> = {
  ...{ margin_floor: true, markup_floor: true, min_price: true, map: true },
  ...{ max_price: false, msrp: false, margin_cap: false },
};

/**
 * The limit that forbids a move of the price now, or null. A step towards a limit that the present price breaks is
 * allowed, though it does not reach it: it leaves the product better than it was.
 *
 * @example
 * const product = { ...NO_LIMITS, unitCost: 1600 };
 * limitOfMove(product, 2000, 1500, DEFAULT_SETTINGS) // { name: "margin_floor", limit: 1685 }
 * limitOfMove(product, 1400, 1500, DEFAULT_SETTINGS) // null: nearer to the floor than before
 */
export function limitOfMove(
  product: LimitedProduct,
  from: number,
  to: number,
  settings: Pick<Settings, "guardrails" | "pricesIncludeTax">,
): HardLimit | null {
  const broken = brokenLimit(product, to, settings);
  if (broken === null) return null;
  const isNearer = Math.sign(broken.limit - to) === Math.sign(to - from);
  const wasBroken = brokenLimit(product, from, settings)?.name === broken.name;
  return wasBroken && isNearer ? null : broken;
}
