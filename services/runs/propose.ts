import { decideSkus, digestOf } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
import { keepForCollect } from "./collect.ts";
import { learnAsOf } from "./learn-as-of.ts";
import { readManifest } from "./manifest.ts";
import { readPricingSnapshots } from "./pricing-snapshots.ts";
import { putJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { putSnapshots } from "./snapshot-store.ts";

/** First phase of a proposals run: keeps the shard's inputs, and decides each SKU. */
export async function proposeShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const [read, learned] = await Promise.all([readPricingSnapshots(ctx, job), learnAsOf(ctx, job, manifest)]);
  const snapshots = read.map((snapshot) => ({
    ...snapshot,
    own: { ...snapshot.own, ...learned.get(snapshot.own.sku) },
  }));
  const decisions = decideSkus(snapshots, manifest);
  const digests = decisions.map((decision, i) => digestOf(decision, snapshots[i]!.own));
  await Promise.all([
    keepForCollect(ctx, { runId: id, shard: job.shard }, snapshots, decisions, manifest),
    putSnapshots(ctx.lake, { runId: id, shard: job.shard }, snapshots, { base: manifest.base }),
    putJson(ctx.lake, resultKey(id, "decisions", job.shard), digests),
  ]);
  return {
    statements: [],
    counts: {
      skus: decisions.length,
      proposed: decisions.filter(({ verdict }) => verdict === "propose").length,
    },
  };
}
