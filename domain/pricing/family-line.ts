import { type LineRule, lineBounds } from "./optimisation/line.ts";

/** What places a product in the line of its family. */
export interface LinePlace {
  sku: string;
  packSize: number | null;
  /** place in the family's ladder of variants, the higher the dearer; null = on none */
  lineRank: number | null;
}

/** Another product of the same family. */
export interface Sibling extends LinePlace {
  /** served price, minor units */
  price: number;
  /** what a unit leaves at that price, minor units; absent = not known, or not asked for */
  unitProfit?: number;
}

/** A product's tier: a unit of a higher tier is not cheaper than one of a lower. */
export interface LineTier {
  tier: number;
  packSize: number;
}

/**
 * The tiers of a family's products. Where products have ranks, those are a ladder of variants; else the pack sizes are
 * the order: the unit of a larger pack is never dearer than that of a smaller one. Null where nothing is ordered: fewer
 * than two tiers.
 */
export function lineTiers(family: readonly LinePlace[]): Map<string, LineTier> | null {
  const isRanked = family.some(({ lineRank }) => lineRank !== null);
  const tiers = new Map<string, LineTier>();
  for (const { sku, packSize, lineRank } of family) {
    const tier = isRanked ? lineRank : packSize === null ? null : -packSize;
    if (tier !== null) tiers.set(sku, { tier, packSize: packSize ?? 1 });
  }
  return new Set([...tiers.values()].map(({ tier }) => tier)).size < 2 ? null : tiers;
}

/** The bounds that a product's family puts on its price; null where the family does not order it. */
export function familyBounds(
  product: LinePlace,
  siblings: readonly Sibling[],
): { lo: number | null; hi: number | null } | null {
  const tiers = lineTiers([product, ...siblings]);
  const own = tiers?.get(product.sku);
  if (!tiers || !own) return null;
  const rules = siblings.flatMap(({ sku }): LineRule[] => {
    const other = tiers.get(sku);
    if (!other || other.tier === own.tier) return [];
    const isLower = own.tier < other.tier;
    const multiple = isLower ? own.packSize / other.packSize : other.packSize / own.packSize;
    return [{ lower: isLower ? product.sku : sku, higher: isLower ? sku : product.sku, multiple, gap: 0 }];
  });
  if (rules.length === 0) return null;
  const prices = new Map(siblings.map((sibling) => [sibling.sku, sibling.price]));
  return lineBounds(product.sku, rules, (other) => prices.get(other) ?? null);
}
