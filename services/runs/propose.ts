import { decisionHash, type PricingDecision } from "../../domain/pricing/decision/decision.ts";
import {
  type DecisionDigest,
  decideSkus,
  digestOf,
  type PricingSnapshot,
} from "../../domain/runs/proposals-run.ts";
import type { ServiceContext } from "../context.ts";
import { decideJointly, keepAlone } from "./decide-jointly.ts";
import { DECISION_DAYS, readFeatures } from "./features.ts";
import { learnedThen } from "./learned-then.ts";
import { readOwnSides } from "./own-sides.ts";
import { readManifest } from "./run-manifest.ts";
import { doneShards, getJson, putJson, putSnapshots, resultKey } from "./run-record.ts";
import { saveProposals } from "./save-proposals.ts";
import type { ShardJob, ShardResult } from "./shard-job.ts";

/** Phase 1: snapshot the inputs, decide each SKU, and put what is to change before a person. */
export async function proposeShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, asOf } = job.run;
  const manifest = await readManifest(ctx, id);
  const own = await readOwnSides(ctx, job.skus, asOf, job.run.settings);
  const then = await learnedThen(ctx, job, manifest);
  const snapshot = (await readFeatures(ctx, job, DECISION_DAYS)).flatMap(
    ({ features, sales }): PricingSnapshot[] => {
      const now = own.get(features.sku);
      const side = now && { ...now, ...then.get(features.sku) };
      const purchases = sales?.purchasesLastHour ?? 0;
      return side ? [{ features, own: side, ...(purchases > 0 && { purchasesLastHour: purchases }) }] : [];
    },
  );
  const decisions = decideSkus(snapshot, manifest);
  const [kept] = await Promise.all([
    keepAlone(ctx, { runId: id, shard: job.shard }, snapshot, decisions, manifest),
    putSnapshots(ctx.lake, id, job.shard, snapshot),
    putJson(ctx.lake, resultKey(id, "decisions", job.shard), decisions.map(digestOf)),
  ]);
  const proposed = decisions.filter(({ verdict }) => verdict === "propose");
  const counts = { skus: decisions.length, proposed: proposed.length };
  const free = proposed.filter(({ sku }) => !kept.has(sku));
  if (job.run.dryRun || free.length === 0) return { statements: [], counts };
  return { statements: saveProposals(ctx, job.run, withCategory(free, snapshot)), counts };
}

function withCategory(decisions: readonly PricingDecision[], snapshot: readonly PricingSnapshot[]) {
  const categories = new Map(snapshot.map(({ own }) => [own.sku, own.category]));
  return decisions.map((decision) => ({ decision, category: categories.get(decision.sku)! }));
}

/** Phase 2: what couples the SKUs is applied; the run's counts by verdict and reason, and its one decision hash. */
export async function collectDecisions(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, dryRun } = job.run;
  const manifest = await readManifest(ctx, id);
  const shards = await doneShards(ctx, id, 0);
  const statements: D1PreparedStatement[] = [];
  const joint = await decideJointly(ctx, id, shards, manifest, ({ decisions, snapshots }) => {
    const proposed = decisions.filter(({ verdict }) => verdict === "propose");
    if (!dryRun) statements.push(...saveProposals(ctx, job.run, withCategory(proposed, snapshots)));
  });
  const digests: DecisionDigest[] = [];
  for (const shard of shards)
    digests.push(...(await getJson<DecisionDigest[]>(ctx.lake, resultKey(id, "decisions", shard))));
  const counts = {
    ...countsOf(digests),
    ...(joint.portfolio && { portfolio: joint.portfolio }),
    ...(joint.inLines > 0 && { inLines: joint.inLines }),
  };
  return {
    statements,
    counts: { decided: digests.length },
    run: { counts, decisionHash: decisionHash(digests) },
  };
}

function countsOf(digests: readonly DecisionDigest[]) {
  const counts = { decided: digests.length, proposed: 0, held: 0, blocked: 0 };
  const reasons: Record<string, number> = {};
  for (const { verdict, reason } of digests) {
    counts[verdict === "propose" ? "proposed" : verdict === "hold" ? "held" : "blocked"]++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return { ...counts, reasons };
}
