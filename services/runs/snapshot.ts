import { asc, eq, getTableColumns, ne, or, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { competitors, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { DatedCost } from "../../domain/pricing/unit-economics.ts";
import { daysRead, pastSpan, withPast } from "../../domain/runs/past-demand.ts";
import {
  type ArchivedTrial,
  type DatedPrice,
  DECISION_DAYS,
  type SkuReading,
  type Standings,
  skuReading,
  withArchivedTrials,
  withCosts,
  withProposed,
} from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";
import { readDemand } from "./read-demand.ts";
import { QUICKLY, type ShardJob, type ShardResult, type SkuQuestion } from "./run-record.ts";
import { putSnapshots } from "./snapshot-store.ts";

/** The only phase of a features run: keeps what a decision would read of the shard's SKUs. */
export async function snapshotShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const readings = await readSkus(ctx, job, DECISION_DAYS);
  // nothing is decided from them: they are looked at while they are new
  await putSnapshots(ctx.lake, { runId: job.run.id, shard: job.shard }, readings, { packing: QUICKLY });
  return { statements: [], counts: { skus: readings.length } };
}

/** Reads everything a run needs of its SKUs, at or before `asOf`, in SKU order. */
export async function readSkus(
  ctx: ServiceContext,
  job: SkuQuestion,
  historyDays: number,
): Promise<SkuReading[]> {
  const { asOf, settings } = job.run;
  const { sku, category, family, currency, price, stock, restockDate } = getTableColumns(products);
  const { basePrice, unitCost, taxRate, feeRate, unitFee } = getTableColumns(products);
  const span = daysRead(job.run, historyDays);
  const past = pastSpan(Math.max(ctx.now, asOf), settings, span);
  const [rows, standings, demandOf, histories] = await Promise.all([
    ctx.db
      .select({
        ...{ sku, category, family, currency, price, stock, restockDate },
        ...{ basePrice, unitCost, taxRate, feeRate, unitFee },
      })
      .from(products)
      .where(isAmong(products.sku, job.skus))
      .orderBy(asc(products.sku)),
    readStandings(ctx),
    readDemand(ctx, job.skus, span),
    job.readHistories(job.skus, asOf, past),
  ]);
  const historyOf = new Map(histories.map((history) => [history.sku, history]));
  return rows.map((product) => {
    const history = historyOf.get(product.sku);
    const days = withPast(product.sku, demandOf.get(product.sku) ?? [], history?.past);
    return skuReading(product, days, history, {
      asOf,
      settings,
      standings,
    });
  });
}

/** The competitors that people left out, or gave another weight than 1. */
export async function readStandings({ db }: Pick<ServiceContext, "db">): Promise<Standings> {
  const { id, include, weight } = competitors;
  const rows = await db
    .select({ id, include, weight })
    .from(competitors)
    .where(or(eq(include, false), ne(weight, 1)));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The readings with the unit cost of each day, where it changed: what moves a price and not its demand. */
export async function withDatedCosts(
  { d1 }: Pick<ServiceContext, "d1">,
  readings: readonly SkuReading[],
  asOf: number,
  timeZone: string,
): Promise<SkuReading[]> {
  const skus = JSON.stringify(readings.map(({ features }) => features.sku));
  const { results } = await prepare(
    d1,
    sql`SELECT sku, unit_cost AS unitCost, from_at AS "from" FROM product_costs
      WHERE from_at <= ${asOf} AND sku IN (
        SELECT c.sku FROM json_each(${skus}) j JOIN product_costs c ON c.sku = j.value AND c.from_at <= ${asOf}
        GROUP BY c.sku HAVING count(*) > 1)
      ORDER BY sku, from_at`,
  ).all<DatedCost & { sku: string }>();
  const costsOf = Map.groupBy(results, ({ sku }) => sku);
  return readings.map((reading) => {
    const costs = costsOf.get(reading.features.sku);
    return costs === undefined ? reading : withCosts(reading, costs, timeZone);
  });
}

/**
 * The readings with what is known of each day's price: whether a proposal set it, and what a trial moved it by. One whose price
 * was changed at its approval is neither.
 */
export async function withProposedPrices(
  { d1 }: Pick<ServiceContext, "d1">,
  readings: readonly SkuReading[],
  asOf: number,
  timeZone: string,
): Promise<SkuReading[]> {
  const skus = JSON.stringify(readings.map(({ features }) => features.sku));
  const [entries, archived] = await d1.batch([
    prepare(
      d1,
      sql`SELECT l.sku, l.at, l.to_price AS "to",
        l.cause_kind = 'proposal' AND (p.id IS NULL OR p.to_price = l.to_price) AS proposed,
        CASE WHEN p.to_price = l.to_price THEN p.experiment ->> 'without' END AS without
      FROM price_ledger l LEFT JOIN proposals p ON l.cause_kind = 'proposal' AND p.id = l.cause_id
      WHERE l.at <= ${asOf} AND l.sku IN (
        SELECT e.sku FROM json_each(${skus}) j JOIN price_ledger e ON e.sku = j.value
          WHERE e.cause_kind = 'proposal' AND e.at <= ${asOf}
        UNION SELECT t.sku FROM json_each(${skus}) j JOIN price_trials t ON t.sku = j.value)
      ORDER BY l.sku, l.seq`,
    ),
    prepare(
      d1,
      sql`SELECT t.sku, t.at, t.to_price AS "to", t.without, t.until_at AS until
        FROM json_each(${skus}) j JOIN price_trials t ON t.sku = j.value WHERE t.at <= ${asOf} ORDER BY t.sku, t.at`,
    ),
  ]);
  const trialsOf = Map.groupBy(archived!.results as (ArchivedTrial & { sku: string })[], ({ sku }) => sku);
  const dated = (entries!.results as LedgerRow[]).map((row) => ({ ...row, proposed: row.proposed === 1 }));
  const pricesOf = Map.groupBy(dated, ({ sku }) => sku);
  return readings.map((reading) => {
    const { sku } = reading.features;
    const prices = withArchivedTrials(pricesOf.get(sku) ?? [], trialsOf.get(sku) ?? []);
    return prices.length === 0 ? reading : withProposed(reading, prices, timeZone);
  });
}

type LedgerRow = Omit<DatedPrice, "proposed"> & { sku: string; proposed: number };
