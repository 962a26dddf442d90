import { eq, gt, lte, sql } from "drizzle-orm";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { unmatched } from "../../db/schema.ts";
import { wideHash } from "../../domain/base/sharding.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { competitorKey } from "../../domain/intake/competitor-name.ts";
import type { ChunkMessage } from "../../domain/messages/queue.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import type { ServiceContext } from "../context.ts";
import { type Mapping, mappingKey } from "./mappings.ts";

/** How long rows wait for somebody to map them, ms. */
const KEPT_MS = 30 * DAY_MS;

/** An observation whose product is not known, as it is kept. */
export type UnmatchedRecord = typeof unmatched.$inferSelect;

/** The same as it was seen. */
export interface UnmatchedRow {
  /** made from what the row names: the newest row that names the same stands for all of them */
  id: string;
  source: string;
  competitor: string;
  competitorSku: string | null;
  url: string | null;
  /** what it is to be mapped by, in one form for all spellings */
  named: string;
  /** as it was posted */
  row: Record<string, unknown>;
  /** ms */
  seenAt: number;
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
  const named = competitorSku
    ? nameOf({ competitor, kind: "sku", key: competitorSku })
    : url
      ? nameOf({ competitor, kind: "url", key: url })
      : JSON.stringify([competitorKey(competitor), text("gtin") ?? text("sku")]);
  const id = `um_${wideHash(named).toString(36)}`;
  return { id, source, competitor, competitorSku, url, named, row, seenAt: receivedAt };
}

/** What a row is to be mapped by. */
export function nameOf({ competitor, kind, key }: Pick<Mapping, "competitor" | "kind" | "key">): string {
  return mappingKey(competitor, kind, key);
}

/** A row as it is inserted when it is seen for the first time. */
export function unmatchedInsert({ seenAt, ...row }: UnmatchedRow): typeof unmatched.$inferInsert {
  return { ...row, firstSeenAt: seenAt, lastSeenAt: seenAt, sightings: 1 };
}

/** What becomes of a row that is seen again; it counts once for each batch that it comes in. */
export const SEEN_AGAIN = {
  update: ["source", "row", "lastSeenAt"],
  set: { sightings: sql`${unmatched.sightings} + 1` },
  newer: "lastSeenAt",
} as const;

export const UNMATCHED_LIST = {
  source: sql`${unmatched}`,
  id: unmatched.id,
  sorts: {
    lastSeenAt: unmatched.lastSeenAt,
    firstSeenAt: unmatched.firstSeenAt,
    sightings: unmatched.sightings,
    competitor: unmatched.competitor,
  },
  sort: "-lastSeenAt",
  search: [unmatched.competitor, unmatched.competitorSku, unmatched.url],
  facets: { competitor: unmatched.competitor, source: unmatched.source },
} as const satisfies ListShape;

/** One page of the rows that wait. */
export async function listUnmatched(
  { db, now }: ServiceContext,
  query: ListQuery,
  { competitor, source }: { competitor?: string | undefined; source?: string | undefined },
) {
  const filters = [
    gt(unmatched.lastSeenAt, now - KEPT_MS),
    is(unmatched.competitor, competitor),
    is(unmatched.source, source),
  ];
  return readPage(db, UNMATCHED_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ row: unmatched, ...place })
        .from(unmatched)
        .$dynamic(),
    ),
  );
}

/** One of the rows that wait. */
export async function findUnmatched({ db }: ServiceContext, id: string): Promise<UnmatchedRecord | null> {
  const [row] = await db.select().from(unmatched).where(eq(unmatched.id, id));
  return row ?? null;
}

/** Forgets what nobody has mapped for 30 days. */
export async function expireUnmatched({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<void> {
  await db.delete(unmatched).where(lte(unmatched.lastSeenAt, now - KEPT_MS));
}
