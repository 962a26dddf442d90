import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import type { PostedEvent } from "../../domain/intake/event-row.ts";
import { chunkIdOf } from "../../domain/messages/batch.ts";
import type { OrderRow } from "../../domain/messages/orders.ts";
import type { CartPatternRow, EventRow } from "../../domain/messages/rows.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import type { SignalSettings } from "../../domain/settings/signals.ts";
import type { Ports, VisitChunk } from "../ports.ts";
import {
  type ChunkData,
  type Delivery,
  isChunk,
  isGood,
  type ShardShare,
  type VisitRows,
} from "./delivery.ts";
import type { IngestContext } from "./load-context.ts";

/** The events of a chunk that concern sessions and customers. */
export function visitsOf(
  { rows, sessionRows }: { rows: PostedEvent[]; sessionRows: EventRow[] },
  context: IngestContext,
): VisitRows {
  const cartRows = rows.filter(({ type }) => type === "add_to_cart" || type === "purchase");
  return { sessionRows, cartRows, orderRows: rows.flatMap((row) => orderOf(row, context)) };
}

function orderOf(row: PostedEvent, { products, settings }: IngestContext): OrderRow[] {
  const { customer, type, sku, event, device, at, quantity } = row;
  if (customer === undefined || (type !== "purchase" && type !== "refund")) return [];
  const product = products.get(sku);
  const unitPrice = row.price ?? product?.price ?? 0;
  const amount = product?.currency === settings.currency ? Math.round(quantity * unitPrice) : 0;
  return [{ row: row.row, customer, event, kind: type, device, amount, at }];
}

/**
 * Hands the customers' objects the orders that their shards accepted. Comes after the verdicts, so that a duplicate
 * counts nowhere; an order that comes again changes nothing.
 */
export async function observeOrders(
  { visitors }: Pick<Ports, "visitors">,
  deliveries: readonly Delivery[],
  { eventHours }: SignalSettings,
  now: number,
): Promise<readonly Delivery[]> {
  const work = deliveries.flatMap((delivery) => {
    const { body, visits, verdicts } = delivery;
    if (!visits || visits.orderRows.length === 0 || !isChunk(body) || !isGood(delivery)) return [];
    const accepted = new Set(verdicts.flatMap(({ row, verdict }) => (verdict === "accepted" ? [row] : [])));
    const rows = visits.orderRows.filter(({ row }) => accepted.has(row));
    return [...Map.groupBy(rows, ({ customer }) => customer % VISITOR_COUNT)].map(([index, group]) => {
      const chunk = { chunkId: chunkIdOf(body), receivedAt: body.receivedAt, rows: group };
      return { index, delivery, chunk };
    });
  });
  const failures = new Map<Delivery, unknown>();
  await Promise.all(
    [...Map.groupBy(work, ({ index }) => index)].map(async ([index, group]) => {
      try {
        await visitors.takeOrders(index, { now, eventHours, chunks: group.map(({ chunk }) => chunk) });
      } catch (failure) {
        for (const { delivery } of group) failures.set(delivery, failure);
      }
    }),
  );
  return deliveries.map((delivery) =>
    failures.has(delivery) ? { ...delivery, failure: failures.get(delivery) } : delivery,
  );
}

/** What one object says of one delivery. */
interface VisitResult {
  delivery: Delivery;
  verdicts: RowVerdict[];
  patterns: Omit<CartPatternRow, "row">[];
  failure?: unknown;
}

/**
 * Hands the sessions' objects what happened, one call each. The verdicts on rows without a product come from them;
 * what they say of carts becomes further shares of the deliveries that name the sessions.
 */
export async function observeVisitors(
  ports: Pick<Ports, "visitors"> & { addressOf: (sku: string) => number },
  deliveries: readonly Delivery[],
  settings: SignalSettings,
  now: number,
): Promise<readonly Delivery[]> {
  const calls = callsOf(deliveries);
  if (calls.size === 0) return deliveries;
  const results = await Promise.all(
    [...calls].map(([index, work]) => observeOne(ports, index, work, settings, now)),
  );
  const byDelivery = Map.groupBy(results.flat(), ({ delivery }) => delivery);
  return deliveries.map((delivery) => {
    const found = byDelivery.get(delivery);
    return found ? withResults(delivery, found, ports.addressOf) : delivery;
  });
}

type VisitWork = { delivery: Delivery; chunk: VisitChunk }[];

function callsOf(deliveries: readonly Delivery[]): Map<number, VisitWork> {
  const work = deliveries.flatMap((delivery) => {
    const { body, visits } = delivery;
    if (!visits || !isChunk(body)) return [];
    const rows = [...visits.sessionRows, ...visits.cartRows];
    return [...Map.groupBy(rows, ({ visitor }) => visitor % VISITOR_COUNT)].map(([index, group]) => {
      const chunk = { chunkId: chunkIdOf(body), receivedAt: body.receivedAt, rows: group };
      return { index, delivery, chunk };
    });
  });
  return Map.groupBy(work, ({ index }) => index);
}

async function observeOne(
  { visitors }: Pick<Ports, "visitors">,
  index: number,
  work: VisitWork,
  settings: SignalSettings,
  now: number,
): Promise<VisitResult[]> {
  try {
    const { verdicts, patterns } = await visitors.observe(index, {
      now,
      eventHours: settings.eventHours,
      threshold: settings.abandonedCarts,
      chunks: work.map(({ chunk }) => chunk),
    });
    return work.map(({ delivery, chunk }, i) => {
      const sessionRows = new Set(delivery.visits?.sessionRows.map(({ row }) => row));
      const named = new Set(chunk.rows.map(({ visitor }) => visitor));
      return {
        delivery,
        verdicts: verdicts[i]!.verdicts.filter(({ row }) => sessionRows.has(row)),
        // whichever delivery is acknowledged, its own sessions' patterns have reached the shards
        patterns: patterns.filter(({ visitor }) => named.has(visitor)),
      };
    });
  } catch (failure) {
    return work.map(({ delivery }) => ({ delivery, verdicts: [], patterns: [], failure }));
  }
}

function withResults(
  delivery: Delivery,
  results: readonly VisitResult[],
  shardOf: (sku: string) => number,
): Delivery {
  const failed = results.find(({ failure }) => failure !== undefined);
  const patterns = results.flatMap((result) => result.patterns);
  return {
    ...delivery,
    verdicts: [...delivery.verdicts, ...results.flatMap(({ verdicts }) => verdicts)],
    shares: [...delivery.shares, ...cartShares(delivery.body as ChunkData, patterns, shardOf)],
    ...(failed ? { failure: failed.failure } : {}),
  };
}

/** What sessions did with their carts, for the products' shards. */
function cartShares(
  body: ChunkData,
  patterns: readonly Omit<CartPatternRow, "row">[],
  shardOf: (sku: string) => number,
): ShardShare[] {
  const head = { chunkId: `${chunkIdOf(body)} carts`, source: body.source, receivedAt: body.receivedAt };
  return [...Map.groupBy(patterns, ({ sku }) => shardOf(sku))].map(([shard, group]) => {
    const rows = group.map((pattern, row) => ({ row, ...pattern }));
    return { shard, skus: new Set(group.map(({ sku }) => sku)), chunk: { kind: "carts", ...head, rows } };
  });
}
