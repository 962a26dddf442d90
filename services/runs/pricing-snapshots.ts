import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import { DECISION_DAYS } from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";
import { readPricedProducts } from "./priced-products.ts";
import type { SkuQuestion } from "./run-record.ts";
import { readSkus } from "./snapshot.ts";

/** Reads all that a decision about each of these SKUs rests on, in SKU order. */
export async function readPricingSnapshots(
  ctx: ServiceContext,
  question: SkuQuestion,
): Promise<PricingSnapshot[]> {
  const { asOf, settings } = question.run;
  const [products, readings] = await Promise.all([
    readPricedProducts(ctx, question.skus, asOf, settings),
    readSkus(ctx, question, DECISION_DAYS),
  ]);
  return readings.flatMap(({ features, sales }): PricingSnapshot[] => {
    const own = products.get(features.sku);
    if (!own) return [];
    const purchases = sales?.purchasesLastHour ?? 0;
    return [{ features, own, ...(purchases > 0 && { purchasesLastHour: purchases }) }];
  });
}
