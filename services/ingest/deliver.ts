import { type PostedRow, stageRows } from "../../domain/lake/posted-rows.ts";
import { type ChunkOutcome, chunkIdOf } from "../../domain/messages/batch.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import { countVerdicts, type RowProblem, type RowVerdict } from "../../domain/messages/verdict.ts";
import { followOffers } from "../map/follow-offers.ts";
import { dispatchEvents } from "../outgoing/dispatch.ts";
import type { InboxPort, Ports } from "../ports.ts";
import { askAboutCrawls, lookAtCrawls } from "./crawls.ts";
import {
  type DataMessage,
  type Delivery,
  emptyDelivery,
  isChunk,
  isGood,
  type ShardRow,
  type ShardShare,
} from "./delivery.ts";
import { judgeRows, wantedBy } from "./judge-rows.ts";
import { type IngestContext, loadIngestContext } from "./load-context.ts";
import { markProjected, observeShards } from "./observe-shards.ts";
import { observeOrders, observeVisitors, visitsOf } from "./observe-visitors.ts";
import { projectDeliveries } from "./project-deliveries.ts";
import { publishSignals } from "./publish-signals.ts";
import { unmatchedOf } from "./unmatched.ts";

/** What a delivery works with. `waitUntil` takes work that nobody has to wait for. */
export interface DeliveryContext {
  d1: D1Database;
  ports: Pick<Ports, "shards" | "visitors" | "live" | "inboxes" | "couriers" | "queues">;
  now: number;
  waitUntil(work: Promise<unknown>): void;
}

/**
 * Takes messages from posted rows to the projection. All of it may happen again without changing anything, so a
 * message that failed on the way is simply delivered again.
 */
export async function deliver(ctx: DeliveryContext, bodies: readonly DataMessage[]): Promise<Delivery[]> {
  const { d1, ports, now } = ctx;
  const [context, addressOf] = await Promise.all([
    loadIngestContext(d1, wantedBy(bodies), now),
    ports.shards.addresses(),
  ]);
  const judged = await Promise.all(
    bodies.map((body) =>
      body.type === "crawl"
        ? lookAtCrawls(ctx, body, context.settings, addressOf)
        : judge(body, context, addressOf),
    ),
  );
  // before the shards, which are sent what the sessions' objects say of carts
  const visited = await observeVisitors({ ...ports, addressOf }, judged, context.settings.signals, now);
  const observed = await observeShards(ports.shards, visited, context, now);
  const ordered = await observeOrders(ports, observed.deliveries, context.settings.signals, now);
  const clock = { now, timeZone: context.settings.timeZone };
  const concluded = ordered.map((delivery) => withLakeRows(conclude(delivery), context));
  const projected = await projectDeliveries(d1, concluded, observed.present, clock);
  await followOffers(ctx, projected.deliveries, context.products);
  await markProjected(ports.shards, wokenStates(projected.deliveries, observed.present));
  ctx.waitUntil(askAboutCrawls({ d1, queues: ports.queues }, projected.deliveries, now));
  ctx.waitUntil(publishSignals(ports.live, projected.changed, context.settings.signals.digestPerHour));
  if (projected.changed.length > 0)
    ctx.waitUntil(
      // the minute tick sends what is left
      dispatchEvents(d1, ports.couriers, now).catch((error) =>
        console.warn({ event: "events.not_dispatched", error: String(error) }),
      ),
    );
  return projected.deliveries;
}

/** A dry run: the verdicts that the rows would get now. */
export async function rehearse(
  { d1, ports, now }: DeliveryContext,
  bodies: readonly DataMessage[],
): Promise<Delivery[]> {
  const context = await loadIngestContext(d1, { ...wantedBy(bodies), dryRun: true }, now);
  const addressOf = await ports.shards.addresses();
  const judged = bodies.flatMap((body) => (body.type === "crawl" ? [] : [judge(body, context, addressOf)]));
  const observed = await observeShards(ports.shards, judged, context, now, { dryRun: true });
  return observed.deliveries.map(conclude);
}

/** Tells each Inbox which of its chunks are done: one call for all of them. Says of each if it is the first that did. */
export async function markDone(
  inboxes: Pick<InboxPort, "markDone">,
  deliveries: readonly Delivery[],
): Promise<Delivery[]> {
  const done = deliveries.flatMap(({ body, outcome, failure }) =>
    isChunk(body) && outcome && failure === undefined ? [{ inbox: body.inbox, outcome }] : [],
  );
  const failures = new Map<number, unknown>();
  const first = new Set<ChunkOutcome>();
  await Promise.all(
    [...Map.groupBy(done, ({ inbox }) => inbox)].map(async ([inbox, group]) => {
      const outcomes = group.map(({ outcome }) => outcome);
      try {
        const completed = await inboxes.markDone(inbox, outcomes);
        for (const [i, outcome] of outcomes.entries()) if (completed[i]) first.add(outcome);
      } catch (error) {
        failures.set(inbox, error);
      }
    }),
  );
  return deliveries.map((delivery) => {
    const { body, outcome } = delivery;
    const failure = isChunk(body) && isGood(delivery) ? failures.get(body.inbox) : undefined;
    if (failure !== undefined) return { ...delivery, failure };
    return outcome !== null && first.has(outcome) ? { ...delivery, isFirst: true } : delivery;
  });
}

