import { sql } from "drizzle-orm";
import { demandDays, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { civilDay, dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { rolledDays, sealDays } from "../marts/changed-days.ts";

/** Products of one statement. */
const SKUS_MAX = 1_000;

/**
 * Removes old days of demand once they are rolled up, and seals their marts: the shards have them, and the lake has the
 * rows as they were posted. A product's newest day stays, however old it is. Answers how many rows went.
 */
export async function removeDemand(
  ctx: ServiceContext,
  asOf: number,
  { timeZone, retention }: Pick<Settings, "timeZone" | "retention">,
): Promise<number> {
  const { d1 } = ctx;
  const before = dayOfNumber(dayNumber(civilDay(asOf, timeZone)) - retention.demandDays);
  const days = await rolledDays(ctx, before);
  if (days.length === 0) return 0;
  await d1.batch([sealDays(ctx, days)]);
  const list = JSON.stringify(days);
  let removed = 0;
  for (let after = ""; ; ) {
    const page = sql`SELECT sku FROM ${products} WHERE sku > ${after} ORDER BY sku LIMIT ${SKUS_MAX}`;
    const [last, gone] = await d1.batch<{ sku: string | null }>([
      prepare(d1, sql`SELECT max(sku) AS sku FROM (${page})`),
      prepare(
        d1,
        sql`DELETE FROM ${demandDays} WHERE sku IN (${page}) AND day < ${before}
          AND day IN (SELECT value FROM json_each(${list}))
          AND day < (SELECT max(n.day) FROM demand_days n WHERE n.sku = demand_days.sku)`,
      ),
    ]);
    removed += gone!.meta.changes;
    const reached = last!.results[0]?.sku ?? null;
    if (reached === null) return removed;
    after = reached;
  }
}
