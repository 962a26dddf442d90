import { eq, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { ownerOf } from "../../db/reads/lineage.ts";
import { priceLedger, products } from "../../db/schema.ts";
import { readPriorPrices } from "../pricing/read-prior-price.ts";
import { readSettings } from "../settings/settings.ts";
import type { WriteRecord } from "./settle-writes.ts";
import type { StoreContext } from "./store-link.ts";

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
  if (reduced.length === 0) return new Map();
  const found = await readPriorPrices(ctx.db, settings, reduced);
  return new Map(
    reduced.flatMap(({ product }, i) => {
      const { prior } = found[i]!;
      return prior === null ? [] : [[product.sku, prior] as const];
    }),
  );
}
