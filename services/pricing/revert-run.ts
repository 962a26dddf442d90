import { and, eq, isNotNull, lt, max, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { isOfSku, isPriceChange } from "../../db/reads/lineage.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import { priceLedger, products, proposals, runs } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { PriceSource } from "../../domain/ledger/served-price.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotOverridden, overridesAt } from "../overrides/read-overrides.ts";
import { readSettings } from "../settings/settings.ts";
import { commitPrices, INVOCATION_PRICES, type PriceChange, SEGMENT_PRICES } from "./commit-prices.ts";
import { assertAllowedPrices } from "./price-limits.ts";

interface RevertedRun {
  reverted: number;
  skipped: number;
  failed: { sku: string; code: string; message: string }[];
}

/**
 * Takes back every price that a run's proposals put in force and that still is: the price before it is in force again, if
 * the limits of today allow it. A price that another has replaced since stays. Each price is judged by itself.
 *
 * @throws ProblemError not_found
 */
export function revertRun(ctx: ServiceContext, runId: string, reason: string | null): Promise<RevertedRun> {
  return inTurn(ctx, [], (inside) => revertInTurn(inside, runId, reason));
}

async function revertInTurn(ctx: ServiceContext, runId: string, reason: string | null): Promise<RevertedRun> {
  const applied = await readApplied(ctx, runId);
  const { settings } = await readSettings(ctx.d1);
  const inForce = await overridesAt(ctx.db, ctx.now);
  const answer: RevertedRun = { reverted: 0, skipped: 0, failed: [] };
  const changes: PriceChange[] = [];
  for (const { seq, product, before, newest } of applied) {
    if (seq === null || newest !== seq || before === null) {
      answer.skipped++;
      continue;
    }
    try {
      assertNotOverridden(inForce, product, ctx.now);
      assertAllowedPrices([product], before.to, settings);
      changes.push(takenBack(product, seq, before, reason));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      answer.failed.push({ sku: product.sku, code: error.code, message: error.message });
    }
  }
  const more = "more prices than one request changes: ask once more";
  for (const { sku } of changes.splice(INVOCATION_PRICES))
    answer.failed.push({ sku, code: "unavailable", message: more });
  for (let start = 0; start < changes.length; start += SEGMENT_PRICES) {
    const committed = await commitPrices(ctx, changes.slice(start, start + SEGMENT_PRICES));
    answer.reverted += committed.applied.length;
    const message = "the price changed meanwhile; look again";
    for (const { sku } of committed.mismatched)
      answer.failed.push({ sku, code: "stale_or_mismatch", message });
  }
  return answer;
}

function takenBack(
  { sku, price, version, currency }: ProductRecord,
  seq: number,
  before: { to: number; source: string },
  reason: string | null,
): PriceChange {
  return {
    ...{ sku, from: price, version, currency, to: before.to, source: before.source as PriceSource },
    ...{ cause: { kind: "rollback", id: String(seq) }, proposalId: null, note: null, reason },
  };
}

/** The ledger entries of a run's proposals, with their product and the entry before. */
async function readApplied({ db }: ServiceContext, runId: string) {
  const earlier = alias(priceLedger, "earlier");
  const entryBefore = db
    .select({ seq: max(earlier.seq) })
    .from(earlier)
    .where(
      and(isOfSku(proposals.sku, earlier), lt(earlier.seq, proposals.ledgerSeq), isPriceChange(earlier)),
    );
  const newest = alias(priceLedger, "newest");
  const inForce = db
    .select({ seq: max(newest.seq) })
    .from(newest)
    .where(and(isOfSku(products.sku, newest), isPriceChange(newest)));
  const [found] = await db.select({ id: runs.id }).from(runs).where(eq(runs.id, runId));
  if (!found) throw new ProblemError("not_found", "no such run");
  return db
    .select({
      ...{ seq: proposals.ledgerSeq, product: products, before: priceLedger },
      newest: sql<number | null>`(${inForce})`,
    })
    .from(proposals)
    .innerJoin(products, eq(products.sku, proposals.sku))
    .leftJoin(priceLedger, sql`${priceLedger.seq} = (${entryBefore})`)
    .where(and(eq(proposals.runId, runId), isNotNull(proposals.ledgerSeq)))
    .orderBy(proposals.sku);
}
