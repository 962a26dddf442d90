import type { Hyper } from "../../domain/learning/elasticity/em.ts";
import { pooledEffects } from "../../domain/learning/elasticity/pool.ts";
import { wantsChallenger } from "../../domain/runs/challenger.ts";
import { poolSkus } from "../../domain/runs/elasticity-run.ts";
import type { Pooled, PoolInput } from "../../domain/runs/learned.ts";
import { PoolInputs } from "../../domain/runs/pool-inputs.ts";
import type { ServiceContext } from "../context.ts";
import { fitChallengers } from "./challenger.ts";
import { poolCrossEffects } from "./cross-effects.ts";
import { poolHours } from "./hours.ts";
import { readManifest } from "./manifest.ts";
import { getJson, putJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { doneShards } from "./shard-list.ts";

/** Fourth phase of an elasticity run: pools the SKUs' statistics, in SKU order whatever the shards were. */
export async function poolRun(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const packed = new PoolInputs();
  // a whole shop has to fit into memory: beside the packed inputs only what is asked for later
  const shardOf = new Map<string, number>();
  const skus: { sku: string; category: string; shard: number }[] = [];
  const challenged = wantsChallenger(manifest.settings);
  const shards = await doneShards(ctx, id, job.run.phase - 1);
  await poolHours(ctx, id, shards);
  for (const shard of shards) {
    const part = await getJson<PoolInput[]>(ctx.lake, resultKey(id, "statistics", shard));
    packed.add(part);
    for (const { sufficient, weekly, family } of part) {
      const { sku, category } = sufficient;
      if (weekly !== null || family) shardOf.set(sku, shard);
      if (challenged) skus.push({ sku, category, shard });
    }
  }
  const { inputs } = packed;
  const { pooled, weekly } = poolSkus(inputs, manifest);
  await putJson(ctx.lake, resultKey(id, "pool", 0), pooled);
  for (const [shard, weeklySkus] of Map.groupBy(weekly, ([sku]) => shardOf.get(sku)!))
    await putJson(ctx.lake, resultKey(id, "weekly", shard), weeklySkus);
  const challengers = await fitChallengers(ctx, manifest, skus);
  const cross = await poolCrossEffects(ctx, manifest, inputs, shardOf);
  const counts = {
    ...poolCounts(pooled, inputs),
    ...(Object.keys(challengers).length > 0 && { challengers }),
    ...(cross && { cross }),
  };
  return { statements: [], counts: { skus: inputs.length }, run: { counts } };
}

function poolCounts({ daily, weekly }: Pooled, inputs: readonly PoolInput[]): Record<string, unknown> {
  const main = daily ?? weekly;
  if (main === null) return { pooled: 0 };
  const onWeeks = weekly === null ? {} : { weekly: { skus: weekly.skus, ...pooledEffects(weekly) } };
  return {
    pooled: inputs.length,
    ...(daily?.pricesRight !== undefined && { pricesRight: daily.pricesRight }),
    ...pooledEffects(main),
    ...onWeeks,
    categories: { ...ownByCategory(weekly), ...ownByCategory(daily) },
  };
}

function ownByCategory(hyper: Hyper | null): Record<string, unknown> {
  const entries = Object.entries(hyper?.categories ?? {});
  return Object.fromEntries(
    entries.map(([name, { mean, skus, endogeneity }]) => [name, { own: mean[0]!, skus, endogeneity }]),
  );
}
