import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "../pricing/price-news.ts";

/** SKUs of one atomic batch. */
const SEGMENT_SKUS = 1_000;

/** Makes dated costs whose time has come the products' own: what they then cost is the newest of their dated costs. */
export async function applyDueCosts(ctx: ServiceContext): Promise<number> {
  let applied = 0;
  for (;;) {
    const { results } = await ctx.d1
      .prepare(
        "SELECT DISTINCT sku FROM product_costs WHERE applied_at IS NULL AND from_at <= ?1 ORDER BY sku LIMIT ?2",
      )
      .bind(ctx.now, SEGMENT_SKUS)
      .all<{ sku: string }>();
    const skus = results.map(({ sku }) => sku);
    if (skus.length === 0) return applied;
    await applySegment(ctx, skus);
    applied += skus.length;
  }
}

async function applySegment(ctx: ServiceContext, skus: readonly string[]): Promise<void> {
  const list = JSON.stringify(skus);
  const inForce = `(SELECT unit_cost FROM product_costs c WHERE c.sku = products.sku AND c.from_at <= ?2
    ORDER BY from_at DESC LIMIT 1)`;
  await commitChained(ctx, {
    audit: [{ action: "costs.apply", subject: "costs", detail: { skus } }],
    statements: () => [
      ctx.d1
        .prepare(
          `UPDATE products SET unit_cost = ${inForce}, version = version + 1, updated_at = ?2
           WHERE sku IN (SELECT value FROM json_each(?1)) AND unit_cost IS NOT ${inForce}`,
        )
        .bind(list, ctx.now),
      ctx.d1
        .prepare(
          `UPDATE product_costs SET applied_at = ?2
           WHERE applied_at IS NULL AND from_at <= ?2 AND sku IN (SELECT value FROM json_each(?1))`,
        )
        .bind(list, ctx.now),
      ...oursOutbox(ctx, skus),
    ],
  });
}
