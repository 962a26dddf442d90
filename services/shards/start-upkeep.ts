import { and, eq, inArray, isNull } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { products, runShards, runs, shardGenerations } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { UPKEEP_RUNS, type UpkeepRun } from "../../domain/messages/names.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { addressOf, SHARDS_MAX, type ShardGeneration } from "../../domain/shard/layout.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { UpkeepPort } from "../ports.ts";
import { readSettings } from "../settings/settings.ts";
import { readGenerations, shardAddresses } from "./generations.ts";
import { movedBefore } from "./reshard.ts";

interface UpkeepRequest {
  kind: UpkeepRun;
  /** of a reshard: how many shards there are to be */
  shards?: number | undefined;
  /** of a restore: deliver again what was accepted from here on (ms); all that is held if it is left out */
  since?: number | undefined;
}

/**
 * Writes a run over the SKU shards: `reproject`, `restore` or `reshard`. One at a time, since each relies on the shards
 * staying where they are.
 *
 * @throws ProblemError `conflict` while another is on, and where the SKUs are no longer where the database says; `invalid` on
 * a number of shards that cannot be
 */
export async function startUpkeep(
  ctx: ServiceContext & { upkeep: Pick<UpkeepPort, "standing"> },
  { kind, shards, since }: UpkeepRequest,
): Promise<{ runId: string; wake: RunShardMessage[] }> {
  const [on] = await ctx.db
    .select({ id: runs.id, kind: runs.kind })
    .from(runs)
    .where(and(inArray(runs.kind, [...UPKEEP_RUNS]), isNull(runs.finishedAt)))
    .limit(1);
  if (on) throw new ProblemError("conflict", `the run ${on.id} (${on.kind}) has not ended yet`);
  if (kind === "restore") await refuseMoved(ctx);
  const next = kind === "reshard" ? await nextGeneration(ctx, shards) : null;
  const scope = next ?? (since === undefined ? {} : { since });
  const skus = kind === "restore" ? await skusByShard(ctx) : (await shardAddresses(ctx.db)).map(() => null);
  const count = next ? (await readGenerations(ctx.db)).current.count : skus.length;
  const { version: settingsVersion } = await readSettings(ctx.d1);
  const runId = ctx.newId("run");
  const run: typeof runs.$inferInsert = {
    id: runId,
    ...{ kind, status: "queued", phase: 0, scope, asOf: ctx.now, dryRun: false, seed: 0 },
    ...{ settingsVersion, settings: {} },
    ...{ counts: { shards: count }, failures: [], actor: actorLabel(ctx.actor), createdAt: ctx.now },
  };
  const plan = Array.from({ length: count }, (_, shard) => ({
    ...{ runId, phase: 0, shard, skus: next ? null : (skus[shard] ?? null) },
    ...{ status: "waiting" as const, attempts: 1, sentAt: ctx.now },
  }));
  await commitChained(ctx, {
    audit: [{ action: "run.start", subject: runId, detail: { kind, scope } }],
    statements: () => [
      ...(next ? [prepare(ctx.d1, makeGeneration(ctx, next))] : []),
      prepare(ctx.d1, ctx.db.insert(runs).values(run)),
      ...bulkInsert(ctx.d1, runShards, plan),
    ],
  });
  return { runId, wake: plan.map(({ shard }) => ({ type: "run", runId, phase: 0, shard })) };
}

/** Objects that are asked: a reshard closes all of them before the database says that it has ended. */
const ASKED_MAX = 64;

/** A database that was put back to before a reshard looks for the SKUs where they no longer are. */
async function refuseMoved({ db, upkeep }: Parameters<typeof startUpkeep>[0]): Promise<void> {
  const asked = (await shardAddresses(db)).slice(0, ASKED_MAX);
  const standings = await Promise.all(asked.map((address) => upkeep.standing(address)));
  const closed = standings.find(({ movedTo }) => movedTo !== null);
  if (closed) throw new ProblemError("conflict", movedBefore(closed.movedTo!).message);
}

/** The generation that a reshard is to make, or the one that an earlier reshard left half-made. */
async function nextGeneration(ctx: ServiceContext, shards: number | undefined): Promise<ShardGeneration> {
  const { current, next } = await readGenerations(ctx.db);
  if (shards === undefined || !Number.isInteger(shards) || shards < 1 || shards > SHARDS_MAX)
    throw refusal(`a reshard needs the number of shards, from 1 to ${SHARDS_MAX}`);
  if (next && next.count !== shards && next.moved.length > 0)
    throw refusal(`a reshard to ${next.count} shards has begun: it has to end first`);
  if (!next && current.count === shards) throw refusal(`there are ${shards} shards already`);
  return { generation: current.generation + 1, count: shards };
}

function refusal(message: string): ProblemError {
  return new ProblemError("invalid", message, { errors: [{ path: "shards", code: "invalid", message }] });
}

function makeGeneration({ db, now }: ServiceContext, { generation, count }: ShardGeneration) {
  return db
    .insert(shardGenerations)
    .values({ generation, count, status: "next", createdAt: now })
    .onConflictDoUpdate({
      target: shardGenerations.generation,
      set: { count },
      setWhere: eq(shardGenerations.status, "next"),
    });
}

/** The SKUs of the catalogue by the shard that holds them, in the order of the addresses. */
async function skusByShard({ db }: ServiceContext): Promise<string[][]> {
  const { current, next } = await readGenerations(db);
  const layout = { current, next: next ? { ...next, moved: new Set(next.moved) } : null };
  const known = await db.select({ sku: products.sku }).from(products);
  const byAddress = Map.groupBy(
    known.map(({ sku }) => sku),
    (sku) => addressOf(sku, layout),
  );
  return (await shardAddresses(db)).map((address) => byAddress.get(address) ?? []);
}
