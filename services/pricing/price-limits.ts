import type { ProductRecord } from "../../db/reads/products.ts";
import { formatMoney } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { marginCeiling, marginFloor, unitEconomics } from "../../domain/pricing/unit-economics.ts";
import type { Settings } from "../../domain/settings/settings.ts";

/** What of a product limits its price. */
type LimitedProduct = Pick<
  ProductRecord,
  | "sku"
  | "currency"
  | "taxRate"
  | "feeRate"
  | "unitCost"
  | "unitFee"
  | "minPrice"
  | "maxPrice"
  | "mapPrice"
  | "msrp"
>;

/**
 * The hard limits that hold for a person's price too, of every product that it is for: the SKU's own bounds, and the
 * least and greatest margin.
 *
 * @throws ProblemError guardrail_blocked, naming the first limit that it breaks, and whose
 */
export function assertAllowedPrices(
  products: readonly LimitedProduct[],
  price: number,
  settings: Settings,
): void {
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
