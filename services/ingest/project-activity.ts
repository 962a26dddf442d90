import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { overRows } from "../../db/bulk.ts";
import { sources } from "../../db/schema.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { ChunkOutcome } from "../../domain/messages/batch.ts";
import { readAvailability } from "../../domain/reading/availability.ts";
import type { ChunkData } from "./delivery.ts";

/** What a source delivered, for its health. Times in ms; null = nothing was accepted. */
export interface SourceActivity {
  source: string;
  batchAt: number;
  acceptedAt: number | null;
  rows: number;
  rejected: number;
  quarantined: number;
  /** rows whose price is zero or less */
  zero: number;
  outOfStock: number;
}

/** A source's health is written at most once in this time: rows written are the bill. */
const ACTIVITY_EVERY_MS = MINUTE_MS;

/** The newest batch's weight in the moving averages of a source's health. */
const NEWEST_WEIGHT = 0.2;

/** The statement that brings the health of these sources up to date; none without activity. */
export function activityStatements(
  d1: D1Database,
  activity: readonly SourceActivity[],
): D1PreparedStatement[] {
  return updateHealth(d1, seenRows(activity));
}

const SEEN_COLUMNS = [
  ...(["id", "batchAt", "acceptedAt"] as const),
  ...(["rejectedShare", "quarantinedShare", "zeroShare", "outOfStockShare"] as const),
];

const updateHealth = overRows(SEEN_COLUMNS, (db, seen) => {
  const averaged = (column: SQLiteColumn, newest: SQL) =>
    sql`CASE WHEN ${sources.lastBatchAt} IS NULL THEN ${newest}
      ELSE ${column} + ${NEWEST_WEIGHT} * (${newest} - ${column}) END`;
  const gap = sql`${seen.batchAt} - ${sources.lastBatchAt}`;
  const isDue = (last: SQLiteColumn, newest: SQL) =>
    sql`COALESCE(${last}, 0) + ${ACTIVITY_EVERY_MS} <= ${newest}`;
  const acceptedAt = sql`COALESCE(${seen.acceptedAt}, 0)`;
  return db
    .update(sources)
    .set({
      rejectedShare: averaged(sources.rejectedShare, seen.rejectedShare),
      quarantinedShare: averaged(sources.quarantinedShare, seen.quarantinedShare),
      zeroShare: averaged(sources.zeroShare, seen.zeroShare),
      outOfStockShare: averaged(sources.outOfStockShare, seen.outOfStockShare),
      gapMs: sql`CASE WHEN ${sources.lastBatchAt} IS NULL OR ${seen.batchAt} <= ${sources.lastBatchAt}
        THEN ${sources.gapMs}
        ELSE COALESCE(${sources.gapMs} + ${NEWEST_WEIGHT} * (${gap} - ${sources.gapMs}), ${gap}) END`,
      lastBatchAt: sql`MAX(COALESCE(${sources.lastBatchAt}, 0), ${seen.batchAt})`,
      lastAcceptedAt: sql`NULLIF(MAX(COALESCE(${sources.lastAcceptedAt}, 0), ${acceptedAt}), 0)`,
    })
    .from(seen.table)
    .where(
      and(
        eq(sources.id, seen.id),
        or(isDue(sources.lastBatchAt, seen.batchAt), isDue(sources.lastAcceptedAt, acceptedAt)),
      ),
    );
});

/** One row per source, since UPDATE … FROM takes only one of several matches. */
function seenRows(activity: readonly SourceActivity[]) {
  return [...Map.groupBy(activity, ({ source }) => source)].map(([id, seen]) => {
    const sum = (count: (one: SourceActivity) => number) =>
      seen.reduce((total, one) => total + count(one), 0);
    const rows = Math.max(
      1,
      sum((one) => one.rows),
    ); // a batch may be empty
    return {
      id,
      batchAt: Math.max(...seen.map(({ batchAt }) => batchAt)),
      acceptedAt: Math.max(...seen.map(({ acceptedAt }) => acceptedAt ?? 0)) || null,
      rejectedShare: sum((one) => one.rejected) / rows,
      quarantinedShare: sum((one) => one.quarantined) / rows,
      zeroShare: sum((one) => one.zero) / rows,
      outOfStockShare: sum((one) => one.outOfStock) / rows,
    };
  });
}

/** What a chunk says of its source's health. */
export function sourceActivity(body: ChunkData, outcome: ChunkOutcome | null): SourceActivity {
  const counts = outcome?.counts;
  const problems = outcome?.problems ?? [];
  return {
    source: body.source,
    batchAt: body.receivedAt,
    acceptedAt: counts && counts.accepted > 0 ? body.receivedAt : null,
    rows: body.rows.length,
    rejected: counts?.rejected ?? 0,
    quarantined: counts?.quarantined ?? 0,
    zero: problems.filter(({ code }) => code === "non_positive_price").length,
    outOfStock: body.rows.filter(({ value }) => saysOutOfStock(value)).length,
  };
}

function saysOutOfStock(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { availability, inStock } = value as { availability?: unknown; inStock?: unknown };
  return readAvailability(availability ?? inStock) === "out_of_stock";
}
