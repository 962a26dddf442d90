import { and, eq } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { mappings } from "../../db/schema.ts";

/** What a competitor's own number (`sku`) or a page (`url`) stands for. */
export type Mapping = Omit<typeof mappings.$inferSelect, "createdAt">;

/** One text for (competitor, kind, key). */
export function mappingKey(competitor: string, kind: Mapping["kind"], key: string): string {
  return JSON.stringify([competitor.trim(), kind, key.trim()]);
}

/** The SKUs that these keys stand for, as far as they are mapped. */
export async function readMappings(d1: D1Database, keys: ReadonlySet<string>): Promise<Map<string, string>> {
  if (keys.size === 0) return new Map();
  const names = [...keys].map((text) => {
    const [competitor, kind, key] = JSON.parse(text) as [string, string, string];
    return { competitor, kind, key };
  });
  const wanted = jsonTable("wanted", ["competitor", "kind", "key"], names);
  const isWanted = and(
    eq(mappings.competitor, wanted.competitor),
    eq(mappings.kind, wanted.kind),
    eq(mappings.key, wanted.key),
  );
  const rows = await database(d1)
    .select({ competitor: mappings.competitor, kind: mappings.kind, key: mappings.key, sku: mappings.sku })
    .from(wanted.table)
    .innerJoin(mappings, isWanted);
  return new Map(rows.map(({ competitor, kind, key, sku }) => [mappingKey(competitor, kind, key), sku]));
}
