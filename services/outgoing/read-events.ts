import { gt, inArray, max, min, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { events } from "../../db/schema.ts";
import type { EventType } from "../../domain/messages/events.ts";

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

/** The numbers of the oldest event that is kept and of the newest; 0 without any. */
export async function readEnds(db: Database): Promise<{ oldest: number; newest: number }> {
  const [[first], [last]] = await db.batch([
    db.select({ seq: min(events.seq) }).from(events),
    db.select({ seq: max(events.seq) }).from(events),
  ]);
  return { oldest: first?.seq ?? 0, newest: last?.seq ?? 0 };
}
