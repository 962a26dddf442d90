import { and, eq, gt, gte, inArray, isNull, lt, max, sql, sum } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { demandDays, elasticities, kviScores, offers, products } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { type KviFacts, scoreKeyValueItems } from "../../domain/market/key-value-items.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import { readSettings } from "../settings/settings.ts";

/** Demand of so many days says what sells. */
const SPAN_DAYS = 28;
/** How long an offer of a competitor counts here. */
const OFFERS_MS = 7 * DAY_MS;
/** Scores change slowly, and reading four weeks of demand of a large catalogue costs: once a week is often enough. */
const SCORED_EVERY_MS = 7 * DAY_MS;
/** Products whose facts are read together. */
const PAGE = 1_000;

/** Scores all active products, if that was not done lately. */
export async function scoreWhenDue(ctx: ServiceContext): Promise<void> {
  const [newest] = await ctx.db.select({ at: max(kviScores.scoredAt) }).from(kviScores);
  if ((newest?.at ?? 0) + SCORED_EVERY_MS <= ctx.now) await scoreItems(ctx);
}

/**
 * Scores all active products and keeps those that look like key value items: the highest fifth. What a person has dismissed
 * stays dismissed. Answers how many were scored.
 */
export async function scoreItems(ctx: ServiceContext): Promise<{ scored: number; suggested: number }> {
  const { settings } = await readSettings(ctx.d1);
  const since = civilDay(ctx.now - SPAN_DAYS * DAY_MS, settings.timeZone);
  const facts: KviFacts[] = [];
  for (let after = ""; ; ) {
    const page = await readFacts(ctx, after, since);
    facts.push(...page);
    if (page.length < PAGE) break;
    after = page.at(-1)!.sku;
    await giveWay(ctx);
  }
  await giveWay(ctx);
  const scores = scoreKeyValueItems(facts);
  await giveWay(ctx);
  const kept = scores.flatMap(({ sku, score, tier, parts }) =>
    tier === null ? [] : [{ sku, score, tier, parts, scoredAt: ctx.now }],
  );
  await commitBatch(ctx.d1, [
    ...bulkUpsert(ctx.d1, kviScores, kept),
    prepare(
      ctx.d1,
      ctx.db.delete(kviScores).where(and(lt(kviScores.scoredAt, ctx.now), isNull(kviScores.dismissedAt))),
    ),
  ]);
  return { scored: scores.length, suggested: kept.length };
}

async function readFacts({ db, now }: ServiceContext, after: string, since: string): Promise<KviFacts[]> {
  const page = db
    .select({ sku: products.sku })
    .from(products)
    .where(and(gt(products.sku, after), eq(products.status, "active")))
    .orderBy(products.sku)
    .limit(PAGE);
  const [skus, demand, learned, offered] = await db.batch([
    page,
    db
      .select({
        sku: demandDays.sku,
        units: sum(demandDays.units).mapWith(Number),
        revenue: sum(demandDays.revenue).mapWith(Number),
        views: sql<number | null>`sum(${demandDays.views})`,
      })
      .from(demandDays)
      .where(and(inArray(demandDays.sku, page), gte(demandDays.day, since)))
      .groupBy(demandDays.sku),
    db
      .select({ sku: elasticities.sku, mean: elasticities.mean, sd: elasticities.sd })
      .from(elasticities)
      .where(inArray(elasticities.sku, page)),
    db
      .select({ sku: offers.sku, competitors: sql<number>`count(*)` })
      .from(offers)
      .where(and(inArray(offers.sku, page), gt(offers.observedAt, now - OFFERS_MS)))
      .groupBy(offers.sku),
  ]);
  const demandOf = new Map(demand.map((row) => [row.sku, row]));
  const learnedOf = new Map(learned.map(({ sku, mean, sd }) => [sku, { mean, sd }]));
  const offeredOf = new Map(offered.map(({ sku, competitors }) => [sku, competitors]));
  return skus.map(({ sku }) => {
    const { units = 0, revenue = 0, views = null } = demandOf.get(sku) ?? {};
    return {
      ...{ sku, units, revenue, views },
      elasticity: learnedOf.get(sku) ?? null,
      competitors: offeredOf.get(sku) ?? 0,
    };
  });
}
