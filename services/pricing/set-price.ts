import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type MoneyInput, parseMinor } from "../../domain/money/parse.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/observations/row-refusal.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotHeld } from "../overrides/assert-not-held.ts";
import { commitPrices } from "./commit-prices.ts";
import { assertAllowedPrice } from "./manual-limits.ts";

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
