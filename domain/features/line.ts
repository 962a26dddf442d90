import { type LineRule, lineBounds } from "../optimisation/line.ts";

/** Another product of the same family. */
export interface Sibling {
  sku: string;
  packSize: number | null;
  /** served price, minor units */
  price: number;
}

/**
 * The bounds that a product's family puts on its price: the unit of a larger pack is never dearer than that of a smaller
 * one. Null where the family orders nothing: no siblings, or no pack sizes.
 */
export function familyBounds(
  product: { sku: string; packSize: number | null },
  siblings: readonly Sibling[],
): { lo: number | null; hi: number | null } | null {
  const { sku, packSize } = product;
  if (packSize === null) return null;
  const rules = siblings.flatMap((sibling): LineRule[] => {
    if (sibling.packSize === null || sibling.packSize === packSize) return [];
    const larger = packSize > sibling.packSize ? sku : sibling.sku;
    const smaller = larger === sku ? sibling.sku : sku;
    const multiple = Math.max(packSize, sibling.packSize) / Math.min(packSize, sibling.packSize);
    return [{ lower: larger, higher: smaller, multiple, gap: 0 }];
  });
  if (rules.length === 0) return null;
  const prices = new Map(siblings.map((sibling) => [sibling.sku, sibling.price]));
  return lineBounds(sku, rules, (other) => prices.get(other) ?? null);
}
