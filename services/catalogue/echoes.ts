import { and, gt, lte, max, ne, or, sql } from "drizzle-orm";
import { isOfSkus, ownerOf } from "../../db/reads/lineage.ts";
import { priceLedger } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";

/**
 * The prices of these SKUs, other than base prices, that were served at some instant of the last `days`: a shop that reads
 * our prices may send them back as its own. Minor units, by SKU.
 */
export async function pricesServedLately(
  { db, now }: Pick<ServiceContext, "db" | "now">,
  skus: readonly string[],
  days: number,
): Promise<Map<string, Set<number>>> {
  const served = new Map<string, Set<number>>();
  if (skus.length === 0) return served;
  const since = now - days * DAY_MS;
  const isTheirs = isOfSkus(skus);
  const inForceThen = db
    .select({ seq: max(priceLedger.seq) })
    .from(priceLedger)
    .where(and(isTheirs, lte(priceLedger.at, since)))
    .groupBy(ownerOf());
  const rows = await db
    .selectDistinct({ sku: ownerOf(), price: priceLedger.to })
    .from(priceLedger)
    .where(
      and(
        ...[isTheirs, ne(priceLedger.source, "base")],
        or(gt(priceLedger.at, since), sql`${priceLedger.seq} IN ${inForceThen}`),
      ),
    );
  for (const { sku, price } of rows) served.set(sku, (served.get(sku) ?? new Set()).add(price));
  return served;
}
