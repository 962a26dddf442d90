import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { isAmong } from "../bulk.ts";
import type { Database } from "../database.ts";
import { priceLedger, skuRenames } from "../schema.ts";

/**
 * Entries of the ledger keep the SKU that they were written with. A product that got another SKU is found by all that it
 * ever had, each as long as it had it.
 */

/** The cause of the entries that say at which price a product goes on under another SKU: they change no price. */
export const RENAME_CAUSE = "rename";

/** Columns of the ledger, or of an alias of it. */
type Ledger = Record<"sku" | "seq" | "causeKind", SQLiteColumn>;

/** The SKU that the product of an entry has now. */
export function ownerOf({ sku, seq }: Ledger = priceLedger): SQL<string> {
  return sql<string>`coalesce((SELECT now.sku FROM sku_renames AS now
    WHERE now.alias = ${sku} AND ${seq} > now.from_seq AND ${seq} < now.seq), ${sku})`;
}

/** Whether an entry is of a product that meets the condition, which is asked of a column of SKUs. */
export function isOfProducts(meets: (sku: SQLiteColumn | SQL) => SQL, ledger: Ledger = priceLedger): SQL {
  const aliases = sql`SELECT alias FROM sku_renames WHERE ${meets(sql.raw("sku_renames.sku"))}`;
  return sql`(${meets(ledger.sku)} OR ${ledger.sku} IN (${aliases})) AND ${meets(ownerOf(ledger))}`;
}

/** Whether an entry is of one of the products with these SKUs. */
export function isOfSkus(skus: readonly string[]): SQL {
  return sql`(${isOfProducts((sku) => isAmong(sku, skus))})`;
}

/** Whether an entry is of the product with a SKU: a value, or a column. */
export function isOfSku(wanted: string | SQLiteColumn, ledger: Ledger = priceLedger): SQL {
  return sql`(${isOfProducts((sku) => sql`${sku} = ${wanted}`, ledger)})`;
}

/** Whether an entry changed a price. */
export function isPriceChange({ causeKind }: Ledger = priceLedger): SQL {
  return sql`${causeKind} <> ${RENAME_CAUSE}`;
}

/** Says of a SKU that something was written with at an instant, ms, whether it was the product's then. */
type WasItsSku = (written: string, at: number) => boolean;

/** The SKUs that a product has or had, each as long as it led to the product. */
export async function skusOverTime(
  db: Database,
  sku: string,
): Promise<{ skus: string[]; wasIts: WasItsSku }> {
  const rows = await db
    .select({ alias: skuRenames.alias, sku: skuRenames.sku, endedAt: skuRenames.endedAt })
    .from(skuRenames)
    .where(sql`${skuRenames.seq} IS NOT NULL AND ${skuRenames.alias} IN ${namesOf(sku)}`)
    .orderBy(skuRenames.startedAt);
  const wasIts: WasItsSku = (written, at) => {
    const led = rows.find(({ alias, endedAt }) => alias === written && (endedAt === null || at <= endedAt));
    return (led?.sku ?? written) === sku;
  };
  return { skus: [...new Set([sku, ...rows.map(({ alias }) => alias)])], wasIts };
}

/** All SKUs that a product has or had, for what is found by name only. */
export function namesOf(sku: string): SQL {
  return sql`(SELECT ${sku} UNION SELECT ${skuRenames.alias} FROM ${skuRenames} WHERE ${eq(skuRenames.sku, sku)})`;
}
