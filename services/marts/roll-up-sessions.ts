import { and, eq } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { dailyFunnel, dailySessions, hourlyDemand, martDays, products } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import {
  addShopHour,
  addVisit,
  type FunnelRow,
  funnelOf,
  type SessionDays,
  type SessionRow,
  type ShopHour,
  sessionRowsOf,
} from "../../domain/analysis/sessions.ts";
import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import { dayNumber, dayOfNumber, dayStart } from "../../domain/base/time.ts";
import { forEachVisit, type PackedVisits, type VisitQuery } from "../../domain/messages/visits.ts";
import { emptyCounters } from "../../domain/shard/demand/counters.ts";
import type { ServiceContext } from "../context.ts";
import type { MartSources } from "../ports.ts";
import { noteRolledDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";
import { countsOf } from "./roll-up-demand.ts";

/** Objects asked at the same time. */
const WAVE = 32;
/** Sessions are put together in parts of about so many events, so that a busy day fits the memory. */
const EVENTS_PER_PART = 400_000;

/** A day's sessions, added up over its parts. */
interface SessionSums {
  funnel: FunnelRow[];
  sessions: SessionRow[];
  shopHours: Map<number, ShopHour>;
  events: number;
}

/** Rolls up how far the sessions of a day came, from the accepted events that the objects hold. */
export async function rollUpSessions(
  ctx: ServiceContext & { sources: MartSources },
  day: string,
  timeZone: string,
): Promise<void> {
  const from = dayStart(day, timeZone);
  const until = dayStart(dayOfNumber(dayNumber(day) + 1), timeZone);
  const parts = 1 + Math.floor((await eventsBefore(ctx, day)) / EVENTS_PER_PART);
  const sums: SessionSums = { funnel: [], sessions: [], shopHours: new Map(), events: 0 };
  const categories = new Map<string, string>();
  for (let part = 0; part < parts; part++) await addPart(ctx, { from, until, part, parts }, categories, sums);
  await commitBatch(ctx.d1, statements(ctx, day, sums));
}

/** How many events the day had when it was last rolled up. */
async function eventsBefore({ db }: ServiceContext, day: string): Promise<number> {
  const [row] = await db
    .select({ source: martDays.source })
    .from(martDays)
    .where(and(eq(martDays.mart, "daily_funnel"), eq(martDays.day, day)));
  return row?.source ?? 0;
}

async function addPart(
  ctx: ServiceContext & { sources: MartSources },
  query: VisitQuery,
  categories: Map<string, string>,
  sums: SessionSums,
): Promise<void> {
  const sessions: SessionDays = new Map();
  for await (const answers of waves(ctx.sources, query)) {
    await learnCategories(ctx, answers, categories);
    for (const answer of answers)
      forEachVisit(answer, ({ sku, ...visit }) => {
        const category = sku === null ? null : (categories.get(sku) ?? null);
        addVisit(sessions, { ...visit, category });
        if (sku === null) addShopHour(sums.shopHours, visit, query.from);
        sums.events += 1;
      });
  }
  sums.funnel.push(...funnelOf(sessions));
  sums.sessions.push(...sessionRowsOf(sessions));
}

async function* waves(sources: MartSources, query: VisitQuery): AsyncGenerator<PackedVisits[]> {
  const asks = [
    ...(await sources.shards()).map((shard) => () => sources.productVisits(shard, query)),
    ...Array.from({ length: VISITOR_COUNT }, (_, index) => () => sources.sessionVisits(index, query)),
  ];
  for (let start = 0; start < asks.length; start += WAVE)
    yield await Promise.all(asks.slice(start, start + WAVE).map((ask) => ask()));
}

async function learnCategories(
  { db }: ServiceContext,
  answers: readonly PackedVisits[],
  categories: Map<string, string>,
): Promise<void> {
  const unknown = answers.flatMap(({ skus }) => skus.filter((sku) => !categories.has(sku)));
  if (unknown.length === 0) return;
  const { sku, category } = products;
  const rows = await db.select({ sku, category }).from(products).where(isAmong(sku, unknown));
  for (const row of rows) categories.set(row.sku, row.category);
}

function statements(ctx: ServiceContext, day: string, sums: SessionSums): D1PreparedStatement[] {
  const funnel = merged(sums.funnel, ["category", "device"]).map((row) => ({ day, ...row }));
  const sessions = merged(sums.sessions, ["device", "converted", "eventsFrom"]).map((row) => ({
    day,
    ...row,
  }));
  const hours = [...sums.shopHours.values()].map(({ hour, views, searches }) => ({
    ...{ day, category: "", hour },
    ...countsOf(emptyCounters()),
    ...{ views, searches },
  }));
  return [
    ...replaceParts(ctx, { mart: "daily_funnel", day }, dailyFunnel, funnel),
    ...replaceParts(ctx, { mart: "daily_sessions", day }, dailySessions, sessions),
    ...replaceParts(ctx, { mart: "hourly_visits", day }, hourlyDemand, hours),
    ...noteRolledDays(ctx, [
      { mart: "daily_funnel", day, source: sums.events, rows: funnel.length },
      { mart: "daily_sessions", day, source: sums.events, rows: sessions.length },
    ]),
  ];
}

/** Rows of the same key as one, their figures added up. */
function merged<T extends object>(rows: readonly T[], key: readonly (keyof T)[]): T[] {
  const found = new Map<string, T>();
  for (const row of rows) {
    const name = JSON.stringify(key.map((column) => row[column]));
    const known = found.get(name);
    if (!known) found.set(name, { ...row });
    else
      for (const column of Object.keys(row) as (keyof T)[])
        if (!key.includes(column))
          known[column] = ((known[column] as number) + (row[column] as number)) as T[keyof T];
  }
  return [...found.values()];
}
