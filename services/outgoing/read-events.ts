import { and, asc, gt, inArray, max, min, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { events } from "../../db/schema.ts";
import type { EventType } from "../../domain/messages/events.ts";

/** An event as it is kept: money in `data` is in minor units. */
export type EventRecord = typeof events.$inferSelect;

export const EVENT_LIST = {
  source: sql`${events}`,
  id: events.seq,
  sorts: { seq: events.seq },
  sort: "seq",
  search: [events.sku, events.subject],
  facets: { type: events.type },
} as const satisfies ListShape;

interface EventFilter {
  /** only those after this number */
  since: number;
  types?: readonly EventType[] | undefined;
  sku?: string | undefined;
  subject?: string | undefined;
}

/** One page of events. */
export async function listEvents(
  db: Database,
  query: ListQuery,
  { since, types, sku, subject }: EventFilter,
) {
  const filters = [
    gt(events.seq, since),
    types && inArray(events.type, [...types]),
    is(events.sku, sku),
    is(events.subject, subject),
  ];
  return readPage(db, EVENT_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ event: events, ...place })
        .from(events)
        .$dynamic(),
    ),
  );
}

/**
 * The next events after a number, oldest first, for whoever keeps the number of the last one that it has dealt with.
 * `end`: whoever has dealt with all of these has dealt with everything up to there, events of other types included.
 */
export async function readEvents(
  db: Database,
  { since, types, limit }: { since: number; types: readonly EventType[]; limit: number },
): Promise<{ events: EventRecord[]; end: number }> {
  // the end is read first: what is committed in between has a greater number, and comes the next time
  const { newest } = await readEnds(db);
  const found = await db
    .select()
    .from(events)
    .where(and(gt(events.seq, since), sql`${events.seq} <= ${newest}`, inArray(events.type, [...types])))
    .orderBy(asc(events.seq))
    .limit(limit);
  const last = found.at(-1)?.seq ?? since;
  return { events: found, end: found.length < limit ? Math.max(since, newest) : last };
}

/** The numbers of the oldest event that is kept and of the newest; 0 without any. */
export async function readEnds(db: Database): Promise<{ oldest: number; newest: number }> {
  const [[first], [last]] = await db.batch([
    db.select({ seq: min(events.seq) }).from(events),
    db.select({ seq: max(events.seq) }).from(events),
  ]);
  return { oldest: first?.seq ?? 0, newest: last?.seq ?? 0 };
}
