import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { readStoredProducts } from "../../db/reads/products.ts";
import { pastPrices } from "../../db/schema.ts";
import { type PastPrice, parsePastPrice } from "../../domain/catalogue/past-price-row.ts";
import type { ImportLine, ImportReceipt } from "../catalogue/import-products.ts";
import { withPresentSkus } from "../catalogue/rename/follow-aliases.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";

/**
 * Imports prices of the time before the ledger: prior prices are then known from the first day on. A bad row is rejected
 * with its line and code, its neighbours go through; the same file twice changes nothing.
 */
export async function importPastPrices(
  ctx: ServiceContext,
  given: readonly ImportLine[],
  options: { dryRun: boolean },
): Promise<ImportReceipt> {
  const lines = await withPresentSkus(ctx.db, given);
  const { settings } = await readSettings(ctx.d1);
  const named = lines.map(({ value }) => (value as { sku?: unknown } | null)?.sku);
  const skus = [...new Set(named)].filter((sku) => typeof sku === "string");
  const products = await readStoredProducts(ctx.db, skus);
  const known = await ctx.db.select().from(pastPrices).where(isAmong(pastPrices.sku, skus));
  const before = new Map(known.map((row) => [placeOf(row), row]));
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  const wanted = new Map<string, PastPrice>();
  for (const { line, value } of lines) {
    const parsed = parsePastPrice(value, (sku) => products.get(sku)?.currency, settings.timeZone);
    if (!parsed.ok) {
      const { path, code, message } = parsed.problem;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
      continue;
    }
    if (wanted.has(placeOf(parsed.past))) receipt.unchanged++;
    wanted.set(placeOf(parsed.past), parsed.past);
  }
  const changed = [...wanted.values()].filter((past) => !isSame(past, before.get(placeOf(past))));
  receipt.unchanged += wanted.size - changed.length;
  receipt.updated = changed.filter((past) => before.has(placeOf(past))).length;
  receipt.inserted = changed.length - receipt.updated;
  receipt.changes = receipt.updated > 0 ? { price: receipt.updated } : {};
  if (!options.dryRun && changed.length > 0)
    await commitChained(ctx, {
      audit: [{ action: "prices.import", subject: "past_prices", detail: { changed: changed.length } }],
      statements: () => bulkUpsert(ctx.d1, pastPrices, changed),
    });
  return receipt;
}

function placeOf({ sku, from }: Pick<PastPrice, "sku" | "from">): string {
  return `${from} ${sku}`;
}

function isSame(a: PastPrice, b: PastPrice | undefined): boolean {
  return a.price === b?.price && a.until === b.until;
}
