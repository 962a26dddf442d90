import { and, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import { isAmong } from "../../../db/bulk.ts";
import type { Database } from "../../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../../db/list.ts";
import { skuRenames } from "../../../db/schema.ts";

export type RenameRecord = typeof skuRenames.$inferSelect;

/** The present SKUs that these lead to, by the SKU before; those that lead nowhere are left out. */
export async function presentSkus(db: Database, skus: readonly string[]): Promise<Map<string, string>> {
  if (skus.length === 0) return new Map();
  const rows = await db
    .select({ alias: skuRenames.alias, sku: skuRenames.sku })
    .from(skuRenames)
    .where(and(isAmong(skuRenames.alias, skus), isNull(skuRenames.endedAt), isNotNull(skuRenames.seq)));
  return new Map(rows.map(({ alias, sku }) => [alias, sku]));
}

/** These SKUs, each in the place of one that its product had before. */
export async function followSkus(db: Database, skus: readonly string[]): Promise<string[]> {
  const present = await presentSkus(db, skus);
  return skus.map((sku) => present.get(sku) ?? sku);
}

/** The SKU that the product has now; the same where it leads nowhere else. */
export async function followSku(db: Database, sku: string): Promise<string> {
  return (await followSkus(db, [sku]))[0]!;
}

/** Renames that stand in the way of new products with these SKUs: aliases, and SKUs that a product is about to get. */
export function renamesOf(db: Database, skus: readonly string[]) {
  const isAlias = and(isAmong(skuRenames.alias, skus), isNull(skuRenames.endedAt));
  return db
    .select()
    .from(skuRenames)
    .where(or(isAlias, and(isAmong(skuRenames.sku, skus), isNull(skuRenames.seq))));
}

export const ALIAS_LIST = {
  source: sql`${skuRenames}`,
  id: skuRenames.id,
  sorts: { alias: skuRenames.alias },
  sort: "alias",
  search: [skuRenames.alias, skuRenames.sku],
  facets: {},
} as const satisfies ListShape;

/** One page of the aliases that are in use. */
export async function listAliases(db: Database, query: ListQuery, { sku }: { sku?: string | undefined }) {
  const filters = [isNull(skuRenames.endedAt), isNotNull(skuRenames.seq), is(skuRenames.sku, sku)];
  return readPage(db, ALIAS_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ alias: skuRenames, ...place })
        .from(skuRenames)
        .$dynamic(),
    ),
  );
}

/** The alias that is in use, if it is one. */
export async function readAlias(db: Database, alias: string): Promise<RenameRecord | undefined> {
  const [row] = await db
    .select()
    .from(skuRenames)
    .where(and(eq(skuRenames.alias, alias), isNull(skuRenames.endedAt), isNotNull(skuRenames.seq)));
  return row;
}
