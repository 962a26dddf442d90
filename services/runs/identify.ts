import { poolInput } from "../../domain/runs/elasticity-run.ts";
import { type CategoryDays, identifySkus } from "../../domain/runs/identify.ts";
import type { KeptFilter } from "../../domain/runs/kept-filter.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "./manifest.ts";
import { getJson, passJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { getSnapshots } from "./snapshot-store.ts";

/**
 * Third phase of an elasticity run: keeps what each SKU's history says of its elasticity, its category's days taken
 * out, and its statistics for the pool.
 */
export async function identifyShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const [manifest, snapshots, filtered, days] = await Promise.all([
    readManifest(ctx, id),
    getSnapshots<SkuSnapshot>(ctx.lake, id, job.shard),
    getJson<(KeptFilter | null)[]>(ctx.lake, resultKey(id, "filter", job.shard)),
    getJson<CategoryDays>(ctx.lake, resultKey(id, "days", 0)),
  ]);
  const identified = identifySkus(filtered, snapshots, days, manifest);
  const inputs = identified.flatMap((sku, i) =>
    sku === null ? [] : [poolInput(sku, snapshots[i]!, manifest)],
  );
  const found = identified.map((sku) => sku?.identification ?? null);
  await Promise.all([
    passJson(ctx.lake, resultKey(id, "identified", job.shard), found),
    passJson(ctx.lake, resultKey(id, "statistics", job.shard), inputs),
  ]);
  return { statements: [], counts: { skus: inputs.length } };
}
