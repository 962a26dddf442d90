import { and, asc, gt, inArray, max, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { FIRST_SEQ, singleEvents } from "../../db/events.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { namesOf } from "../../db/reads/lineage.ts";
import { events } from "../../db/schema.ts";
import type { EventType } from "../../domain/messages/events.ts";

/** An event as it is kept: money in `data` is in minor units. */
export type EventRecord = Omit<typeof events.$inferSelect, "earlier">;

function shapeOf(isDescending: boolean) {
  const { source, columns } = singleEvents(isDescending);
  return {
    source,
    id: columns.seq,
    sorts: { seq: events.seq },
    isInOrder: true,
    sort: "seq",
    search: [
      { name: "sku", value: columns.sku },
      { name: "subject", value: columns.subject },
    ],
    facets: { type: columns.type },
  } as const satisfies ListShape;
}

export const EVENT_LIST = shapeOf(false);

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
  const isDescending = query.sort === "-seq";
  const { items, columns } = singleEvents(isDescending);
  const filters = [
    ...isAfter(since, columns.seq),
    types && inArray(columns.type, [...types]),
    sku === undefined ? undefined : sql`${columns.sku} IN ${namesOf(sku)}`,
    is(columns.subject, subject),
  ];
  return readPage(db, shapeOf(isDescending), query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ event: columns, ...place })
        .from(events)
        .crossJoin(items)
        .$dynamic(),
    ),
  );
}

/** Events after a number: of their rows, which are found by their last event, and in these. */
function isAfter(since: number, seq: SQL<number>) {
  return [gt(events.seq, since), gt(seq, since)];
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
  const { items, columns } = singleEvents(false);
  const isAsked = and(...isAfter(since, columns.seq), inArray(columns.type, [...types]));
  const found = await db
    .select(columns)
    .from(events)
    .crossJoin(items)
    .where(and(isAsked, sql`${events.seq} <= ${newest}`))
    .orderBy(asc(events.seq))
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
