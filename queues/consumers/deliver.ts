import type { Env } from "../../db/env.ts";
import { afterFailure, failureKind } from "../../domain/delivery/failure.ts";
import { type ChunkOutcome, chunkIdOf } from "../../domain/messages/batch.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import { countVerdicts, type RowProblem, type RowVerdict } from "../../domain/messages/verdict.ts";
import { inbox, skuShardIndex } from "../../durable/stubs.ts";
import { judgeRows, wantedBy } from "../../services/ingest/judge-rows.ts";
import { type IngestContext, loadIngestContext } from "../../services/ingest/load-context.ts";
import { commitProjection, type Projection } from "../../services/ingest/project.ts";
import type { ProjectedSignal } from "../../services/ingest/project-signals.ts";
import { unmatchedOf } from "../../services/ingest/unmatched.ts";
import { publishSignals } from "../publish-signals.ts";
import { type Delivery, isChunk, type ShardRow } from "./delivery.ts";
import { observeShards } from "./observe-shards.ts";
import { observeVisitors, visitsOf } from "./observe-visitors.ts";
import { park } from "./park.ts";
import { sourceActivity } from "./source-activity.ts";
import { tellShards } from "./tell-shards.ts";

/**
 * Takes a consumer batch through the line: judge the rows, tell the shards, project what they answer, mark the
 * chunks done, acknowledge. A message is acknowledged only when its projection is committed and its chunk is done;
 * everything before that may happen again without changing anything.
 */
export async function deliver(
  env: Env,
  deliveries: Delivery[],
  ctx: ExecutionContext,
  now: number,
): Promise<void> {
  if (deliveries.length === 0) return;
  try {
    await carry(env, deliveries, ctx, now);
    await markDone(env, deliveries);
  } catch (error) {
    for (const delivery of deliveries) delivery.failure ??= error;
  }
  await settle(env, deliveries, now);
}

/** The line without its ends: from the posted rows to their verdicts and the projection. */
export async function carry(
  env: Env,
  deliveries: readonly Delivery[],
  ctx: Pick<ExecutionContext, "waitUntil">,
  now: number,
): Promise<void> {
  const context = await loadIngestContext(env.DB, wantedBy(deliveries.map(({ body }) => body)), now);
  for (const delivery of deliveries) judge(env, delivery, context);
  // first, since what they say of carts goes along to the shards: it is told before the message is acknowledged
  await observeVisitors(env, deliveries, context.settings.signals, now);
  const present = await observeShards(env, deliveries, context, now);
  for (const delivery of deliveries) conclude(delivery);
  const changed = await project(env.DB, deliveries, present);
  await tellShards(env, deliveries, present);
  if (changed.length > 0) ctx.waitUntil(publishSignals(env, changed, context.settings.signals.digestPerHour));
}

/** The verdicts that rows would get now; nothing is kept of it. */
export async function rehearse(env: Env, deliveries: readonly Delivery[], now: number): Promise<void> {
  const context = await loadIngestContext(env.DB, wantedBy(deliveries.map(({ body }) => body)), now);
  for (const delivery of deliveries) judge(env, delivery, context);
  await observeShards(env, deliveries, context, now, { rehearsal: true });
  for (const delivery of deliveries) conclude(delivery);
}

/** Splits a chunk's rows by shard; rows that reach no shard have their verdict here. */
function judge(env: Env, delivery: Delivery, context: IngestContext): void {
  const { body } = delivery;
  if (!isChunk(body)) {
    for (const sku of body.skus) delivery.skus.add(sku);
    return;
  }
  // as of its receipt: what lay ahead of our clock then is refused however often and late it comes again
  const judged = judgeRows(body, context, body.receivedAt);
  delivery.verdicts.push(...judged.verdicts);
  const head = { chunkId: chunkIdOf(body), source: body.source, receivedAt: body.receivedAt };
  const shard = (row: { sku: string }) => skuShardIndex(env, row.sku);
  const rows: ShardRow[] = judged.rows;
  // rows of one batch are of one kind
  for (const [index, group] of Map.groupBy(rows, shard))
    delivery.chunks.set(index, { kind: judged.kind, ...head, rows: group } as ShardChunk);
  for (const { sku } of rows) delivery.skus.add(sku);
  if (judged.kind === "events") delivery.visits = visitsOf(judged);
  if (judged.kind === "observations") delivery.unmatched = unmatchedOf(body, judged.verdicts);
}

