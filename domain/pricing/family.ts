import { type LadderRule, ladderBounds } from "./optimisation/ladder.ts";

/** What places a product on the ladder of its family. */
interface LadderPlace {
  sku: string;
  packSize: number | null;
  /** place in the family's ladder of variants, the higher the dearer; null = it has none */
  lineRank: number | null;
}

/** Another product of the same family. */
export interface Sibling extends LadderPlace {
  /** served price, minor units */
  price: number;
  /** what a unit earns at that price, minor units; absent = not known, or not needed */
  unitProfit?: number;
}

/** Where a product stands on the ladder: a unit of a higher tier is not cheaper than one of a lower tier. */
export interface LadderTier {
  tier: number;
  packSize: number;
}

/**
 * The tiers of a family's products: their ranks if any product has one, else their pack sizes, since a unit of a larger
 * pack is never dearer than a unit of a smaller one. Null with fewer than two tiers: then nothing is ordered.
 *
 * @example
 * const pack = (sku: string, packSize: number) => ({ sku, packSize, lineRank: null });
 * familyTiers([pack("single", 1), pack("six", 6)])
 * // single: { tier: -1, packSize: 1 }, six: { tier: -6, packSize: 6 }
 */
export function familyTiers(family: readonly LadderPlace[]): Map<string, LadderTier> | null {
  const isRanked = family.some(({ lineRank }) => lineRank !== null);
  const tiers = new Map<string, LadderTier>();
  for (const { sku, packSize, lineRank } of family) {
    const tier = isRanked ? lineRank : packSize === null ? null : -packSize;
    if (tier !== null) tiers.set(sku, { tier, packSize: packSize ?? 1 });
  }
  return new Set([...tiers.values()].map(({ tier }) => tier)).size < 2 ? null : tiers;
}

/**
 * The bounds that a product's family puts on its price, minor units; null where the family does not order it.
 *
 * @example
 * const six = { sku: "six", packSize: 6, lineRank: null };
 * familyBounds(six, [{ sku: "single", packSize: 1, lineRank: null, price: 499 }]) // { lo: null, hi: 2994 }
 */
export function familyBounds(
  product: LadderPlace,
  siblings: readonly Sibling[],
): { lo: number | null; hi: number | null } | null {
  const tiers = familyTiers([product, ...siblings]);
  const own = tiers?.get(product.sku);
  if (!tiers || !own) return null;
  const rules = siblings.flatMap(({ sku }): LadderRule[] => {
    const other = tiers.get(sku);
    if (!other || other.tier === own.tier) return [];
    const isLower = own.tier < other.tier;
    const multiple = isLower ? own.packSize / other.packSize : other.packSize / own.packSize;
    return [{ lower: isLower ? product.sku : sku, higher: isLower ? sku : product.sku, multiple, gap: 0 }];
  });
  if (rules.length === 0) return null;
  const prices = new Map(siblings.map((sibling) => [sibling.sku, sibling.price]));
  return ladderBounds(product.sku, rules, (other) => prices.get(other) ?? null);
}
