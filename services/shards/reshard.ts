import { and, eq } from "drizzle-orm";
import { shardGenerations } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { feeds, type ShardGeneration, shardAddress } from "../../domain/shard/layout.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardJob, ShardResult } from "../runs/run-record.ts";
import { noteMoved, readGenerations } from "./generations.ts";

/** The generation that a reshard makes. */
function madeBy(scope: unknown): ShardGeneration {
  return scope as ShardGeneration;
}

/** The SKUs of a shard have moved by a reshard that the database, put back to an earlier time, knows nothing of. */
export function movedBefore({ count }: ShardGeneration): Error {
  return new Error(
    `the SKUs have moved to ${count} shards, which the database does not know: start a reshard to ${count} shards first`,
  );
}

/**
 * Hands the SKUs of one shard over to the next generation. The shard is closed first: calls for its SKUs are refused, and
 * delivered again, until D1 says that they live elsewhere. Repeated, it does what is left to do.
 */
export async function moveShard(ctx: ServiceContext, { ports, run, shard }: ShardJob): Promise<ShardResult> {
  const { current, next } = await readGenerations(ctx.db);
  const to = madeBy(run.scope);
  if (next?.generation !== to.generation || next.moved.includes(shard)) return { statements: [], counts: {} };
  const from = shardAddress(current, shard);
  const closedFor = await ports.upkeep.close(from, { generation: next.generation, count: next.count });
  if (closedFor.generation !== next.generation || closedFor.count !== next.count)
    throw movedBefore(closedFor);
  let skus = 0;
  for (let at: number | null = 0; at !== null; ) {
    const handed: { skus: number; next: number | null } = await ports.upkeep.handOver(from, at);
    skus += handed.skus;
    at = handed.next;
  }
  // only now may they take calls: from then on nothing that comes from the old shard changes them
  await Promise.all(
    feeds(shard, current.count, next.count).map((index) =>
      ports.upkeep.endFeeding(shardAddress(next, index), from),
    ),
  );
  return { statements: [prepare(ctx.d1, noteMoved(ctx.db, next, shard))], counts: { skus } };
}

/**
 * Makes the new generation the one in use.
 * @throws Error while a shard of the old one has not handed over its SKUs
 */
export async function switchGeneration(ctx: ServiceContext, { run }: ShardJob): Promise<ShardResult> {
  const { current, next } = await readGenerations(ctx.db);
  const to = madeBy(run.scope);
  if (next?.generation !== to.generation) return { statements: [], counts: {} };
  const left = current.count - next.moved.length;
  if (left > 0) throw new Error(`${left} shards have not handed over their SKUs: start the run again`);
  const { generation, status } = shardGenerations;
  const statements = () =>
    [
      ctx.db.update(shardGenerations).set({ status: "former" }).where(eq(generation, current.generation)),
      ctx.db
        .update(shardGenerations)
        .set({ status: "current", moved: [] })
        .where(eq(generation, next.generation)),
    ].map((statement) => prepare(ctx.d1, statement));
  await commitChained(ctx, {
    audit: [
      {
        action: "shards.switch",
        subject: `generation:${next.generation}`,
        detail: { from: current.count, to: next.count },
      },
    ],
    statements: () => [
      ...statements(),
      guardCount(
        ctx.d1,
        ctx.db.$count(shardGenerations, and(eq(status, "current"), eq(generation, next.generation))),
        1,
      ),
    ],
  });
  return { statements: [], counts: {}, run: { counts: { shards: next.count, generation: next.generation } } };
}

/** Empties a shard of the old generation. It stays closed: whoever still calls it hears that its SKUs live elsewhere. */
export async function clearShard(ctx: ServiceContext, { ports, run, shard }: ShardJob): Promise<ShardResult> {
  const { current } = await readGenerations(ctx.db);
  const { generation } = madeBy(run.scope);
  if (current.generation !== generation) throw new Error("the new generation is not in use");
  await ports.upkeep.clear(shardAddress({ generation: generation - 1 }, shard));
  return { statements: [], counts: {} };
}
