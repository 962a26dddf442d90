import { decideSkus, digestOf, type PricingSnapshot } from "../../domain/runs/propose.ts";
import { DECISION_DAYS } from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";
import { keepForCollect } from "./collect.ts";
import { learnAsOf } from "./learn-as-of.ts";
import { readManifest } from "./manifest.ts";
import { readPricedProducts } from "./priced-products.ts";
import { putJson, putSnapshots, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { proposedRows } from "./save-proposals.ts";
import { readSkus } from "./snapshot.ts";

/** First phase of a proposals run: keeps the shard's inputs, decides each SKU, and keeps the changes. */
export async function proposeShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, asOf } = job.run;
  const manifest = await readManifest(ctx, id);
  const [products, learned, readings] = await Promise.all([
    readPricedProducts(ctx, job.skus, asOf, job.run.settings),
    learnAsOf(ctx, job, manifest),
    readSkus(ctx, job, DECISION_DAYS),
  ]);
  const snapshots = readings.flatMap(({ features, sales }): PricingSnapshot[] => {
    const product = products.get(features.sku);
    if (!product) return [];
    const purchases = sales?.purchasesLastHour ?? 0;
    const own = { ...product, ...learned.get(features.sku) };
    return [{ features, own, ...(purchases > 0 && { purchasesLastHour: purchases }) }];
  });
  const decisions = decideSkus(snapshots, manifest);
  const digests = decisions.map((decision, i) => digestOf(decision, snapshots[i]!.own));
  const [kept] = await Promise.all([
    keepForCollect(ctx, { runId: id, shard: job.shard }, snapshots, decisions, manifest),
    putSnapshots(ctx.lake, id, job.shard, snapshots),
    putJson(ctx.lake, resultKey(id, "decisions", job.shard), digests),
  ]);
  const final = decisions.filter(({ sku }) => !kept.has(sku));
  const rows = job.run.dryRun ? {} : proposedRows(final, snapshots);
  await putJson(ctx.lake, resultKey(id, "proposed", job.shard), rows);
  return {
    statements: [],
    counts: {
      skus: decisions.length,
      proposed: decisions.filter(({ verdict }) => verdict === "propose").length,
    },
  };
}
