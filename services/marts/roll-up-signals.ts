import { and, count, eq, gte, inArray, sql } from "drizzle-orm";
import { dailySignals, products, signals } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { civilDay, dayStart, MINUTE_MS } from "../../domain/base/time.ts";
import { SIGNAL_STATUSES } from "../../domain/messages/names.ts";
import type { ServiceContext } from "../context.ts";
import { noteLookedAtDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";

/** Civil days begin at full quarters of an hour in every time zone. */
const SLOT_MS = 15 * MINUTE_MS;

type Row = typeof dailySignals.$inferSelect;

/** Counts the signals that opened since a civil day, and what has become of them. */
export async function rollUpSignals(ctx: ServiceContext, from: string, timeZone: string): Promise<void> {
  const slot = sql<number>`CAST(${signals.openedAt} / ${SLOT_MS} AS INTEGER)`;
  const found = await ctx.db
    .select({
      slot,
      type: signals.type,
      competitor: sql<string>`COALESCE(${signals.competitor}, '')`,
      category: sql<string>`COALESCE(${products.category}, '')`,
      status: signals.status,
      priority: signals.priority,
      count: count(),
    })
    .from(signals)
    .leftJoin(products, eq(products.sku, signals.sku))
    .where(
      and(inArray(signals.status, [...SIGNAL_STATUSES]), gte(signals.openedAt, dayStart(from, timeZone))),
    )
    .groupBy(slot, signals.type, signals.competitor, products.category, signals.status, signals.priority);
  const rows = new Map<string, Row>();
  const seen = new Map<string, { source: number; rows: number }>();
  for (const { slot: at, type, competitor, category, status, priority, count: signalCount } of found) {
    const day = civilDay(at * SLOT_MS, timeZone);
    const key = keyOf({ day, type, competitor, category });
    const ofDay = seen.get(day) ?? { source: 0, rows: 0 };
    seen.set(day, ofDay);
    ofDay.source += signalCount;
    if (!rows.has(key)) ofDay.rows += 1;
    const none = { opened: 0, urgent: 0, acknowledged: 0, resolved: 0 };
    const row = rows.get(key) ?? { day, type, competitor, category, ...none };
    rows.set(key, row);
    row.opened += signalCount;
    row.urgent += priority === 1 ? signalCount : 0;
    row.acknowledged += status === "acknowledged" ? signalCount : 0;
    row.resolved += status === "resolved" ? signalCount : 0;
  }
  if (rows.size === 0) return;
  const noted = [...seen].map(([day, sums]) => ({ mart: "daily_signals" as const, day, ...sums }));
  const byDay = Map.groupBy(await withKnown(ctx, from, rows), ({ day }) => day);
  await commitBatch(ctx.d1, [
    ...[...byDay].flatMap(([day, ofDay]) =>
      replaceParts(ctx, { mart: "daily_signals", day }, dailySignals, ofDay),
    ),
    ...noteLookedAtDays(ctx, noted),
  ]);
}

/** Signals are only ever added to a day: one that was deleted since stays counted. */
async function withKnown(
  { db }: ServiceContext,
  from: string,
  counted: ReadonlyMap<string, Row>,
): Promise<Row[]> {
  const rows = new Map(counted);
  for (const known of await db.select().from(dailySignals).where(gte(dailySignals.day, from))) {
    const key = keyOf(known);
    if (known.opened > (rows.get(key)?.opened ?? 0)) rows.set(key, known);
  }
  return [...rows.values()];
}

function keyOf({
  day,
  type,
  competitor,
  category,
}: Omit<Row, "opened" | "urgent" | "acknowledged" | "resolved">) {
  return JSON.stringify([day, type, competitor, category]);
}
