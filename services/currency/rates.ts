import { and, desc, eq, getTableColumns, gt, lt, ne, notExists, or, sql } from "drizzle-orm";
import { bulkUpsert, excluded, isAmong, jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { fxRates } from "../../db/schema.ts";
import { type DatedRate, type RateTable, rateTable } from "../../domain/base/exchange-rates.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Days of rates that one reading takes: enough for the history of two years of a few currencies. */
const RATES_MAX = 10_000;

/** The rates that these currencies are part of, on either side. */
export async function readRates(d1: D1Database, currencies: ReadonlySet<string>): Promise<RateTable> {
  const codes = [...currencies];
  const rates = await database(d1)
    .select()
    .from(fxRates)
    .where(or(isAmong(fxRates.base, codes), isAmong(fxRates.quote, codes)))
    .orderBy(desc(fxRates.day))
    .limit(RATES_MAX);
  return rateTable(rates);
}

/** Rates of the newest days first, after the one named. */
export async function listRates(
  d1: D1Database,
  limit: number,
  after?: { day: string; base: string; quote: string },
): Promise<(DatedRate & { source: string })[]> {
  const place = sql`(${fxRates.base}, ${fxRates.quote})`;
  const isLater =
    after &&
    or(
      lt(fxRates.day, after.day),
      and(eq(fxRates.day, after.day), gt(place, sql`(${after.base}, ${after.quote})`)),
    );
  const { savedAt: _, ...shown } = getTableColumns(fxRates);
  return database(d1)
    .select(shown)
    .from(fxRates)
    .where(isLater)
    .orderBy(desc(fxRates.day), fxRates.base, fxRates.quote)
    .limit(limit);
}

/** Saves rates; those that are there already, unchanged, cost nothing. Audited when anything changed. */
export async function saveRates(
  ctx: ServiceContext,
  source: string,
  rates: readonly DatedRate[],
): Promise<{ saved: number }> {
  const fresh = await changedRates(ctx.d1, rates);
  if (fresh.length === 0) return { saved: 0 };
  const rows = fresh.map((rate) => ({ ...rate, source, savedAt: ctx.now }));
  await commitChained(ctx, {
    audit: [{ action: "fx.save", subject: "fx_rates", detail: { source, rates: fresh.length } }],
    statements: () => bulkUpsert(ctx.d1, fxRates, rows, { where: ne(fxRates.rate, excluded(fxRates.rate)) }),
  });
  return { saved: fresh.length };
}

async function changedRates(d1: D1Database, rates: readonly DatedRate[]): Promise<DatedRate[]> {
  const given = jsonTable("given", ["base", "quote", "day", "rate"], rates);
  const known = and(
    eq(fxRates.base, given.base),
    eq(fxRates.quote, given.quote),
    eq(fxRates.day, given.day),
    eq(fxRates.rate, given.rate),
  );
  const isKnown = database(d1).select({ one: sql`1` }).from(fxRates).where(known);
  const { base, quote, day, rate } = given;
  return database(d1).select({ base, quote, day, rate }).from(given.table).where(notExists(isKnown));
}