/** Every row has exactly one verdict, or the delivery has failed. */
function conclude(delivery: Delivery): void {
  const { body, verdicts } = delivery;
  if (!isChunk(body) || delivery.failure !== undefined) return;
  if (verdicts.length !== body.rows.length) {
    delivery.failure = new Error(`${verdicts.length} verdicts for ${body.rows.length} rows`);
    return;
  }
  const problems = verdicts.flatMap(rowProblem).sort((a, b) => a.row - b.row);
  delivery.outcome = {
    batchKey: body.batchKey,
    chunk: body.chunk,
    counts: countVerdicts(verdicts),
    problems,
  };
}

function rowProblem({ row, verdict, code, path, message }: RowVerdict): RowProblem[] {
  if (verdict === "accepted" || verdict === "duplicate" || code === undefined) return [];
  return [{ row, ...(path === undefined ? {} : { path }), code, message: message ?? code }];
}

/**
 * Projects all good deliveries in one commit. If that fails for a reason that is not passing, each is projected
 * alone, so that one refused row keeps only its own message from being acknowledged.
 */
async function project(
  d1: D1Database,
  deliveries: readonly Delivery[],
  present: ReadonlyMap<string, SkuPresent>,
): Promise<ProjectedSignal[]> {
  const good = deliveries.filter(({ failure }) => failure === undefined);
  try {
    return await commitProjection(d1, projectionOf(good, present));
  } catch (error) {
    if (good.length === 1 || failureKind(error) === "transient") {
      for (const delivery of good) delivery.failure = error;
      return [];
    }
  }
  const changed: ProjectedSignal[] = [];
  for (const delivery of good) changed.push(...(await project(d1, [delivery], present)));
  return changed;
}

function projectionOf(deliveries: readonly Delivery[], present: ReadonlyMap<string, SkuPresent>): Projection {
  const skus = new Set(deliveries.flatMap((delivery) => [...delivery.skus]));
  return {
    skus: [...skus].flatMap((sku) => present.get(sku) ?? []),
    activity: deliveries.flatMap(({ body, outcome }) =>
      isChunk(body) ? [sourceActivity(body, outcome)] : [],
    ),
    outboxIds: deliveries.flatMap(({ body }) => (body.type === "ours" ? body.outboxIds : [])),
    unmatched: deliveries.flatMap(({ unmatched = [] }) => unmatched),
  };
}

/** One call per Inbox for all chunks of the batch that it keeps. */
async function markDone(env: Env, deliveries: readonly Delivery[]): Promise<void> {
  const done = deliveries.flatMap((delivery) => {
    const { body, outcome, failure } = delivery;
    return isChunk(body) && outcome && failure === undefined
      ? [{ delivery, index: body.inbox, outcome }]
      : [];
  });
  await Promise.all(
    [...Map.groupBy(done, ({ index }) => index)].map(async ([index, group]) => {
      try {
        const outcomes: ChunkOutcome[] = group.map(({ outcome }) => outcome);
        await inbox(env, index).markDone(outcomes);
      } catch (error) {
        for (const { delivery } of group) delivery.failure = error;
      }
    }),
  );
}

/** Acknowledges what is done; the rest is tried again later, or parked when it was tried enough. */
async function settle(env: Env, deliveries: readonly Delivery[], now: number): Promise<void> {
  for (const { message, body, failure } of deliveries) {
    if (failure === undefined) {
      message.ack();
      continue;
    }
    const decision = afterFailure(message.attempts, failure);
    console.warn({
      event: "delivery.failed",
      type: body.type,
      attempts: message.attempts,
      ...decision,
      error: String(failure),
    });
    if (decision.outcome === "retry") message.retry({ delaySeconds: decision.delaySeconds });
    else await park(env, message, decision.reason, now);
  }
}
