import { eq, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { ownerOf } from "../../db/reads/lineage.ts";
import { priceLedger, products } from "../../db/schema.ts";
import { readPriorPrice } from "../pricing/read-prior-price.ts";
import { readSettings } from "../settings/settings.ts";
import type { WriteRecord } from "./settle-writes.ts";
import { inParallel, type StoreContext } from "./store-link.ts";

/** Products whose prior prices are read at the same time. */
const AT_ONCE = 8;

/**
 * The lowest price of the 30 days before each of these prices that is a reduction (Directive 98/6/EC, Art. 6a), minor units,
 * by SKU; prices that are none are left out.
 */
export async function priorPrices(
  ctx: StoreContext,
  writes: readonly Pick<WriteRecord, "seq" | "sku">[],
): Promise<Map<string, number>> {
  const seqs = writes.map(({ seq }) => seq);
  const reduced = await ctx.db
    .select({ product: products, price: priceLedger.to, at: priceLedger.at })
    .from(priceLedger)
    .innerJoin(products, eq(products.sku, ownerOf()))
    .where(sql`${isAmong(priceLedger.seq, seqs)} AND ${priceLedger.to} < ${priceLedger.from}`);
  const { settings } = await readSettings(ctx.d1);
  const found = new Map<string, number>();
  await inParallel(reduced, AT_ONCE, async ({ product, price, at }) => {
    const { prior } = await readPriorPrice(ctx.db, product, settings, { at, price });
    if (prior !== null) found.set(product.sku, prior);
  });
  return found;
}