/** Splits a message by shard; rows that reach no shard have their verdict here. */
function judge(
  body: Exclude<DataMessage, { type: "crawl" }>,
  context: IngestContext,
  shardOf: (sku: string) => number,
): Delivery {
  const delivery = emptyDelivery(body);
  if (!isChunk(body)) {
    const known = [...new Set(body.skus.flatMap((sku) => context.products.get(sku)?.sku ?? []))];
    const shares = [...Map.groupBy(known, shardOf)].map(
      ([shard, skus]): ShardShare => ({ shard, skus: new Set(skus), chunk: null }),
    );
    return { ...delivery, shares };
  }
  // as of its receipt: a time that lay in the future then is refused whenever the chunk comes again
  const judged = judgeRows(body, context, body.receivedAt);
  const head = { chunkId: chunkIdOf(body), source: body.source, receivedAt: body.receivedAt };
  const rows: ShardRow[] = judged.rows;
  const shares = [...Map.groupBy(rows, ({ sku }) => shardOf(sku))].map(([shard, group]): ShardShare => {
    const skus = new Set(group.map(({ sku }) => sku));
    // the rows of one batch are of one kind
    return { shard, skus, chunk: { kind: judged.kind, ...head, rows: group } as ShardChunk };
  });
  return {
    ...delivery,
    shares,
    verdicts: judged.verdicts,
    warnings: judged.warnings,
    visits: judged.kind === "events" ? visitsOf(judged, context) : null,
    unmatched: judged.kind === "observations" ? unmatchedOf(body, judged.verdicts) : [],
  };
}

/** Every row has exactly one verdict, or the delivery has failed. */
function conclude(delivery: Delivery): Delivery {
  const { body, verdicts } = delivery;
  if (!isChunk(body) || !isGood(delivery)) return delivery;
  if (verdicts.length !== body.rows.length)
    return { ...delivery, failure: new Error(`${verdicts.length} verdicts for ${body.rows.length} rows`) };
  const { batchKey, chunk } = body;
  const rejected = new Set(verdicts.flatMap(({ row, verdict }) => (verdict === "rejected" ? [row] : [])));
  const warnings = delivery.warnings.filter(({ row }) => !rejected.has(row));
  const problems = [...verdicts.flatMap(rowProblem), ...warnings].sort((a, b) => a.row - b.row);
  return { ...delivery, outcome: { batchKey, chunk, counts: countVerdicts(verdicts), problems } };
}

/** What goes into the lake travels with the outcome, so that the Inbox takes both or neither. */
function withLakeRows(delivery: Delivery, { products }: IngestContext): Delivery {
  const { body, outcome, shares, visits, verdicts } = delivery;
  if (!isChunk(body) || outcome === null) return delivery;
  const rows: PostedRow[] = [...(visits?.sessionRows ?? [])];
  for (const { chunk } of shares) if (chunk !== null && chunk.kind !== "carts") rows.push(...chunk.rows);
  const lake = stageRows(body.type, rows, verdicts, (sku) => products.get(sku)?.currency);
  return lake === null ? delivery : { ...delivery, outcome: { ...outcome, lake } };
}

function rowProblem({ row, verdict, code, path, message, quarantineId }: RowVerdict): RowProblem[] {
  if (verdict === "duplicate" || code === undefined) return [];
  const named = path === undefined ? {} : { path };
  const warning = verdict === "accepted" ? { warning: true as const } : {};
  const held = quarantineId === undefined ? {} : { quarantineId };
  return [{ row, ...named, code, message: message ?? code, ...warning, ...held }];
}

/** The states that wake-ups asked for and that are projected by now. */
function wokenStates(
  deliveries: readonly Delivery[],
  present: ReadonlyMap<string, SkuPresent>,
): SkuPresent[] {
  const wakeUps = deliveries.filter((delivery) => !isChunk(delivery.body) && isGood(delivery));
  const skus = new Set(wakeUps.flatMap(({ shares }) => shares.flatMap((share) => [...share.skus])));
  return [...skus].flatMap((sku) => present.get(sku) ?? []);
}
