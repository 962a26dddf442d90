import { isAmong } from "../../db/bulk.ts";
import { offers } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "../pricing/price-news.ts";

/**
 * The outbox rows that wake the SKUs with offers of these competitors, so that their signals are judged at once by what
 * counts from now on.
 */
export async function wakeSkusOf(
  ctx: ServiceContext,
  competitors: readonly string[],
): Promise<D1PreparedStatement[]> {
  const found = await ctx.db
    .selectDistinct({ sku: offers.sku })
    .from(offers)
    .where(isAmong(offers.competitor, competitors));
  return oursOutbox(
    ctx,
    found.map(({ sku }) => sku),
  );
}
