import { and, eq, sql } from "drizzle-orm";
import { proposals, runShards } from "../../db/schema.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { decideEdited } from "../../domain/runs/edited-choice.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "../runs/manifest.ts";
import { proposedFields } from "../runs/save-proposals.ts";
import { getSnapshots } from "../runs/snapshot-store.ts";

/** What a proposal says of the price that a person chose instead of the proposed one. */
export type EditedFields = Omit<
  ReturnType<typeof proposedFields>,
  "sku" | "from" | "to" | "currency" | "strategy" | "autoApprovable" | "towardsLimit" | "experiment"
>;

/**
 * Decides again at the price that a person asks for, from what the run read. Null where the price is the proposed one or
 * cannot be read, and where the run's inputs are gone or say nothing about it: the proposal then keeps its figures.
 */
export async function editedFields(
  ctx: ServiceContext,
  id: string,
  price: MoneyInput,
): Promise<EditedFields | null> {
  const { runId, shard, sku, to, currency } = proposals;
  const [proposal] = await ctx.db
    .select({ runId, shard, sku, to, currency })
    .from(proposals)
    .where(eq(proposals.id, id));
  if (!proposal || proposal.runId === null) return null;
  const amount = parseMinor(price, proposal.currency);
  if (!amount.ok || amount.minor === proposal.to) return null;
  const snapshot = await snapshotOf(ctx, { ...proposal, runId: proposal.runId });
  if (!snapshot) return null;
  const decision = decideEdited(snapshot, amount.minor, await readManifest(ctx, proposal.runId));
  if (!decision || decision.expected === null) return null;
  const fields = proposedFields(decision);
  const { changePct, risk, riskReasons, confidence, expected, explanation } = fields;
  return { changePct, risk, riskReasons, confidence, expected, explanation };
}

async function snapshotOf(
  ctx: ServiceContext,
  { runId, shard, sku }: { runId: string; shard: number | null; sku: string },
): Promise<PricingSnapshot | null> {
  const found = shard ?? (await shardOfSku(ctx, runId, sku));
  if (found === null) return null;
  try {
    const snapshots = await getSnapshots<PricingSnapshot>(ctx.lake, runId, found);
    return snapshots.find(({ own }) => own.sku === sku) ?? null;
  } catch (error) {
    // the bucket keeps a run for some time only
    console.warn({ event: "proposal.snapshot_missing", runId, error: String(error) });
    return null;
  }
}

/** For proposals of an earlier release, whose rows do not say it. */
async function shardOfSku({ db }: ServiceContext, runId: string, sku: string): Promise<number | null> {
  const isIn = sql`EXISTS (SELECT 1 FROM json_each(${runShards.skus}) WHERE value = ${sku})`;
  const [found] = await db
    .select({ shard: runShards.shard })
    .from(runShards)
    .where(and(eq(runShards.runId, runId), eq(runShards.phase, 0), isIn));
  return found?.shard ?? null;
}
