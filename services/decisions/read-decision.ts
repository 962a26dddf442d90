import { eq } from "drizzle-orm";
import { priceLedger } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { decideAt } from "../../domain/runs/portfolio-choice.ts";
import { decideSkus, type PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "../runs/manifest.ts";
import { readRun } from "../runs/run-record.ts";
import { getSnapshots } from "../runs/snapshot-store.ts";
import { type DecisionRecord, listDecisions, type RunDecision } from "./list-decisions.ts";

/** A decision with all that went into it; a person's is its ledger entry. */
export interface DecisionInFull {
  record: DecisionRecord;
  /** of a run: made again from the snapshot that it read */
  decision: PricingDecision | null;
}

/**
 * One decision: `{runId}:{sku}` of a run, the ledger's number of a person. That of a run is computed again from what the
 * run read, so that a hundred thousand of them a night need no further place.
 *
 * @throws ProblemError not_found
 */
export async function readDecision(ctx: ServiceContext, id: string): Promise<DecisionInFull> {
  const colon = id.indexOf(":");
  if (colon < 0) return { record: await readManual(ctx, id), decision: null };
  const [runId, sku] = [id.slice(0, colon), id.slice(colon + 1)];
  const run = await readRun(ctx.db, runId);
  const { items } = await listDecisions(ctx, { runId, sku, limit: 1 });
  const record = items[0];
  if (!run || record?.by !== "run") throw new ProblemError("not_found", "no such decision");
  return { record, decision: await decideAgain(ctx, record) };
}

async function readManual({ db }: ServiceContext, id: string): Promise<DecisionRecord> {
  const seq = Number(id);
  const [entry] = Number.isSafeInteger(seq)
    ? await db.select().from(priceLedger).where(eq(priceLedger.seq, seq))
    : [];
  if (!entry) throw new ProblemError("not_found", "no such decision");
  return { by: "person", at: entry.at, entry };
}

/** Null once the run's snapshot is beyond its retention. */
async function decideAgain(ctx: ServiceContext, record: RunDecision): Promise<PricingDecision | null> {
  const { runId, shard, digest } = record;
  const snapshots = await getSnapshots<PricingSnapshot>(ctx.lake, runId, shard).catch(() => null);
  const snapshot = snapshots?.find(({ own }) => own.sku === digest.sku);
  if (!snapshot) return null;
  const manifest = await readManifest(ctx, runId);
  const [alone] = decideSkus([snapshot], manifest);
  const { to } = digest;
  // what the other products of the run made of it
  return alone && to !== undefined && to !== alone.to ? decideAt(snapshot, to, manifest) : (alone ?? null);
}
