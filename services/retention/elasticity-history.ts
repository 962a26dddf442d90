import { sql } from "drizzle-orm";
import { elasticities, elasticityHistory } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";

const WEEK_MS = 7 * DAY_MS;
/** SKUs thinned in one statement. */
const SKUS_MAX = 2_000;
/** How far behind the limit it looks: what was thinned before is not read again, though some nights were missed. */
const LOOK_BACK_MS = 10 * WEEK_MS;

/** Of what a SKU's elasticity was before an instant (ms), leaves the last of each week. Answers how many rows went. */
export async function thinElasticities({ d1 }: ServiceContext, before: number): Promise<number> {
  // a bound number may be a real one, and would not divide into whole weeks
  const week = sql.raw(String(WEEK_MS));
  const isLater = sql`n.sku = elasticity_history.sku AND n.as_of > elasticity_history.as_of
    AND n.as_of / ${week} = elasticity_history.as_of / ${week}`;
  let removed = 0;
  for (let after = ""; ; ) {
    const page = sql`SELECT sku FROM ${elasticities} WHERE sku > ${after} ORDER BY sku LIMIT ${SKUS_MAX}`;
    const [last, thinned] = await d1.batch<{ sku: string | null }>([
      prepare(d1, sql`SELECT max(sku) AS sku FROM (${page})`),
      prepare(
        d1,
        sql`DELETE FROM ${elasticityHistory} WHERE sku IN (${page}) AND as_of >= ${before - LOOK_BACK_MS}
          AND as_of < ${before} AND EXISTS (SELECT 1 FROM elasticity_history n WHERE ${isLater})`,
      ),
    ]);
    removed += thinned!.meta.changes;
    const reached = last!.results[0]?.sku ?? null;
    if (reached === null) return removed;
    after = reached;
  }
}
