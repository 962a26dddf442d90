import type { ProductRecord } from "../../db/reads/products.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import { dueAt, frozenSince, type UnderlyingPrice } from "../../domain/ledger/served-price.ts";
import type { ServiceContext } from "../context.ts";
import { commitPrices, type PriceChange, SEGMENT_PRICES } from "../pricing/commit-prices.ts";
import { underlyingPrices } from "../pricing/served-price.ts";
import { expireOverrides } from "./expire-overrides.ts";
import { asOverride, type OverrideRecord, selectOverrides } from "./read-overrides.ts";

type Identity = "sku" | "brand" | "category" | "currency" | "version" | "updatedAt";
type Price = "price" | "priceSource" | "priceSince" | "basePrice" | "baseWaitsSince";
type Product = Pick<ProductRecord, Identity | Price>;

const PRODUCT = `sku, brand, category, price, price_source AS priceSource, price_since AS priceSince,
  base_price AS basePrice, base_waits_since AS baseWaitsSince, version, currency, updated_at AS updatedAt`;

/**
 * The minute tick: ends what has expired, puts fixed prices in force, or the price underneath one that has ended, and
 * base prices that waited for the end of a hold. What a freeze holds waits for its end.
 */
export async function settleOverrides(ctx: ServiceContext): Promise<void> {
  await expireOverrides(ctx);
  for (const override of await selectOverrides(ctx.d1, "o.settled = 0")) await settleOverride(ctx, override);
  const { results } = await ctx.d1
    .prepare(`SELECT ${PRODUCT} FROM products WHERE base_waits_since IS NOT NULL ORDER BY sku`)
    .all<Product>();
  if (results.length > 0) {
    const since = Math.min(...results.map(({ baseWaitsSince }) => baseWaitsSince!));
    await settleProducts(ctx, results, await holdsSince(ctx, since), null);
  }
}

type Hold = Override & { reason: string };

/** Does what one fixed price still asks for. The ledger says when it took effect, not when this was called. */
export async function settleOverride(ctx: ServiceContext, override: OverrideRecord): Promise<void> {
  const began = override.endedAt ?? override.createdAt;
  const products = await productsOf(ctx, override);
  if (!(await settleProducts(ctx, products, await holdsSince(ctx, began), override))) return;
  await ctx.d1
    .prepare("UPDATE overrides SET settled = 1 WHERE id = ?1 AND ended_at IS ?2")
    .bind(override.id, override.endedAt)
    .run();
}

/** The products of its scope, and those that left the scope while it held their price. */
async function productsOf(ctx: ServiceContext, { scope, key }: OverrideRecord): Promise<Product[]> {
  const { where, bound } = scopeOf(scope, key);
  const left = scope === "sku" ? "" : "OR price_source = 'override'";
  const { results } = await ctx.d1
    .prepare(`SELECT ${PRODUCT} FROM products WHERE ${where} ${left} ORDER BY sku`)
    .bind(...bound)
    .all<Product>();
  return results;
}

/** A scope as SQL on products, and its parameters. */
export function scopeOf(scope: Override["scope"], key: string): { where: string; bound: string[] } {
  return scope === "global" ? { where: "true", bound: [] } : { where: `${scope} = ?1`, bound: [key] };
}

/** Freezes and fixed prices that were in force at `since` or later, with the freezes that these carry on. */
async function holdsSince(ctx: ServiceContext, since: number): Promise<Hold[]> {
  const freezes = "SELECT min(f.created_at) FROM overrides f WHERE f.kind = 'PRICE_FREEZE'";
  const first = `min(?1, coalesce((${freezes} AND (f.ended_at IS NULL OR f.ended_at >= ?1)), ?1))`;
  const rows = await selectOverrides(
    ctx.d1,
    `o.kind <> 'FORCE_RULE_BASED' AND (o.ended_at IS NULL OR o.ended_at >= ${first})`,
    since,
  );
  return rows.map((row) => ({ ...asOverride(row), reason: row.reason }));
}

/**
 * Brings stored prices to what is due. Answers whether nothing is left to do: no freeze, no price that changed meanwhile.
 * `cause`: the override that made it necessary, if one did.
 */
async function settleProducts(
  ctx: ServiceContext,
  products: readonly Product[],
  holds: readonly Hold[],
  cause: OverrideRecord | null,
): Promise<boolean> {
  const asked = products.map((product) => ({
    ...product,
    at: frozenSince(holds, product, ctx.now) ?? ctx.now,
  }));
  const underlying = await underlyingPrices(ctx.d1, asked);
  const changes = new Map<number, PriceChange[]>();
  const served: string[] = [];
  let frozen = false;
  for (const product of asked) {
    frozen ||= frozenSince(holds, product, ctx.now) !== null;
    const { winner, at } = dueAt(holds, product, ctx.now, product.baseWaitsSince);
    // no change is before the one before it, nor before the product came into the scope
    const notBefore = cause === null || cause.scope === "sku" ? product.priceSince : product.updatedAt;
    const since = Math.min(ctx.now, Math.max(at, notBefore));
    const fixed = holds.find(({ id }) => id === winner?.id) ?? null;
    const change = changeOf(product, fixed, {
      ...underlying.get(product.sku)!,
      ended: cause?.id ?? null,
    });
    if (!change && product.baseWaitsSince !== null && winner === null && product.at === ctx.now)
      served.push(product.sku);
    if (change) changes.set(since, [...(changes.get(since) ?? []), change]);
  }
  let missed = 0;
  for (const [at, due] of [...changes].sort(([a], [b]) => a - b))
    for (let start = 0; start < due.length; start += SEGMENT_PRICES) {
      const segment = due.slice(start, start + SEGMENT_PRICES);
      // a price that changed under us is looked at again by the next tick
      missed += (await commitPrices({ ...ctx, now: at }, segment)).mismatched.length;
    }
  // a base price that came back to what is served has nothing to wait for
  if (served.length > 0)
    await ctx.d1
      .prepare("UPDATE products SET base_waits_since = NULL WHERE sku IN (SELECT value FROM json_each(?1))")
      .bind(JSON.stringify(served))
      .run();
  return !frozen && missed === 0;
}

/** Null where the stored price is that already. `ended`: the override whose end brings the price underneath back. */
function changeOf(
  product: Product,
  fixed: Hold | null,
  underneath: UnderlyingPrice & { ended: string | null },
): PriceChange | null {
  const { sku, price: from, version, currency, priceSource, baseWaitsSince } = product;
  const to = fixed?.price ?? underneath.price;
  const source = fixed ? ("override" as const) : underneath.source;
  if (to === from && source === priceSource) return null;
  const change = { sku, from, version, to, currency, source, proposalId: null, note: null };
  if (fixed) return { ...change, cause: { kind: "override", id: fixed.id }, reason: fixed.reason };
  if (source === "base" && baseWaitsSince !== null)
    return {
      ...change,
      cause: { kind: "import", id: null },
      reason: "imported while an override held the price",
    };
  return {
    ...change,
    cause: { kind: "override", id: underneath.ended },
    reason: "the fixed price has ended",
  };
}
