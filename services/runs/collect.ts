import { decisionHash, type PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { countDecisions, type DecisionDigest } from "../../domain/runs/decision-digest.ts";
import {
  chooseLadders,
  decideInLadder,
  ladderRows,
  pricesAfter,
  restoreLadders,
} from "../../domain/runs/ladder-choice.ts";
import type { LadderRow } from "../../domain/runs/ladder-row.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import {
  choosePortfolio,
  countsAfter,
  decideAt,
  type PortfolioChoice,
  type PortfolioRow,
  portfolioRows,
} from "../../domain/runs/portfolio-choice.ts";
import { heldBack, heldBackDigest, proposalsMax } from "../../domain/runs/proposal-cap.ts";
import { decideSkus, digestOf, isCoupled, type PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "./manifest.ts";
import {
  findJson,
  getJson,
  type Lake,
  putJson,
  type RunRecord,
  resultKey,
  resultPrefix,
  type ShardJob,
  type ShardResult,
  shardOfKey,
} from "./run-record.ts";
import { type ProposedRows, proposedRows, type ShardProposal, saveProposals } from "./save-proposals.ts";
import { doneShards } from "./shard-list.ts";
import { getSnapshots } from "./snapshot-store.ts";

/** A decision that the rest of the run may still change, and what is needed to do so. */
interface Alone {
  decision: PricingDecision;
  /** where the whole run is coupled */
  row: PortfolioRow | null;
  /** where the product is on a ladder */
  ladder: LadderRow | null;
}

/** One shard of a run. */
interface RunShard {
  runId: string;
  shard: number;
}

/** Keeps the decisions of a shard that can only be proposed once all are decided. */
export async function keepForCollect(
  { lake }: Lake,
  { runId, shard }: RunShard,
  snapshots: readonly PricingSnapshot[],
  decisions: readonly PricingDecision[],
  manifest: RunManifest,
): Promise<void> {
  const rows = isCoupled(manifest) ? portfolioRows(snapshots, decisions, manifest) : null;
  const alone = ladderRows(snapshots, decisions, manifest).flatMap((ladder, i): Alone[] => {
    const row = rows?.[i] ?? null;
    return ladder || row ? [{ decision: decisions[i]!, row, ladder }] : [];
  });
  if (alone.length > 0) await putJson(lake, resultKey(runId, "alone", shard), alone);
}

/** Proposals written in one batch, and SKUs whose older ones are looked for in it. */
const ROWS_PER_BATCH = 200;
const SKUS_PER_BATCH = 5_000;

/**
 * Last phase of a proposals run: decides what depends on other products, holds back what is beyond the cap, puts the
 * rest before a person, counts, and hashes all decisions. Done again after a failure, it comes to the same.
 */
export async function collectDecisions(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const shards = await doneShards(ctx, id, 0);
  const joint = await decideJointly(ctx, job.run, await shardsAlone(ctx, id, shards), manifest);
  const decided: DecisionDigest[][] = [];
  for (const shard of shards)
    decided.push(await getJson<DecisionDigest[]>(ctx.lake, resultKey(id, "decisions", shard)));
  const held = heldBack(decided.flat(), proposalsMax(manifest.settings, manifest.catalogue));
  const digests: DecisionDigest[] = [];
  const waiting: { skus: string[]; proposed: ShardProposal[] } = { skus: [], proposed: [] };
  const flush = () => saveProposals(ctx, job.run, waiting.skus.splice(0), waiting.proposed.splice(0));
  for (const [i, shard] of shards.entries()) {
    const final = await holdBack(ctx, { runId: id, shard }, decided[i]!, held);
    digests.push(...final);
    if (job.run.dryRun) continue;
    const texts = await proposedTexts(ctx, { runId: id, shard }, final, manifest);
    waiting.proposed.push(...texts.map((text) => ({ text, shard })));
    // a frozen price was not looked at: what was proposed for it waits for the end of the freeze
    waiting.skus.push(...final.flatMap(({ sku, reason }) => (reason === "frozen" ? [] : [sku])));
    if (waiting.proposed.length >= ROWS_PER_BATCH || waiting.skus.length >= SKUS_PER_BATCH) await flush();
  }
  if (waiting.skus.length > 0) await flush();
  const counts = {
    ...countDecisions(digests),
    ...(joint.portfolio && { portfolio: joint.portfolio }),
    ...(joint.inLines > 0 && { inLines: joint.inLines }),
  };
  return {
    statements: [],
    counts: { decided: digests.length },
    run: { counts, decisionHash: decisionHash(digests) },
  };
}

/** The shard's digests, those held back as kept prices; stored, for a replay compares with them. */
async function holdBack(
  { lake }: Lake,
  { runId, shard }: RunShard,
  digests: readonly DecisionDigest[],
  held: ReadonlySet<string>,
): Promise<readonly DecisionDigest[]> {
  if (!digests.some(({ sku }) => held.has(sku))) return digests;
  const final = digests.map((digest) => (held.has(digest.sku) ? heldBackDigest(digest) : digest));
  await putJson(lake, resultKey(runId, "decisions", shard), final);
  return final;
}

/**
 * The rows of what is proposed in the end. Of a large catalogue most is held back: what was decided for the rest is computed
 * again from the snapshot, as a replay does, instead of being kept of all.
 */
async function proposedTexts(
  { lake }: Lake,
  { runId, shard }: RunShard,
  digests: readonly DecisionDigest[],
  manifest: RunManifest,
): Promise<string[]> {
  const shown = digests.filter(({ verdict }) => verdict === "propose");
  if (shown.length === 0) return [];
  const jointly = (await findJson<ProposedRows>(lake, resultKey(runId, "proposed", shard))) ?? {};
  const alone = new Set(shown.flatMap(({ sku }) => (jointly[sku] === undefined ? [sku] : [])));
  if (alone.size === 0) return shown.map(({ sku }) => jointly[sku]!);
  const snapshots = await getSnapshots<PricingSnapshot>(lake, runId, shard, (sku) => alone.has(sku));
  const rows = { ...jointly, ...proposedRows(decideSkus(snapshots, manifest), snapshots) };
  return shown.map(({ sku }) => rows[sku]!);
}

/** Those of the shards that have decisions which depend on other products. */
async function shardsAlone({ lake }: Lake, runId: string, shards: readonly number[]): Promise<number[]> {
  const found = new Set<number>();
  for (let cursor: string | undefined; ; ) {
    const page = await lake.list({ prefix: resultPrefix(runId, "alone"), ...(cursor && { cursor }) });
    for (const { key } of page.objects) found.add(shardOfKey(key));
    if (!page.truncated) return shards.filter((shard) => found.has(shard));
    cursor = page.cursor;
  }
}

/**
 * Decides again what depends on other products: first each family's ladder as a whole, then the portfolio. Enters the
 * outcome in each shard's digests and rows. Answers the portfolio's counts, where there is one,
 * and how many prices were chosen together with their ladder.
 */
async function decideJointly(
  ctx: Lake,
  { id: runId, dryRun }: Pick<RunRecord, "id" | "dryRun">,
  shards: readonly number[],
  manifest: RunManifest,
): Promise<{ portfolio: PortfolioChoice["counts"] | null; inLines: number }> {
  const ladders: LadderRow[] = [];
  for (const shard of shards)
    for (const { ladder } of await readAlone(ctx, { runId, shard })) if (ladder) ladders.push(ladder);
  const chosen = chooseLadders(ladders);
  const rows: PortfolioRow[] = [];
  const decided: Pick<PricingDecision, "sku" | "to">[] = [];
  for (const shard of shards) {
    for (const { row, decision } of await decideLadders(ctx, { runId, shard }, chosen, manifest)) {
      if (row) rows.push(row);
      decided.push({ sku: decision.sku, to: decision.to });
    }
  }
  const portfolio = isCoupled(manifest) ? choosePortfolio(rows, manifest.settings) : null;
  const changed = portfolio?.changed ?? new Map<string, number>();
  restoreLadders(changed, ladders, pricesAfter(decided, changed));
  for (const shard of shards) await finishJoint(ctx, { runId, shard, dryRun }, changed, manifest);
  return { portfolio: portfolio && countsAfter(rows, portfolio, manifest.settings), inLines: chosen.size };
}

/** The shard's kept decisions, those on a chosen ladder made again; stored, for the portfolio goes by them. */
async function decideLadders(
  ctx: Lake,
  at: RunShard,
  chosen: ReturnType<typeof chooseLadders>,
  manifest: RunManifest,
): Promise<Alone[]> {
  const alone = await readAlone(ctx, at);
  if (!alone.some(({ decision }) => chosen.has(decision.sku))) return alone;
  const snapshots = await snapshotsOf(ctx, at);
  const again = alone.map((one): Alone => {
    const prices = chosen.get(one.decision.sku);
    if (!prices) return one;
    const snapshot = snapshots.get(one.decision.sku)!;
    const decision = decideInLadder(snapshot, prices, manifest);
    const row = one.row && portfolioRows([snapshot], [decision], manifest)[0]!;
    return { ...one, decision, row };
  });
  await putJson(ctx.lake, resultKey(at.runId, "alone", at.shard), again);
  return again;
}

async function finishJoint(
  ctx: Lake,
  at: RunShard & Pick<RunRecord, "dryRun">,
  changed: ReadonlyMap<string, number>,
  manifest: RunManifest,
): Promise<void> {
  const alone = await readAlone(ctx, at);
  if (alone.length === 0) return;
  const bySku = await snapshotsOf(ctx, at);
  const snapshots = alone.map(({ decision }) => bySku.get(decision.sku)!);
  const decisions = alone.map(({ decision }, i) => {
    const price = changed.get(decision.sku);
    return price === undefined ? decision : decideAt(snapshots[i]!, price, manifest);
  });
  const final = new Map(decisions.map((one, i) => [one.sku, digestOf(one, snapshots[i]!.own)]));
  const key = resultKey(at.runId, "decisions", at.shard);
  const digests = await getJson<DecisionDigest[]>(ctx.lake, key);
  await putJson(
    ctx.lake,
    key,
    digests.map((digest) => final.get(digest.sku) ?? digest),
  );
  if (at.dryRun) return;
  await putJson(ctx.lake, resultKey(at.runId, "proposed", at.shard), proposedRows(decisions, snapshots));
}

async function readAlone({ lake }: Lake, { runId, shard }: RunShard): Promise<Alone[]> {
  return (await findJson<Alone[]>(lake, resultKey(runId, "alone", shard))) ?? [];
}

async function snapshotsOf(
  { lake }: Lake,
  { runId, shard }: RunShard,
): Promise<Map<string, PricingSnapshot>> {
  const snapshots = await getSnapshots<PricingSnapshot>(lake, runId, shard);
  return new Map(snapshots.map((snapshot) => [snapshot.own.sku, snapshot]));
}
