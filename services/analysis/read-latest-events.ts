import { isAmong } from "../../db/bulk.ts";
import { products } from "../../db/schema.ts";
import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { Device, EventType } from "../../domain/messages/rows.ts";
import { forEachVisit } from "../../domain/messages/visits.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import type { MartSources } from "../ports.ts";

/** Objects asked at the same time: others have a turn between two waves. */
const WAVE = 8;
/** In a busy shop the newest events are of the last minutes, and nothing older has to be looked at. */
const RECENT_MS = 15 * MINUTE_MS;
/** How far ahead of ours the clock of a shop may be. */
const AHEAD_MS = 5 * MINUTE_MS;

/** What a shopper did, and with what; never who. */
interface LatestEvent {
  /** ms */
  at: number;
  type: EventType;
  device: Device;
  /** null: without a product */
  product: { sku: string; title: string | null; category: string | null } | null;
}

type EventContext = ServiceContext & {
  sources: Pick<MartSources, "productVisits" | "sessionVisits">;
  /** the addresses of the shards that may know of events */
  shards: readonly number[];
};

/** The newest shop events of the last day, newest first. Objects keep accepted events for some days anyway: nothing is written for it. */
export async function readLatestEvents(ctx: EventContext, limit: number): Promise<LatestEvent[]> {
  const recent = await eventsSince(ctx, ctx.now - RECENT_MS, limit);
  const found = recent.length === limit ? recent : await eventsSince(ctx, ctx.now - DAY_MS, limit);
  return withProducts(ctx, found);
}

type Found = Omit<LatestEvent, "product"> & { sku: string | null };

async function eventsSince(ctx: EventContext, from: number, limit: number): Promise<Found[]> {
  const { sources, shards } = ctx;
  const query = { from, until: ctx.now + AHEAD_MS, part: 0, parts: 1, newest: limit };
  const asks = [
    ...shards.map((shard) => () => sources.productVisits(shard, query)),
    ...Array.from({ length: VISITOR_COUNT }, (_, index) => () => sources.sessionVisits(index, query)),
  ];
  let newest: Found[] = [];
  for (let start = 0; start < asks.length; start += WAVE) {
    const answers = await Promise.all(asks.slice(start, start + WAVE).map((ask) => ask()));
    for (const answer of answers)
      forEachVisit(answer, ({ visitor: _, ...event }) => {
        newest.push(event);
      });
    newest = newest.sort((a, b) => b.at - a.at).slice(0, limit);
    await giveWay(ctx);
  }
  return newest;
}

async function withProducts({ db }: ServiceContext, events: readonly Found[]): Promise<LatestEvent[]> {
  const skus = [...new Set(events.flatMap(({ sku }) => (sku === null ? [] : [sku])))];
  const { sku: ofSku, title, category } = products;
  const rows =
    skus.length === 0
      ? []
      : await db.select({ sku: ofSku, title, category }).from(products).where(isAmong(ofSku, skus));
  const known = new Map(rows.map((row) => [row.sku, row]));
  return events.map(({ sku, ...event }) => ({
    ...event,
    product: sku === null ? null : (known.get(sku) ?? { sku, title: null, category: null }),
  }));
}
