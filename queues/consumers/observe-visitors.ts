import type { Env } from "../../db/env.ts";
import { chunkIdOf } from "../../domain/messages/batch.ts";
import type { CartsMessage } from "../../domain/messages/queue.ts";
import type { EventRow } from "../../domain/messages/shard.ts";
import type { SignalSettings } from "../../domain/settings/settings.ts";
import { VISITOR_COUNT, wideHash } from "../../domain/sharding.ts";
import { visitor } from "../../durable/stubs.ts";
import { type Delivery, isChunk, type Visits } from "./delivery.ts";

/** The events of a batch that concern sessions. */
export function visitsOf({ rows, sessionRows }: { rows: EventRow[]; sessionRows: EventRow[] }): Visits {
  const cartRows = rows.filter(({ type }) => type === "add_to_cart" || type === "purchase");
  return { sessionRows, cartRows };
}

/**
 * Tells the sessions' objects what happened, one call each. The verdicts on rows without a product are theirs; what
 * they say of carts is answered as messages to the products' shards.
 */
export async function observeVisitors(
  env: Env,
  deliveries: readonly Delivery[],
  settings: SignalSettings,
  now: number,
): Promise<CartsMessage[]> {
  const work = new Map<number, { delivery: Delivery; chunkId: string; rows: EventRow[] }[]>();
  for (const delivery of deliveries) {
    const { body, visits, failure } = delivery;
    if (!visits || !isChunk(body) || failure !== undefined) continue;
    const rows = [...visits.sessionRows, ...visits.cartRows];
    for (const [index, group] of Map.groupBy(rows, (row) => row.visitor % VISITOR_COUNT)) {
      const calls = work.get(index) ?? [];
      work.set(index, calls);
      calls.push({ delivery, chunkId: chunkIdOf(body), rows: group });
    }
  }
  const messages = await Promise.all(
    [...work].map(([index, chunks]) => observeOne(env, index, chunks, settings, now)),
  );
  return messages.flat();
}

async function observeOne(
  env: Env,
  index: number,
  work: readonly { delivery: Delivery; chunkId: string; rows: EventRow[] }[],
  settings: SignalSettings,
  now: number,
): Promise<CartsMessage[]> {
  try {
    const { verdicts, patterns } = await visitor(env, index).observe({
      now,
      eventHours: settings.eventHours,
      threshold: settings.abandonedCarts,
      chunks: work.map(({ chunkId, rows }) => ({ chunkId, rows })),
    });
    for (const [i, { delivery }] of work.entries()) {
      const ofSession = new Set(delivery.visits?.sessionRows.map(({ row }) => row));
      delivery.verdicts.push(...verdicts[i]!.verdicts.filter(({ row }) => ofSession.has(row)));
    }
    if (patterns.length === 0) return [];
    return [{ type: "carts", id: `carts ${wideHash(JSON.stringify(patterns))}`, patterns }];
  } catch (error) {
    for (const { delivery } of work) delivery.failure ??= error;
    return [];
  }
}
