import type { ProductRecord } from "../../db/reads/products.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { formatMoney } from "../../domain/money/format.ts";
import { marginCeiling, marginFloor, unitEconomics } from "../../domain/optimisation/contribution.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/read-settings.ts";

type Money = "unitCost" | "unitFee" | "minPrice" | "maxPrice" | "mapPrice" | "msrp";

/** What of a product limits its price. */
export type LimitedProduct = Pick<ProductRecord, "sku" | "currency" | "taxRate" | "feeRate" | Money>;

/** The same as columns of `products`. */
export const LIMITED = `sku, currency, tax_rate AS taxRate, fee_rate AS feeRate, unit_cost AS unitCost,
  unit_fee AS unitFee, min_price AS minPrice, max_price AS maxPrice, map_price AS mapPrice, msrp`;

/**
 * The hard limits that hold for a person's price too: the SKU's own bounds, and the least and greatest margin.
 *
 * @throws ProblemError guardrail_blocked, naming the limit
 */
export async function assertAllowedPrice(
  ctx: ServiceContext,
  product: LimitedProduct,
  price: number,
): Promise<void> {
  await assertAllowedPrices(ctx, [product], price);
}

/**
 * The same for one price of many products.
 *
 * @throws ProblemError guardrail_blocked, naming the first limit that it breaks, and whose
 */
export async function assertAllowedPrices(
  ctx: ServiceContext,
  products: readonly LimitedProduct[],
  price: number,
): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  for (const product of products) {
    const broken = brokenLimit(product, price, settings);
    if (broken === null) continue;
    const { currency, sku } = product;
    const whose = products.length > 1 ? ` of ${sku}` : "";
    const text = `${formatMoney(price, currency)} breaks ${broken.name} ${formatMoney(broken.limit, currency)}${whose}`;
    throw new ProblemError("guardrail_blocked", text, {
      errors: [{ path: "price", code: broken.name, message: text }],
    });
  }
}

function brokenLimit(
  product: LimitedProduct,
  price: number,
  { guardrails, pricesIncludeTax }: Settings,
): { name: string; limit: number } | null {
  const { unitCost } = product;
  const economics = unitCost === null ? null : unitEconomics({ ...product, unitCost, pricesIncludeTax });
  const floor = economics && marginFloor(economics, guardrails.marginMin);
  const ceiling =
    economics && guardrails.marginMax !== null ? marginCeiling(economics, guardrails.marginMax) : null;
  const limits: [name: string, limit: number | null, isFloor: boolean][] = [
    ["margin_floor", floor, true],
    ["min_price", product.minPrice, true],
    ["map", product.mapPrice, true],
    ["max_price", product.maxPrice, false],
    ["msrp", product.msrp, false],
    ["margin_cap", ceiling, false],
  ];
  for (const [name, limit, isFloor] of limits)
    if (limit !== null && (isFloor ? price < limit : price > limit)) return { name, limit };
  return null;
}
