import type { ProductRecord } from "../../db/reads/products.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { formatMoney } from "../../domain/money/format.ts";
import { marginFloor, unitEconomics } from "../../domain/optimisation/contribution.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/read-settings.ts";

/**
 * The hard limits that hold for a person's price too: the SKU's own bounds, and the margin floor.
 *
 * @throws ProblemError guardrail_blocked, naming the limit
 */
export async function assertAllowedPrice(
  ctx: ServiceContext,
  product: ProductRecord,
  price: number,
): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  const floor = manualFloor(product, settings.guardrails.marginMin, settings.pricesIncludeTax);
  const limits = [
    { name: "margin_floor", broken: floor !== null && price < floor, limit: floor },
    {
      name: "min_price",
      broken: product.minPrice !== null && price < product.minPrice,
      limit: product.minPrice,
    },
    { name: "map", broken: product.mapPrice !== null && price < product.mapPrice, limit: product.mapPrice },
    {
      name: "max_price",
      broken: product.maxPrice !== null && price > product.maxPrice,
      limit: product.maxPrice,
    },
  ];
  const first = limits.find((limit) => limit.broken);
  if (!first) return;
  const text = `${formatMoney(price, product.currency)} breaks ${first.name} ${formatMoney(first.limit!, product.currency)}`;
  throw new ProblemError("guardrail_blocked", text, {
    errors: [{ path: "price", code: first.name, message: text }],
  });
}

/** The least price at which a unit still contributes `marginMin` of its net price; null without a cost. */
function manualFloor(product: ProductRecord, marginMin: number, pricesIncludeTax: boolean): number | null {
  const { unitCost } = product;
  return unitCost === null
    ? null
    : marginFloor(unitEconomics({ ...product, unitCost, pricesIncludeTax }), marginMin);
}
