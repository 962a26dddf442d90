import type { Env } from "../../db/env.ts";
import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import { chunkIdOf } from "../../domain/messages/batch.ts";
import type { CartPatternRow, EventRow } from "../../domain/messages/rows.ts";
import type { SignalSettings } from "../../domain/settings/settings.ts";
import { skuShardIndex, visitor } from "../../durable/stubs.ts";
import type { VisitChunk } from "../../durable/visitor.ts";
import { type CartsChunk, type Delivery, isChunk, type Visits } from "./delivery.ts";

/** The events of a batch that concern sessions. */
export function visitsOf({ rows, sessionRows }: { rows: EventRow[]; sessionRows: EventRow[] }): Visits {
  const cartRows = rows.filter(({ type }) => type === "add_to_cart" || type === "purchase");
  return { sessionRows, cartRows };
}

/** The part of a consumer batch that falls to one of the sessions' objects. */
type VisitWork = ({ delivery: Delivery } & VisitChunk)[];

/**
 * Tells the sessions' objects what happened, one call each. The verdicts on rows without a product are theirs; what
 * they say of carts is added to the deliveries that name the sessions, for the products' shards.
 */
export async function observeVisitors(
  env: Env,
  deliveries: readonly Delivery[],
  settings: SignalSettings,
  now: number,
): Promise<void> {
  const work = new Map<number, VisitWork>();
  for (const delivery of deliveries) {
    const { body, visits, failure } = delivery;
    if (!visits || !isChunk(body) || failure !== undefined) continue;
    const rows = [...visits.sessionRows, ...visits.cartRows];
    for (const [index, group] of Map.groupBy(rows, (row) => row.visitor % VISITOR_COUNT)) {
      const calls = work.get(index) ?? [];
      work.set(index, calls);
      calls.push({ delivery, chunkId: chunkIdOf(body), receivedAt: body.receivedAt, rows: group });
    }
  }
  await Promise.all([...work].map(([index, chunks]) => observeOne(env, index, chunks, settings, now)));
}

async function observeOne(
  env: Env,
  index: number,
  work: VisitWork,
  settings: SignalSettings,
  now: number,
): Promise<void> {
  try {
    const { verdicts, patterns } = await visitor(env, index).observe({
      now,
      eventHours: settings.eventHours,
      threshold: settings.abandonedCarts,
      chunks: work.map(({ delivery: _, ...chunk }) => chunk),
    });
    for (const [i, { delivery, rows }] of work.entries()) {
      const ofSession = new Set(delivery.visits?.sessionRows.map(({ row }) => row));
      delivery.verdicts.push(...verdicts[i]!.verdicts.filter(({ row }) => ofSession.has(row)));
      const named = new Set(rows.map((row) => row.visitor));
      for (const pattern of patterns) if (named.has(pattern.visitor)) addPattern(env, delivery, pattern);
    }
  } catch (error) {
    for (const { delivery } of work) delivery.failure ??= error;
  }
}

/** Every delivery carries its own sessions' patterns, so that whichever is acknowledged, they were told. */
function addPattern(env: Env, delivery: Delivery, pattern: Omit<CartPatternRow, "row">): void {
  const { body, skus } = delivery;
  if (!isChunk(body)) return;
  const shard = skuShardIndex(env, pattern.sku);
  const { source, receivedAt } = body;
  const carts = delivery.carts ?? new Map<number, CartsChunk>();
  const chunkId = `${chunkIdOf(body)} carts`;
  const chunk = carts.get(shard) ?? { kind: "carts", chunkId, source, receivedAt, rows: [] };
  chunk.rows.push({ row: chunk.rows.length, ...pattern });
  delivery.carts = carts.set(shard, chunk);
  skus.add(pattern.sku);
}
