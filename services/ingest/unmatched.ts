import { wideHash } from "../../domain/base/sharding.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ChunkMessage } from "../../domain/messages/queue.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Rows wait so long for somebody to map them, ms. */
const KEPT_MS = 30 * DAY_MS;

/** An observation whose product is not known. */
export interface UnmatchedRow {
  /** of what it names: the newest row of the same stands for all */
  id: string;
  source: string;
  competitor: string;
  competitorSku: string | null;
  url: string | null;
  /** as it was posted */
  row: Record<string, unknown>;
  /** ms */
  seenAt: number;
}

/** The same as it is kept. */
export interface StoredUnmatched extends Omit<UnmatchedRow, "seenAt"> {
  firstSeenAt: number;
  lastSeenAt: number;
  sightings: number;
}

/** One statement for any number of rows; a row that comes again counts once for each batch that it comes in. */
export const UNMATCHED = `INSERT INTO unmatched
    (id, source, competitor, competitor_sku, url, row, first_seen_at, last_seen_at, sightings)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 6, 1
    FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET source = excluded.source, row = excluded.row, last_seen_at = excluded.last_seen_at,
    sightings = unmatched.sightings + 1
  WHERE excluded.last_seen_at > unmatched.last_seen_at`;

export function unmatchedColumns(one: UnmatchedRow): unknown[] {
  return [
    one.id,
    one.source,
    one.competitor,
    one.competitorSku,
    one.url,
    JSON.stringify(one.row),
    one.seenAt,
  ];
}

/** The rows of a chunk that were rejected because nobody knows their product. */
export function unmatchedOf(body: ChunkMessage, verdicts: readonly RowVerdict[]): UnmatchedRow[] {
  const unknown = new Set(verdicts.flatMap(({ row, code }) => (code === "unknown_sku" ? [row] : [])));
  if (unknown.size === 0) return [];
  const rows = body.rows.filter(({ row }) => unknown.has(row));
  const found = rows.flatMap(({ value }) => unmatchedRow(value, body) ?? []);
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

function unmatchedRow(value: unknown, { source, receivedAt }: ChunkMessage): UnmatchedRow | null {
  if (typeof value !== "object" || value === null) return null;
  const row = value as Record<string, unknown>;
  const text = (field: string) => (typeof row[field] === "string" ? row[field].trim() : null);
  const competitor = text("competitor") ?? "";
  const [competitorSku, url] = [text("competitorSku"), text("url")];
  const names = JSON.stringify([competitor, competitorSku ?? url ?? text("gtin") ?? text("sku")]);
  const id = `um_${wideHash(names).toString(36)}`;
  return { id, source, competitor, competitorSku, url, row, seenAt: receivedAt };
}

const SELECT = `SELECT id, source, competitor, competitor_sku AS competitorSku, url, row,
  first_seen_at AS firstSeenAt, last_seen_at AS lastSeenAt, sightings FROM unmatched`;

type Row = Omit<StoredUnmatched, "row"> & { row: string };

/** Newest first, after the one named. */
export async function listUnmatched(
  d1: D1Database,
  page: {
    competitor: string | null;
    limit: number;
    after: { lastSeenAt: number; id: string } | null;
    now: number;
  },
): Promise<StoredUnmatched[]> {
  const { results } = await d1
    .prepare(
      `${SELECT} WHERE last_seen_at > ?1 AND (?2 IS NULL OR competitor = ?2)
         AND (?3 IS NULL OR last_seen_at < ?3 OR (last_seen_at = ?3 AND id > ?4))
       ORDER BY last_seen_at DESC, id LIMIT ?5`,
    )
    .bind(
      page.now - KEPT_MS,
      page.competitor,
      page.after?.lastSeenAt ?? null,
      page.after?.id ?? null,
      page.limit,
    )
    .all<Row>();
  return results.map(stored);
}

/** The rows that a mapping matches. */
export async function unmatchedFor(
  d1: D1Database,
  { competitor, kind, key }: Mapping,
): Promise<StoredUnmatched[]> {
  const column = kind === "sku" ? "competitor_sku" : "url";
  const { results } = await d1
    .prepare(`${SELECT} WHERE competitor = ?1 AND ${column} = ?2 ORDER BY id`)
    .bind(competitor, key)
    .all<Row>();
  return results.map(stored);
}

/** Forgets rows, unless they came again meanwhile. */
export async function deleteUnmatched(d1: D1Database, rows: readonly StoredUnmatched[]): Promise<void> {
  if (rows.length === 0) return;
  await d1
    .prepare(
      `DELETE FROM unmatched WHERE (id, last_seen_at) IN
         (SELECT value ->> 0, value ->> 1 FROM json_each(?1))`,
    )
    .bind(JSON.stringify(rows.map(({ id, lastSeenAt }) => [id, lastSeenAt])))
    .run();
}

/** Forgets what nobody has mapped for 30 days. */
export async function expireUnmatched(ctx: { d1: D1Database; now: number }): Promise<void> {
  await ctx.d1
    .prepare("DELETE FROM unmatched WHERE last_seen_at <= ?1")
    .bind(ctx.now - KEPT_MS)
    .run();
}

function stored({ row, ...rest }: Row): StoredUnmatched {
  return { ...rest, row: JSON.parse(row) };
}

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
