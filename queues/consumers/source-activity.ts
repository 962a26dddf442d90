import type { ChunkOutcome } from "../../domain/messages/batch.ts";
import type { SourceActivity } from "../../services/ingest/project-activity.ts";
import type { ChunkData } from "./delivery.ts";

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
