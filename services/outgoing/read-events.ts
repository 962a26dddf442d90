import { and, asc, gt, inArray, max, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { FIRST_SEQ, SINGLE_EVENTS } from "../../db/events.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { namesOf } from "../../db/reads/lineage.ts";
import { events } from "../../db/schema.ts";
import type { EventType } from "../../domain/messages/events.ts";

/** An event as it is kept: money in `data` is in minor units. */
export type EventRecord = Omit<typeof events.$inferSelect, "earlier">;

const { source, items, ...SINGLE } = SINGLE_EVENTS;
const EVENT_COLUMNS = { ...SINGLE, at: events.at };

export const EVENT_LIST = {
  source,
  id: SINGLE.seq,
  // by the rows, which have an index; within a row by the number
  sorts: { seq: events.seq },
  sort: "seq",
  search: [
    { name: "sku", value: SINGLE.sku },
    { name: "subject", value: SINGLE.subject },
  ],
  facets: { type: SINGLE.type },
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
    ...isAfter(since),
    types && inArray(SINGLE.type, [...types]),
    sku === undefined ? undefined : sql`${SINGLE.sku} IN ${namesOf(sku)}`,
    is(SINGLE.subject, subject),
  ];
  return readPage(db, EVENT_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ event: EVENT_COLUMNS, ...place })
        .from(events)
        .crossJoin(items)
        .$dynamic(),
    ),
  );
}

/** Events after a number: of their rows, which are found by their last event, and in these. */
function isAfter(since: number) {
  return [gt(events.seq, since), gt(SINGLE.seq, since)];
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
    .select(EVENT_COLUMNS)
    .from(events)
    .crossJoin(items)
    .where(and(...isAfter(since), sql`${events.seq} <= ${newest}`, inArray(SINGLE.type, [...types])))
    .orderBy(asc(events.seq), asc(SINGLE.seq))
    .limit(limit);
  const last = found.at(-1)?.seq ?? since;
  return { events: found, end: found.length < limit ? Math.max(since, newest) : last };
}

/** The numbers of the oldest event that is kept and of the newest; 0 without any. */
export async function readEnds(db: Database): Promise<{ oldest: number; newest: number }> {
  const [[first], [last]] = await db.batch([
    db.select({ seq: FIRST_SEQ }).from(events).orderBy(asc(events.seq)).limit(1),
    db.select({ seq: max(events.seq) }).from(events),
  ]);
  return { oldest: first?.seq ?? 0, newest: last?.seq ?? 0 };
}
