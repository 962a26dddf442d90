import { MINUTE_MS } from "../../domain/base/time.ts";
import type { ChunkOutcome } from "../../domain/messages/batch.ts";
import type { ChunkData } from "./delivery.ts";

/** What a source delivered, for its health. Times in ms; null = nothing was accepted. */
export interface SourceActivity {
  source: string;
  batchAt: number;
  acceptedAt: number | null;
  rows: number;
  rejected: number;
  quarantined: number;
  /** rows with a price of nothing */
  zero: number;
  outOfStock: number;
}

/** A source's health is written at most once in this time: rows written are the bill. */
const ACTIVITY_EVERY_MS = MINUTE_MS;

/** The newest batch's weight in the moving averages of a source's health. */
const NEWEST_WEIGHT = 0.2;

const averaged = (column: string) =>
  `${column} = CASE WHEN sources.last_batch_at IS NULL THEN seen.${column}
    ELSE sources.${column} + ${NEWEST_WEIGHT} * (seen.${column} - sources.${column}) END`;

/** Takes the rows of `activityRows`. */
export const ACTIVITY = `UPDATE sources SET
    ${["rejected_share", "quarantined_share", "zero_share", "out_of_stock_share"].map(averaged).join(", ")},
    gap_ms = CASE WHEN last_batch_at IS NULL OR seen.batch_at <= last_batch_at THEN gap_ms
      ELSE COALESCE(gap_ms + ${NEWEST_WEIGHT} * (seen.batch_at - last_batch_at - gap_ms), seen.batch_at - last_batch_at) END,
    last_batch_at = MAX(COALESCE(last_batch_at, 0), seen.batch_at),
    last_accepted_at = NULLIF(MAX(COALESCE(last_accepted_at, 0), COALESCE(seen.accepted_at, 0)), 0)
  FROM (SELECT value ->> 0 AS id, value ->> 1 AS batch_at, value ->> 2 AS accepted_at, value ->> 3 AS rejected_share,
    value ->> 4 AS quarantined_share, value ->> 5 AS zero_share, value ->> 6 AS out_of_stock_share
    FROM json_each(?1)) AS seen
  WHERE sources.id = seen.id AND (COALESCE(sources.last_batch_at, 0) + ${ACTIVITY_EVERY_MS} <= seen.batch_at
    OR COALESCE(sources.last_accepted_at, 0) + ${ACTIVITY_EVERY_MS} <= COALESCE(seen.accepted_at, 0))`;

/** One row per source: UPDATE … FROM takes only one of several matches. */
export function activityRows(activity: readonly SourceActivity[]): unknown[][] {
  return [...Map.groupBy(activity, ({ source }) => source)].map(([source, seen]) => {
    const sum = (count: (one: SourceActivity) => number) =>
      seen.reduce((total, one) => total + count(one), 0);
    const share = (count: (one: SourceActivity) => number) =>
      sum(count) /
      Math.max(
        1,
        sum((one) => one.rows),
      );
    return [
      source,
      Math.max(...seen.map(({ batchAt }) => batchAt)),
      Math.max(...seen.map(({ acceptedAt }) => acceptedAt ?? 0)) || null,
      share((one) => one.rejected),
      share((one) => one.quarantined),
      share((one) => one.zero),
      share((one) => one.outOfStock),
    ];
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
  return (
    typeof value === "object" &&
    value !== null &&
    "availability" in value &&
    value.availability === "out_of_stock"
  );
}
