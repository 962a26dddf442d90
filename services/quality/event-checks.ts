import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { lakeParts, products } from "../../db/schema.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { LakeRow } from "../../domain/lake/tables.ts";
import { EVENT_TYPES } from "../../domain/messages/rows.ts";
import { readPart } from "../lake/compact-lake.ts";
import { type FailingRow, findingOf, type QualityCheck, type QualityContext } from "./check.ts";

/** The newest files of events are looked at: what came since the last check and more. */
const FILES_READ = 4;
/** The clock of a shop may be ahead of ours by this much. */
const AHEAD_MS = 5 * MINUTE_MS;

/** Of the pass of checks that is under way: each would read the same files. */
let read: { now: number; rows: Promise<LakeRow[]> } | undefined;

function newestEvents(ctx: QualityContext): Promise<LakeRow[]> {
  if (read?.now !== ctx.now) read = { now: ctx.now, rows: readNewest(ctx) };
  return read.rows;
}

async function readNewest(ctx: QualityContext): Promise<LakeRow[]> {
  const parts = await ctx.db
    .select()
    .from(lakeParts)
    .where(and(eq(lakeParts.tableName, "events"), isNull(lakeParts.replacedAt)))
    .orderBy(desc(lakeParts.writtenAt))
    .limit(FILES_READ);
  const rows: LakeRow[] = [];
  for (const part of parts) for (const row of await readPart(ctx, part)) rows.push(row);
  return rows;
}

function shown({ source, batch, row, sku, type, at, received_at }: LakeRow): FailingRow {
  const time = (ms: unknown) => (typeof ms === "number" ? iso(ms) : null);
  return {
    source: source!,
    batch: batch!,
    row: row!,
    sku: sku!,
    type: type!,
    at: time(at),
    received: time(received_at),
  };
}

/** What the shop's events must be like, in the newest files of the lake. */
export const EVENT_CHECKS: readonly QualityCheck[] = [
  {
    ...{ name: "event_type_known", area: "events" },
    description: "Every event is of a type that there is",
    async run(ctx) {
      const types = new Set<unknown>(EVENT_TYPES);
      const rows = (await newestEvents(ctx)).filter(({ type }) => !types.has(type));
      return findingOf(rows.map(shown));
    },
  },
  {
    ...{ name: "event_product_known", area: "events" },
    description: "Every event that names a product names one of the catalogue",
    async run(ctx) {
      const events = await newestEvents(ctx);
      const named = [...new Set(events.flatMap(({ sku }) => (typeof sku === "string" ? [sku] : [])))];
      const found = await ctx.db
        .select({ sku: products.sku })
        .from(products)
        .where(isAmong(products.sku, named));
      const known = new Set<unknown>(found.map(({ sku }) => sku));
      return findingOf(events.filter(({ sku }) => sku !== null && !known.has(sku)).map(shown));
    },
  },
  {
    ...{ name: "event_not_in_future", area: "events" },
    description: "No event happened more than five minutes after it was received",
    async run(ctx) {
      const rows = await newestEvents(ctx);
      return findingOf(rows.filter((row) => Number(row.at) > Number(row.received_at) + AHEAD_MS).map(shown));
    },
  },
  {
    ...{ name: "events_not_empty", area: "events" },
    description: "A shop that sent events in the last month has sent some within a day",
    async run(ctx) {
      const [newest] = await ctx.db
        .select({ at: sql<number | null>`max(${lakeParts.lastAt})` })
        .from(lakeParts)
        .where(eq(lakeParts.tableName, "events"));
      const at = newest?.at ?? null;
      const isQuiet = at !== null && at < ctx.now - DAY_MS && at > ctx.now - 30 * DAY_MS;
      return findingOf(isQuiet ? [{ newest_event: iso(at) }] : []);
    },
  },
];
