import { and, ne } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { signals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";

/** Ends signals that no shard knows: what they tell of is over. */
export function resolveSignals(
  { d1, db }: { d1: D1Database; db: Database },
  ids: readonly string[],
  now: number,
): D1PreparedStatement {
  const over = { status: "resolved", resolvedAt: now, updatedAt: now, version: now } as const;
  const isOpen = and(isAmong(signals.id, ids), ne(signals.status, "resolved"));
  return prepare(d1, db.update(signals).set(over).where(isOpen));
}
