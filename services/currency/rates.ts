import { jsonRows } from "../../db/bulk.ts";
import { type DatedRate, type RateTable, rateTable } from "../../domain/base/exchange-rates.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Days of rates that one reading takes: enough for the history of two years of a few currencies. */
const RATES_MAX = 10_000;

/** The rates that these currencies are part of, on either side. */
export async function readRates(d1: D1Database, currencies: ReadonlySet<string>): Promise<RateTable> {
  const { results } = await d1
    .prepare(
      `SELECT base, quote, day, rate FROM fx_rates WHERE base IN (SELECT value FROM json_each(?1))
         OR quote IN (SELECT value FROM json_each(?1)) ORDER BY day DESC LIMIT ${RATES_MAX}`,
    )
    .bind(JSON.stringify([...currencies]))
    .all<DatedRate>();
  return rateTable(results);
}

/** Rates of the newest days first, after the one named. */
export async function listRates(
  d1: D1Database,
  limit: number,
  after?: { day: string; base: string; quote: string },
): Promise<(DatedRate & { source: string })[]> {
  const { results } = await d1
    .prepare(
      `SELECT base, quote, day, rate, source FROM fx_rates
       WHERE ?2 IS NULL OR day < ?2 OR (day = ?2 AND (base, quote) > (?3, ?4))
       ORDER BY day DESC, base, quote LIMIT ?1`,
    )
    .bind(limit, after?.day ?? null, after?.base ?? null, after?.quote ?? null)
    .all<DatedRate & { source: string }>();
  return results;
}

/** Saves rates; those that are there already, unchanged, cost nothing. Audited when anything changed. */
export async function saveRates(
  ctx: ServiceContext,
  source: string,
  rates: readonly DatedRate[],
): Promise<{ saved: number }> {
  const fresh = await changedRates(ctx.d1, rates);
  if (fresh.length === 0) return { saved: 0 };
  const rows = fresh.map(({ base, quote, day, rate }) => [base, quote, day, rate, source, ctx.now]);
  await commitChained(ctx, {
    audit: [{ action: "fx.save", subject: "fx_rates", detail: { source, rates: fresh.length } }],
    statements: () => [
      ctx.d1
        .prepare(
          `INSERT INTO fx_rates (base, quote, day, rate, source, saved_at)
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1)
           WHERE true ON CONFLICT (base, quote, day) DO UPDATE SET rate = excluded.rate, source = excluded.source,
             saved_at = excluded.saved_at WHERE fx_rates.rate <> excluded.rate`,
        )
        .bind(jsonRows(rows)),
    ],
  });
  return { saved: fresh.length };
}

async function changedRates(d1: D1Database, rates: readonly DatedRate[]): Promise<DatedRate[]> {
  const { results } = await d1
    .prepare(
      `SELECT value ->> 3 AS at FROM json_each(?1) LEFT JOIN fx_rates AS known ON known.base = value ->> 0
         AND known.quote = value ->> 1 AND known.day = value ->> 2
       WHERE known.rate IS NULL OR known.rate <> value ->> 4`,
    )
    .bind(jsonRows(rates.map(({ base, quote, day, rate }, i) => [base, quote, day, i, rate])))
    .all<{ at: number }>();
  return results.flatMap(({ at }) => rates[at] ?? []);
}
