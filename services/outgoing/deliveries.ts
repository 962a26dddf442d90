import { asc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { alertChannels, deliveries } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { DeliveryOutcome } from "../../domain/messages/events.ts";
import type { ServiceContext } from "../context.ts";

/** How long the log is kept. */
const KEEP_MS = 14 * DAY_MS;
const EXPIRE_ROWS = 5_000;
const EXPIRE_ROUNDS_MAX = 40;

export type DeliveryRecord = typeof deliveries.$inferSelect;

export const DELIVERY_LIST = {
  source: sql`${deliveries}`,
  id: deliveries.id,
  sorts: { id: deliveries.id },
  sort: "-id",
  search: [deliveries.what, deliveries.error],
  facets: { outcome: deliveries.outcome },
} as const satisfies ListShape;

/** One page of the log of an endpoint or channel; null = of all channels. */
export async function listDeliveries(
  db: Database,
  query: ListQuery,
  target: string | null,
  outcome: DeliveryOutcome | undefined,
) {
  const { id, name } = alertChannels;
  const ofTarget = target === null ? glob(deliveries.target, "chn_*") : eq(deliveries.target, target);
  return readPage(db, DELIVERY_LIST, query, [ofTarget, is(deliveries.outcome, outcome)], ({ place, cut }) =>
    cut(
      db
        .select({ delivery: deliveries, channelName: name, ...place })
        .from(deliveries)
        .leftJoin(alertChannels, eq(id, deliveries.target))
        .$dynamic(),
    ),
  );
}

function glob(column: SQLiteColumn, pattern: string): SQL {
  return sql`${column} GLOB ${pattern}`;
}

export async function logDelivery(d1: D1Database, row: typeof deliveries.$inferInsert): Promise<void> {
  await d1.batch(bulkInsert(d1, deliveries, [row]));
}

/** Deletes what the log has kept long enough. Answers how many entries. */
export async function expireDeliveries({ db, now }: ServiceContext): Promise<number> {
  const oldest = db.select().from(deliveries).orderBy(asc(deliveries.id)).limit(EXPIRE_ROWS).as("oldest");
  const over = db
    .select({ id: oldest.id })
    .from(oldest)
    .where(lt(oldest.at, now - KEEP_MS));
  let deleted = 0;
  for (let round = 0; round < EXPIRE_ROUNDS_MAX; round++) {
    const { meta } = await db.delete(deliveries).where(inArray(deliveries.id, over));
    deleted += meta.changes;
    if (meta.changes < EXPIRE_ROWS) break;
  }
  return deleted;
}
