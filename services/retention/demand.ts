import { and, asc, gt, lt, lte, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
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
  const { d1, db } = ctx;
  const before = dayOfNumber(dayNumber(civilDay(asOf, timeZone)) - retention.demandDays);
  const days = await rolledDays(ctx, before);
  if (days.length === 0) return 0;
  await d1.batch([sealDays(ctx, days)]);
  let removed = 0;
  for (let after = ""; ; ) {
    const page = await db
      .select({ sku: products.sku })
      .from(products)
      .where(gt(products.sku, after))
      .orderBy(asc(products.sku))
      .limit(SKUS_MAX);
    const last = page.at(-1);
    if (last === undefined) return removed;
    const isOld = and(
      gt(demandDays.sku, after),
      lte(demandDays.sku, last.sku),
      lt(demandDays.day, before),
      isAmong(demandDays.day, days),
      sql`${demandDays.day} < (SELECT max(n.day) FROM demand_days n WHERE n.sku = ${demandDays.sku})`,
    );
    removed += (await prepare(d1, db.delete(demandDays).where(isOld)).run()).meta.changes;
    after = last.sku;
  }
}
