import { dayIndex } from "../base/time.ts";
import type { FamilyMember } from "../learning/elasticity/cross-effects.ts";
import type { Sufficient } from "../learning/elasticity/sufficient.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import type { FamilyPrices, PoolInput } from "./learned.ts";

/**
 * A SKU's prices for its family's cross effect; null without a family. Only changes count, so the unit does not
 * matter.
 */
export function familyPrices(features: SkuFeatures, sufficient: Sufficient): FamilyPrices | null {
  const { family, days } = features;
  const { residualStart, residuals, period } = sufficient;
  if (family === undefined || period !== "day" || residuals.length === 0) return null;
  const logPrices = new Array<number | null>(residuals.length).fill(null);
  for (let i = days.length - 1; i >= 0; i--) {
    const k = dayIndex(days[i]!.day) - residualStart;
    if (k < 0) break;
    if (k < residuals.length && days[i]!.price > 0) logPrices[k] = Math.log(days[i]!.price);
  }
  return { name: family, logPrices };
}

/** The SKUs that have a family, as input of the cross effects. */
export function familyMembers(inputs: readonly PoolInput[]): FamilyMember[] {
  return inputs.flatMap(({ family, sufficient, meanUnits, dispersion }) =>
    family ? [{ family: family.name, logPrices: family.logPrices, sufficient, meanUnits, dispersion }] : [],
  );
}
