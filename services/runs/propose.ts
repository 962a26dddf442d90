import { decisionHash } from "../../domain/proposals/canonical.ts";
import type { PricingDecision } from "../../domain/proposals/decision.ts";
import {
  choosePortfolio,
  decideAt,
  type PortfolioRow,
  portfolioRows,
} from "../../domain/runs/portfolio-choice.ts";
import {
  type DecisionDigest,
  decideSkus,
  digestOf,
  isCoupled,
  type PricingSnapshot,
} from "../../domain/runs/proposals-run.ts";
import type { ServiceContext } from "../context.ts";
import { DECISION_DAYS, readFeatures } from "./features.ts";
import { readOwnSides } from "./own-sides.ts";
import { readManifest } from "./run-manifest.ts";
import { doneShards, getJson, putJson, resultKey, snapshotKey } from "./run-record.ts";
import type { ShardJob, ShardResult } from "./run-shard.ts";
import { saveProposals } from "./save-proposals.ts";

/** Phase 1: snapshot the inputs, decide each SKU, and put what is to change before a person. */
export async function proposeShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, asOf } = job.run;
  const manifest = await readManifest(ctx, id);
  const own = await readOwnSides(ctx, job.skus, asOf);
  const snapshot = (await readFeatures(ctx, job, DECISION_DAYS)).flatMap(
    ({ features }): PricingSnapshot[] => {
      const side = own.get(features.sku);
      return side ? [{ features, own: side }] : [];
    },
  );
  const decisions = decideSkus(snapshot, manifest);
  const coupled = isCoupled(manifest);
  const rows = coupled ? portfolioRows(snapshot, decisions, manifest) : [];
  const alone = rows.map((row, i): Alone => ({ decision: decisions[i]!, row }));
  await Promise.all([
    putJson(ctx.lake, snapshotKey(id, job.shard), snapshot),
    putJson(ctx.lake, resultKey(id, "decisions", job.shard), decisions.map(digestOf)),
    coupled && putJson(ctx.lake, resultKey(id, "alone", job.shard), alone),
  ]);
  const proposed = decisions.filter(({ verdict }) => verdict === "propose");
  const counts = { skus: decisions.length, proposed: proposed.length };
  if (job.run.dryRun || coupled) return { statements: [], counts };
  return { statements: saveProposals(ctx, job.run, withCategory(proposed, snapshot)), counts };
}

/** A decision taken for its SKU alone, before the portfolio. */
interface Alone {
  decision: PricingDecision;
  row: PortfolioRow;
}

function withCategory(decisions: readonly PricingDecision[], snapshot: readonly PricingSnapshot[]) {
  const categories = new Map(snapshot.map(({ own }) => [own.sku, own.category]));
  return decisions.map((decision) => ({ decision, category: categories.get(decision.sku)! }));
}

/** Phase 2: what couples the SKUs is applied; the run's counts by verdict and reason, and its one decision hash. */
export async function collectDecisions(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const manifest = await readManifest(ctx, job.run.id);
  const shards = await doneShards(ctx, job.run.id, 0);
  const portfolio = isCoupled(manifest) ? await applyPortfolio(ctx, job, shards) : null;
  const digests: DecisionDigest[] = [];
  for (const shard of shards)
    digests.push(...(await getJson<DecisionDigest[]>(ctx.lake, resultKey(job.run.id, "decisions", shard))));
  const counts = { ...countsOf(digests), ...(portfolio ? { portfolio: portfolio.counts } : {}) };
  return {
    statements: portfolio?.statements ?? [],
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

/** Chooses among all SKUs' prices, decides anew those that may not stay as decided, and proposes the rest. */
async function applyPortfolio(ctx: ServiceContext, job: ShardJob, shards: readonly number[]) {
  const { id, dryRun } = job.run;
  const manifest = await readManifest(ctx, id);
  const rows: PortfolioRow[] = [];
  for (const shard of shards)
    rows.push(...(await getJson<Alone[]>(ctx.lake, resultKey(id, "alone", shard))).map(({ row }) => row));
  const { changed, counts } = choosePortfolio(rows, manifest.settings);
  const statements: D1PreparedStatement[] = [];
  for (const shard of shards) {
    const snapshot = await getJson<PricingSnapshot[]>(ctx.lake, snapshotKey(id, shard));
    const alone = await getJson<Alone[]>(ctx.lake, resultKey(id, "alone", shard));
    const decisions = alone.map(({ decision }, i) => {
      const price = changed.get(decision.sku);
      return price === undefined ? decision : decideAt(snapshot[i]!, price, manifest);
    });
    await putJson(ctx.lake, resultKey(id, "decisions", shard), decisions.map(digestOf));
    const proposed = decisions.filter(({ verdict }) => verdict === "propose");
    if (!dryRun) statements.push(...saveProposals(ctx, job.run, withCategory(proposed, snapshot)));
  }
  return { statements, counts };
}
