import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { deleteUnmatched, type StoredUnmatched, unmatchedFor } from "./unmatched.ts";

/** What a competitor's own number (`sku`) or a page (`url`) stands for. */
export interface Mapping {
  competitor: string;
  kind: "sku" | "url";
  key: string;
  sku: string;
}

/** Rows that may now be taken, by the source that posted them. */
export interface Remapped {
  mapping: Mapping;
  rows: Map<string, StoredUnmatched[]>;
}

/** One text for (competitor, kind, key). */
export function mappingKey(competitor: string, kind: Mapping["kind"], key: string): string {
  return JSON.stringify([competitor.trim(), kind, key.trim()]);
}

/** The SKUs that these keys stand for, as far as they are mapped. */
export async function readMappings(d1: D1Database, keys: ReadonlySet<string>): Promise<Map<string, string>> {
  if (keys.size === 0) return new Map();
  const { results } = await d1
    .prepare(
      `SELECT m.competitor, m.kind, m.key, m.sku FROM json_each(?1) AS wanted JOIN mappings AS m
         ON m.competitor = wanted.value ->> 0 AND m.kind = wanted.value ->> 1 AND m.key = wanted.value ->> 2`,
    )
    .bind(`[${[...keys].join(",")}]`)
    .all<Mapping>();
  return new Map(results.map(({ competitor, kind, key, sku }) => [mappingKey(competitor, kind, key), sku]));
}

/**
 * Maps a competitor's number or page to a product, and answers the rows that wait for it.
 * @throws ProblemError `not_found` if there is no such product
 */
export async function mapProduct(ctx: ServiceContext, mapping: Mapping): Promise<Remapped> {
  const known = await ctx.d1.prepare("SELECT 1 FROM products WHERE sku = ?1").bind(mapping.sku).first();
  if (!known) throw new ProblemError("not_found", `no product ${mapping.sku}`);
  const { competitor, kind, key, sku } = mapping;
  await commitChained(ctx, {
    audit: [{ action: "mapping.save", subject: `product:${sku}`, detail: { competitor, kind, key } }],
    statements: () => [
      ctx.d1
        .prepare(
          `INSERT INTO mappings (competitor, kind, key, sku, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
           ON CONFLICT (competitor, kind, key) DO UPDATE SET sku = excluded.sku, created_at = excluded.created_at`,
        )
        .bind(competitor, kind, key, sku, ctx.now),
    ],
  });
  const rows = await unmatchedFor(ctx.d1, mapping);
  return { mapping, rows: Map.groupBy(rows, ({ source }) => source) };
}

/** Forgets rows that were handed on. */
export async function forgetUnmatched(ctx: ServiceContext, rows: readonly StoredUnmatched[]): Promise<void> {
  await deleteUnmatched(ctx.d1, rows);
}
