import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { overrideInForce } from "../../domain/strategies/resolve.ts";
import type { ServiceContext } from "../context.ts";
import { commitPrices, type PriceChange } from "../pricing/commit-prices.ts";
import { expireOverrides } from "./expire-overrides.ts";
import { asOverride, type OverrideRecord, selectOverrides } from "./read-overrides.ts";

/**
 * The minute tick: ends what has expired, and puts fixed prices in force, or the price before one that has ended. What a
 * freeze holds waits for its end.
 */
export async function settleOverrides(ctx: ServiceContext): Promise<void> {
  await expireOverrides(ctx);
  for (const override of await selectOverrides(ctx.d1, "settled = 0")) await settleOverride(ctx, override);
}

/** Does what one fixed price still asks for. The ledger says when it took effect, not when this was called. */
export async function settleOverride(ctx: ServiceContext, override: OverrideRecord): Promise<void> {
  const product = await readProduct(ctx.db, override.key);
  if (product) {
    const freezes = await selectOverrides(
      ctx.d1,
      "kind = 'PRICE_FREEZE' AND (ended_at IS NULL OR ended_at >= ?1)",
      override.endedAt ?? override.createdAt,
    );
    const frozen = overrideInForce(freezes.map(asOverride), product, ctx.now);
    if (frozen) return;
    const change =
      override.endedAt === null ? putInForce(product, override) : await restore(ctx, product, override);
    const began = override.endedAt ?? override.createdAt;
    const thawed = freezes
      .filter((freeze) => overrideInForce([asOverride(freeze)], product, began) !== null)
      .map((freeze) => Math.min(freeze.expiresAt, freeze.endedAt ?? freeze.expiresAt));
    const at = Math.max(began, ...thawed);
    // a price that changed under us is looked at again by the next tick
    if (change && (await commitPrices({ ...ctx, now: at }, [change])).applied.length === 0) return;
  }
  await ctx.d1
    .prepare("UPDATE overrides SET settled = 1 WHERE id = ?1 AND ended_at IS ?2")
    .bind(override.id, override.endedAt)
    .run();
}

function putInForce(product: ProductRecord, { id, price, reason }: OverrideRecord): PriceChange | null {
  if (product.price === price && product.priceSource === "override") return null;
  return { ...changeOf(product, id, reason), to: price!, source: "override" };
}

/** The price that would be served without fixed prices: the newest of the ledger that none of them caused. */
async function restore(
  ctx: ServiceContext,
  product: ProductRecord,
  { id }: OverrideRecord,
): Promise<PriceChange | null> {
  if (product.priceSource !== "override") return null;
  const before = await ctx.d1
    .prepare(
      `SELECT to_price AS price, source FROM price_ledger WHERE sku = ?1 AND source <> 'override'
       ORDER BY seq DESC LIMIT 1`,
    )
    .bind(product.sku)
    .first<{ price: number; source: PriceChange["source"] }>();
  const { price, source } = before ?? { price: product.basePrice, source: "base" as const };
  return { ...changeOf(product, id, "the fixed price has ended"), to: price, source };
}

function changeOf(product: ProductRecord, id: string, reason: string) {
  const { sku, price, version, currency } = product;
  return {
    ...{ sku, from: price, version, currency, reason },
    cause: { kind: "override", id },
    proposalId: null,
    note: null,
  };
}
