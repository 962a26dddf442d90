import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { riskOfApproval } from "../../domain/pricing/approval.ts";
import { knownEconomics } from "../../domain/pricing/unit-economics.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotOverridden, overridesAt } from "../overrides/read-overrides.ts";
import { readSettings } from "../settings/settings.ts";
import { commitPrices, type PriceChange } from "./commit-prices.ts";
import { assertMayAlone } from "./high-risk.ts";
import { assertAllowedPrices, assertPayable } from "./price-limits.ts";

/**
 * A person's price: within the hard limits, compare-and-set against what the person could see, into the ledger. One of
 * HIGH risk needs the reason that a HIGH proposal needs.
 *
 * @throws ProblemError not_found, invalid, guardrail_blocked, reason_required, price_held, stale_or_mismatch
 */
export function setPrice(ctx: ServiceContext, sku: string, input: ManualPrice): Promise<ProductRecord> {
  return inTurn(ctx, [], (inside) => setInTurn(inside, sku, input));
}

export interface ManualPrice {
  price: MoneyInput;
  reason: string;
}

async function setInTurn(ctx: ServiceContext, sku: string, input: ManualPrice): Promise<ProductRecord> {
  const product = await readProduct(ctx.db, sku);
  if (!product) throw new ProblemError("not_found", "no such product");
  const amount = parseMinor(input.price, product.currency);
  if (!amount.ok)
    throw new ProblemError("invalid", amount.message, {
      errors: [{ path: "price", code: ROW_CODE_OF_MONEY[amount.code], message: amount.message }],
    });
  const { settings } = await readSettings(ctx.d1);
  assertPayable(amount.minor, product.currency, settings);
  assertAllowedPrices([product], amount.minor, settings);
  if (amount.minor === product.price) return product;
  assertNotOverridden(await overridesAt(ctx.db, ctx.now), product, ctx.now);
  const economics = knownEconomics(product, settings);
  if (riskOfApproval("LOW", product.price, amount.minor, economics) === "HIGH")
    await assertMayAlone(ctx, input.reason, settings);
  const cause = { kind: "manual", id: null };
  return commitPrice(ctx, product, { to: amount.minor, source: "applied", cause, reason: input.reason });
}

/**
 * Puts one price of a person's in force, if the product is still as it was read.
 *
 * @throws ProblemError stale_or_mismatch
 */
export async function commitPrice(
  ctx: ServiceContext,
  { sku, price: from, version, currency }: ProductRecord,
  change: Pick<PriceChange, "to" | "source" | "cause" | "reason">,
): Promise<ProductRecord> {
  const whole = { sku, from, version, currency, proposalId: null, note: null, ...change };
  const { applied } = await commitPrices(ctx, [whole]);
  if (applied.length === 0)
    throw new ProblemError("stale_or_mismatch", "the price changed meanwhile; look again");
  return (await readProduct(ctx.db, sku))!;
}
