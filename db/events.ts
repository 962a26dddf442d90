import { sql } from "drizzle-orm";
import type { EventBody, EventType } from "../domain/messages/events.ts";
import { overRows } from "./bulk.ts";
import { events, type PackedEvent } from "./schema.ts";

/** Events that share a row: a receiver's page takes a few rows, and no row comes near what a value may hold. */
const ROW_EVENTS = 100;
/** Rows of one statement, whose values travel as one parameter. */
const STATEMENT_ROWS = 4;

/** The newest number, and from there on: rows are told how many events lie up to and with them. */
const insertRows = overRows(["upTo", "type", "at", "sku", "subject", "data", "earlier"], (db, told) =>
  db.insert(events).select(
    db
      .select({
        seq: sql<number>`(SELECT coalesce(max(seq), 0) FROM ${events}) + ${told.upTo}`.as("seq"),
        ...{ type: sql<EventType>`${told.type}`.as("type"), at: sql<number>`${told.at}`.as("at") },
        ...{ sku: sql<string>`${told.sku}`.as("sku"), subject: sql<string>`${told.subject}`.as("subject") },
        data: sql<Record<string, unknown>>`${told.data}`.as("data"),
        earlier: sql<PackedEvent[]>`${told.earlier}`.as("earlier"),
      })
      .from(told.table),
  ),
);

/** The statements that write the events of one commit, which takes the next numbers for them; none without events. */
export function insertEvents(d1: D1Database, told: readonly EventBody[], at: number): D1PreparedStatement[] {
  return groupsOf(told, ROW_EVENTS * STATEMENT_ROWS).flatMap((part) => {
    const rows = groupsOf(part, ROW_EVENTS).map((group, i) => ({
      ...{ upTo: i * ROW_EVENTS + group.length, at },
      ...rowOf(group),
    }));
    return insertRows(d1, rows);
  });
}

function rowOf(group: readonly EventBody[]) {
  const { type, sku, subject, data } = group.at(-1)!;
  const earlier = group.slice(0, -1).map((one): PackedEvent => [one.type, one.sku, one.subject, one.data]);
  return {
    ...{ type, sku, subject, data: JSON.stringify(data) },
    earlier: earlier.length > 0 ? JSON.stringify(earlier) : null,
  };
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

const EARLIER = sql`coalesce(${events.earlier}, '[]')`;
const EARLIER_COUNT = sql`json_array_length(${EARLIER})`;
/** As many items as the row has events: `key` counts them from 0. */
const ITEMS = sql`json_each(json_insert(${EARLIER}, '$[#]', 0)) AS item`;

/**
 * The events of each row as rows of their own: what to read from, and the columns. Sorted by `events.seq` in the given
 * direction they come in the order of their numbers; sorted by these, all would have to be read first.
 */
export function singleEvents(isDescending: boolean) {
  const place = isDescending ? sql`(${EARLIER_COUNT} - item.key)` : sql`item.key`;
  const isOwn = sql`${place} = ${EARLIER_COUNT}`;
  const part = (index: number) => sql`${EARLIER} -> ${place} ->> ${sql.raw(`${index}`)}`;
  return {
    source: sql`${events} CROSS JOIN ${ITEMS}`,
    items: ITEMS,
    columns: {
      seq: sql<number>`(${events.seq} - ${EARLIER_COUNT} + ${place})`.mapWith(Number),
      type: sql<EventType>`iif(${isOwn}, ${events.type}, ${part(0)})`,
      at: events.at,
      sku: sql<string | null>`iif(${isOwn}, ${events.sku}, ${part(1)})`,
      subject: sql<string>`iif(${isOwn}, ${events.subject}, ${part(2)})`,
      data: sql<Record<string, unknown>>`iif(${isOwn}, ${events.data}, ${part(3)})`.mapWith(events.data),
    },
  };
}

/** The number of the first event of a row. */
export const FIRST_SEQ = sql<number>`(${events.seq} - ${EARLIER_COUNT})`.mapWith(Number);
