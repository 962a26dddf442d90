import { eq, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { productCosts, products } from "../../db/schema.ts";
import { type DatedCost, parseCost } from "../../domain/catalogue/cost-row.ts";
import type { ImportLine, ImportReceipt } from "../catalogue/import-products.ts";
import { withPresentSkus } from "../catalogue/rename/follow-aliases.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { applyDueCosts } from "./apply-due-costs.ts";

interface KnownCost {
  sku: string;
  currency: string;
  from: number | null;
  unitCost: number | null;
}

/**
 * Imports dated unit costs. A bad row is rejected with its line and code, its neighbours go through; the same file twice
 * changes nothing. A cost whose date has come is the product's at once, a later one when its time comes.
 */
export async function importCosts(
  ctx: ServiceContext,
  given: readonly ImportLine[],
  options: { dryRun: boolean },
): Promise<ImportReceipt> {
  const lines = await withPresentSkus(ctx.db, given);
  const { settings } = await readSettings(ctx.d1);
  const known = await knownCosts(ctx.db, lines);
  const currencies = new Map(known.map(({ sku, currency }) => [sku, currency]));
  const before = new Map(known.map(({ sku, from, unitCost }) => [placeOf(sku, from), unitCost]));
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  const wanted = new Map<string, DatedCost>();
  for (const { line, value } of lines) {
    const parsed = parseCost(value, (sku) => currencies.get(sku), settings.timeZone);
    if (!parsed.ok) {
      const { path, code, message } = parsed.problem;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
      continue;
    }
    const place = placeOf(parsed.cost.sku, parsed.cost.from);
    if (wanted.has(place)) receipt.unchanged++;
    wanted.set(place, parsed.cost);
  }
  const changed = [...wanted].filter(([place, cost]) => before.get(place) !== cost.unitCost);
  receipt.unchanged += wanted.size - changed.length;
  receipt.updated = changed.filter(([place]) => before.has(place)).length;
  receipt.inserted = changed.length - receipt.updated;
  if (options.dryRun || changed.length === 0) return receipt;
  await saveCosts(
    ctx,
    changed.map(([place, cost]) => ({ ...cost, before: before.get(place) ?? null })),
  );
  await applyDueCosts(ctx);
  return receipt;
}

function placeOf(sku: string, from: number | null): string {
  return `${from} ${sku}`;
}

/** The products that the lines name, once for each of their dated costs. */
async function knownCosts(db: Database, lines: readonly ImportLine[]): Promise<KnownCost[]> {
  const skus = new Set(lines.map(({ value }) => (value as { sku?: unknown } | null)?.sku));
  const named = [...skus].filter((sku) => typeof sku === "string");
  return db
    .select({
      ...{ sku: products.sku, currency: products.currency },
      ...{ from: productCosts.from, unitCost: productCosts.unitCost },
    })
    .from(products)
    .leftJoin(productCosts, eq(productCosts.sku, products.sku))
    .where(isAmong(products.sku, named));
}

/** Changes named in one audit entry: it stays far under what one value may hold. */
const ENTRY_CHANGES = 1_000;

async function saveCosts(
  ctx: ServiceContext,
  costs: readonly (DatedCost & { before: number | null })[],
): Promise<void> {
  const rows = costs.map(({ sku, from, unitCost }) => ({ sku, from, unitCost }));
  const changes = costs.map(({ sku, from, before, unitCost: after }) => ({ sku, from, before, after }));
  const entries = Array.from({ length: Math.ceil(changes.length / ENTRY_CHANGES) }, (_, i) =>
    changes.slice(i * ENTRY_CHANGES, (i + 1) * ENTRY_CHANGES),
  );
  // a corrected cost becomes the product's again, whether or not the one before it had
  const corrected = { appliedAt: sql`NULL` };
  await commitChained(ctx, {
    audit: entries.map((named) => ({
      action: "costs.import",
      subject: "costs",
      detail: { changed: named.length, changes: named },
    })),
    statements: () => bulkUpsert(ctx.d1, productCosts, rows, { set: corrected }),
  });
}
