import { eq, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import {
  alertChannels,
  alertDigests,
  alertMessages,
  alertRules,
  alertStates,
  keptStates,
  products,
} from "../../db/schema.ts";
import { BatchConflict, commitBatch, guardCount } from "../../db/write.ts";
import { SIGNAL_TYPES } from "../../domain/messages/names.ts";
import { alertSubject } from "../../domain/outgoing/alerts/alert-item.ts";
import { isAskedFor } from "../../domain/outgoing/alerts/decide-alert.ts";
import { newRouting, type Routed, routeEvents, routingRows } from "../../domain/outgoing/alerts/routing.ts";
import { typesAmong } from "../../domain/outgoing/event-types.ts";
import type { SendContext } from "../outgoing/context.ts";
import { type EventRecord, readEvents } from "../outgoing/read-events.ts";
import { readSettings } from "../settings/settings.ts";
import { ROUTER, type RouterState } from "./router-state.ts";

const PAGE_EVENTS = 250;
/** Pages of one call: the queries of one invocation are limited, and the next call goes on where this one ends. */
const PAGES_MAX = 20;
/** Between two pages: a flood must not keep messages that are under way from their answers. */
const PAUSE_MS = 50;

/**
 * Finds the alerts among the events that it has not seen, and puts each before its channels: as a message of its own, or
 * into the digest of a channel that has had enough, is quiet, or collects. A page's messages and its place among the
 * events are one commit, so that nothing is lost or comes twice however often it is begun. Answers when to come again.
 */
export async function routeAlerts(ctx: SendContext): Promise<number | null> {
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const done = await routePage(ctx);
    if (done) return null;
    await ctx.sleep(PAUSE_MS);
  }
  return ctx.clock();
}

async function routePage(ctx: SendContext): Promise<boolean> {
  const { db } = ctx;
  const [rules, channels, [kept]] = await db.batch([
    db.select().from(alertRules).where(eq(alertRules.enabled, true)),
    db.select({ id: alertChannels.id, perHour: alertChannels.perHour }).from(alertChannels),
    db.select().from(keptStates).where(eq(keptStates.name, ROUTER)),
  ]);
  if (!kept || rules.length === 0) return true;
  const state = kept.value as RouterState;
  const types = typesOf(rules.flatMap((rule) => rule.types));
  const page = await readEvents(db, { since: state.cursor, types, limit: PAGE_EVENTS });
  const { settings } = await readSettings(ctx.d1);
  const subjects = await subjectsOf(ctx, page.events);
  const asked = subjects.filter((subject) =>
    rules.some((rule) => subject.isEnd || isAskedFor(rule, subject)),
  );
  const known = await readStates(ctx, rules, asked);
  const routing = newRouting({
    ...{ rules, perHour: new Map(channels.map(({ id, perHour }) => [id, perHour])) },
    ...{ states: known, hours: state.hours, now: ctx.clock(), timeZone: settings.timeZone },
  });
  routeEvents(routing, asked);
  const routed = routingRows(routing);
  if (page.end === state.cursor && routed.messages.length === 0) return true;
  await commitPage(ctx, state.cursor, { cursor: page.end, hours: routed.hours }, routed);
  await Promise.all(routed.channels.map((id) => ctx.couriers.wake(`channel:${id}`)));
  return page.events.length < PAGE_EVENTS;
}

/** The event types that any rule has to see: a rule that names a signal has to see its notices, and its end. */
function typesOf(patterns: readonly string[]) {
  const namesSignal = patterns.some((name) => (SIGNAL_TYPES as readonly string[]).includes(name));
  return typesAmong(namesSignal ? [...patterns, "signal.*"] : [...patterns, "signal.resolved"]);
}

async function subjectsOf({ db }: SendContext, events: readonly EventRecord[]) {
  const skus = [...new Set(events.flatMap(({ sku }) => sku ?? []))];
  const { sku, title, category, brand } = products;
  const rows =
    skus.length === 0
      ? []
      : await db.select({ sku, title, category, brand }).from(products).where(isAmong(sku, skus));
  const bySku = new Map(rows.map((row) => [row.sku, row]));
  return events.map((event) => alertSubject(event, bySku.get(event.sku ?? "") ?? null));
}

async function readStates(
  { db }: SendContext,
  rules: readonly { id: string }[],
  subjects: readonly { key: string }[],
) {
  if (rules.length === 0 || subjects.length === 0) return [];
  const keys = [...new Set(subjects.map(({ key }) => key))];
  return db
    .select()
    .from(alertStates)
    .where(
      sql`${isAmong(
        alertStates.ruleId,
        rules.map(({ id }) => id),
      )} AND ${isAmong(alertStates.key, keys)}`,
    );
}

const UNLESS_KNOWN = { update: [] };

async function commitPage(
  { d1, db }: SendContext,
  before: number,
  next: RouterState,
  { messages, digests, states }: Routed,
): Promise<void> {
  const held = await db
    .select()
    .from(alertDigests)
    .where(
      isAmong(
        alertDigests.channelId,
        digests.map(({ channelId }) => channelId),
      ),
    );
  const merged = digests.map(({ channelId, dueAt, add }) => {
    const known = held.find((row) => row.channelId === channelId && row.dueAt === dueAt);
    return { channelId, dueAt, body: add(known?.body ?? null) };
  });
  const isAsSeen = sql`name = ${ROUTER} AND json_extract(value, '$.cursor') = ${before}`;
  try {
    await commitBatch(d1, [
      guardCount(d1, db.$count(keptStates, isAsSeen), 1),
      ...bulkUpsert(d1, keptStates, [{ name: ROUTER, value: next }]),
      ...bulkUpsert(d1, alertMessages, messages, UNLESS_KNOWN),
      ...bulkUpsert(d1, alertDigests, merged),
      ...bulkUpsert(d1, alertStates, states),
    ]);
  } catch (error) {
    // another call has routed this page: its place is further on
    if (!(error instanceof BatchConflict)) throw error;
  }
}
