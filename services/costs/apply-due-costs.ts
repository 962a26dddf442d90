import { and, asc, desc, eq, isNull, lte, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { productCosts, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import { commitOnce, inTurn, readHeads } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "../pricing/price-news.ts";
import { recheckOpen } from "../proposals/recheck.ts";

/** SKUs of one atomic batch. */
const SEGMENT_SKUS = 1_000;
/** Segments of one invocation: each takes some 12 queries, and where proposals end 24 more. */
const SEGMENTS_MAX = 25;

/**
 * Gives products their dated costs whose time has come: what they then cost is the newest of these. What is more than one
 * invocation may do is left to the next minute.
 */
export async function applyDueCosts(ctx: ServiceContext): Promise<number> {
  let applied = 0;
  for (let segments = 0; segments < SEGMENTS_MAX; segments++) {
    const due = await ctx.db
      .selectDistinct({ sku: productCosts.sku })
      .from(productCosts)
      .where(and(isNull(productCosts.appliedAt), lte(productCosts.from, ctx.now)))
      .orderBy(asc(productCosts.sku))
      .limit(SEGMENT_SKUS);
    const skus = due.map(({ sku }) => sku);
    if (skus.length === 0) return applied;
    await applySegment(ctx, skus);
    await recheckOpen(ctx, skus);
    applied += skus.length;
  }
  return applied;
}

async function applySegment(ctx: ServiceContext, skus: readonly string[]): Promise<void> {
  const { d1, db, now } = ctx;
  const inForce = db
    .select({ unitCost: productCosts.unitCost })
    .from(productCosts)
    .where(and(eq(productCosts.sku, products.sku), lte(productCosts.from, now)))
    .orderBy(desc(productCosts.from))
    .limit(1);
  const isChanged = and(isAmong(products.sku, skus), sql`${products.unitCost} IS NOT (${inForce})`);
  const setCosts = db
    .update(products)
    .set({ unitCost: sql`(${inForce})`, version: sql`${products.version} + 1`, updatedAt: now })
    .where(isChanged);
  const isDue = and(isNull(productCosts.appliedAt), lte(productCosts.from, now));
  const markApplied = db
    .update(productCosts)
    .set({ appliedAt: now })
    .where(and(isDue, isAmong(productCosts.sku, skus)));
  // read inside the turn: what the audit calls before is what was there
  await inTurn(ctx, ["head_moved"], async (inside) => {
    const changed = await db
      .select({ sku: products.sku, before: products.unitCost, after: sql<number>`(${inForce})` })
      .from(products)
      .where(isChanged)
      .orderBy(products.sku);
    const changes = changed.map(({ sku, before, after }) => ({
      sku,
      ...changedFields({ unitCost: before }, { unitCost: after }),
    }));
    await commitOnce(inside, await readHeads(inside), {
      audit: [{ action: "costs.apply", subject: "costs", detail: { skus, changes } }],
      statements: () => [prepare(d1, setCosts), prepare(d1, markApplied), ...oursOutbox(ctx, skus)],
    });
  });
}
