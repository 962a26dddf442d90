import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../db/env.ts";
import type { SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { planShards } from "../../domain/runs/phases.ts";
import { consume } from "../../queues/consume.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { sendRunShards } from "../../services/queues.ts";
import { getSnapshots } from "../../services/runs/snapshot-store.ts";
import { startRun } from "../../services/runs/start-run.ts";
import { holdScheduledRuns, type RunBody, runEnd, seedShop } from "./back-support.ts";
import { observation, postObservations } from "./support.ts";

export const SKUS = Array.from({ length: 12 }, (_, i) => `RUN-${String(i).padStart(2, "0")}`);
/** all that the runs of one comparison may see */
export let asOf: number;

/** Seeds the shop whose runs are looked at, half of it with a competitor; what is seen later is after `asOf`. */
export async function seedRuns(): Promise<void> {
  await holdScheduledRuns();
  await seedShop(SKUS);
  await postObservations(
    "runs",
    "runs-market",
    SKUS.slice(0, 6).map((sku, i) => observation(sku, 18 + i)),
  );
  asOf = Date.now();
}

export const context = (now?: number) => serviceContext(env, systemActor("test"), now);

export interface Start {
  kind: RunKind;
  skus?: string[];
  size?: number;
  /** groups the SKUs as objects would; another one shuffles them */
  objectOf?: (sku: string) => number;
  dryRun?: boolean;
  now?: number;
  asOf?: number;
}

/** Writes a run with shards of another size than usual, and sends nothing. */
export async function startInShards(start: Start): Promise<{ runId: string; wake: RunShardMessage[] }> {
  const { kind, skus = SKUS, size = 6, objectOf = () => 0, now, dryRun } = start;
  const ctx = context(now);
  const request = { kind, scope: { skus }, objectOf, dryRun, asOf: start.asOf ?? asOf };
  const { runId } = await startRun(ctx, request);
  const shards = planShards(skus, objectOf, size);
  const insert = env.DB.prepare(
    `INSERT INTO run_shards (run_id, phase, shard, skus, status, attempts, sent_at)
       VALUES (?1, 0, ?2, ?3, 'waiting', 0, ?4)`,
  );
  await env.DB.batch([
    env.DB.prepare("DELETE FROM run_shards WHERE run_id = ?1").bind(runId),
    ...shards.map((shard, i) => insert.bind(runId, i, JSON.stringify(shard), ctx.now)),
  ]);
  return { runId, wake: shards.map((_, shard) => ({ type: "run", runId, phase: 0, shard })) };
}

export async function endOf(start: Start): Promise<RunBody> {
  const { runId, wake } = await startInShards(start);
  await sendRunShards(env, wake);
  return runEnd(runId);
}

/** Hands messages to the queue's real consumer, in an environment that may be broken. */
export async function deliver(messages: RunShardMessage[], broken: Partial<Env> = {}) {
  const batch = createMessageBatch(
    "pricewright-runs",
    messages.map((body, i) => ({ id: `m${i}`, attempts: 1, timestamp: Date.now(), body })),
  );
  const ctx = createExecutionContext();
  await consume(batch, { ...env, ...broken } as Env, ctx);
  return getQueueResult(batch, ctx);
}

export async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (
    await env.DB.prepare(sql)
      .bind(...values)
      .all()
  ).results;
}

export const shardsOf = (runId: string) =>
  rowsOf(
    "SELECT phase, shard, status, attempts, error FROM run_shards WHERE run_id = ?1 ORDER BY 1, 2",
    runId,
  );
export const elasticities = () =>
  rowsOf("SELECT sku, mean, sd, identified, label, report, as_of FROM elasticities ORDER BY sku");

export function snapshotOf(runId: string): Promise<{ features: SkuFeatures }[]> {
  return getSnapshots(env.LAKE, runId, 0);
}
