import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { formatMoney, type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { marginCeiling, marginFloor, unitEconomics } from "../../domain/pricing/unit-economics.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotHeld } from "../overrides/assert-not-held.ts";
import { readSettings } from "../settings/settings.ts";
import { commitPrices } from "./commit-prices.ts";

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

/**
 * A person's price: within the hard limits, compare-and-set against what the person could see, into the ledger.
 *
 * @throws ProblemError not_found, invalid, guardrail_blocked, price_held, stale_or_mismatch
 */
export async function setPrice(
  ctx: ServiceContext,
  sku: string,
  input: { price: MoneyInput; reason: string },
): Promise<ProductRecord> {
  const product = await readProduct(ctx.db, sku);
  if (!product) throw new ProblemError("not_found", "no such product");
  const amount = parseMinor(input.price, product.currency);
  if (!amount.ok)
    throw new ProblemError("invalid", amount.message, {
      errors: [{ path: "price", code: ROW_CODE_OF_MONEY[amount.code], message: amount.message }],
    });
  await assertAllowedPrice(ctx, product, amount.minor);
  if (amount.minor === product.price) return product;
  await assertNotHeld(ctx, product);
  const { applied } = await commitPrices(ctx, [
    {
      sku,
      from: product.price,
      version: product.version,
      to: amount.minor,
      currency: product.currency,
      source: "applied",
      cause: { kind: "manual", id: null },
      proposalId: null,
      note: null,
      reason: input.reason,
    },
  ]);
  if (applied.length === 0)
    throw new ProblemError("stale_or_mismatch", "the price changed meanwhile; look again");
  return (await readProduct(ctx.db, sku))!;
}
