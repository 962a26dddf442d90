import { and, eq } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { mappings } from "../../db/schema.ts";
import { competitorKey } from "../../domain/intake/competitor-name.ts";
import { pageAddress } from "../../domain/intake/page-address.ts";

/** What a competitor's own number (`sku`) or a page (`url`) stands for. */
export type Mapping = Omit<typeof mappings.$inferSelect, "createdAt">;

/** A pack factor as it is stored: the same pack has none. */
export function usualFactor(packFactor: number | null | undefined): number | null {
  return packFactor === undefined || packFactor === 1 ? null : packFactor;
}

/** One text for (competitor, kind, key). Spellings of a competitor and of an address make no difference. */
export function mappingKey(competitor: string, kind: Mapping["kind"], key: string): string {
  const { competitor: name, key: plain } = plainMapping({ competitor, kind, key });
  return JSON.stringify([name, kind, plain]);
}

/** A mapping in the form in which it is stored and looked up. */
export function plainMapping<M extends Pick<Mapping, "competitor" | "kind" | "key">>(mapping: M): M {
  const { competitor, kind, key } = mapping;
  const plain = kind === "url" ? pageAddress(key) : key.trim();
  return { ...mapping, competitor: competitorKey(competitor), key: plain };
}

/** Our product that a competitor's listing stands for, and how many packs of ours theirs holds; null = one. */
export type MappedListing = Pick<Mapping, "sku" | "packFactor">;

/** What these keys stand for, as far as they are mapped. */
export async function readMappings(
  d1: D1Database,
  keys: ReadonlySet<string>,
): Promise<Map<string, MappedListing>> {
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
  const { competitor, kind, key, sku, packFactor } = mappings;
  const rows = await database(d1)
    .select({ competitor, kind, key, sku, packFactor })
    .from(wanted.table)
    .innerJoin(mappings, isWanted);
  return new Map(
    rows.map(({ competitor, kind, key, ...listing }) => [mappingKey(competitor, kind, key), listing]),
  );
}
