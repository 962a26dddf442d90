import { and, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import { commitOnce, headQueries, headsOf, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { type OpenProposal, openProposals, supersede } from "../proposals/end-together.ts";
import { tellOfProposals } from "../proposals/tell-of-proposals.ts";
import { putJson, type RunRecord, resultKey } from "./run-record.ts";

/**
 * What a shard would propose: the row of each SKU as text, for of a large catalogue most are held back in the end and
 * never read.
 */
export type ProposedRows = Record<string, string>;

type ProposedRow = ReturnType<typeof proposedFields> & { category: string };

/** A proposal's row as text, and the shard that decided it. */
export interface ShardProposal {
  text: string;
  shard: number;
}

/** The rows of the decisions that change a price; `snapshots` are those that they were made from. */
export function proposedRows(
  decisions: readonly PricingDecision[],
  snapshots: readonly PricingSnapshot[],
): ProposedRows {
  const categories = new Map(snapshots.map(({ own }) => [own.sku, own.category]));
  const rows: ProposedRows = {};
  for (const decision of decisions) {
    if (decision.verdict !== "propose") continue;
    const row: ProposedRow = { ...proposedFields(decision), category: categories.get(decision.sku)! };
    rows[decision.sku] = JSON.stringify(row);
  }
  return rows;
}

/** What is said of a proposed price, by SKU. */
export type Explanations = Record<string, ProposedRow["explanation"]>;

/** Keeps what is said of new proposals, by the shard that decided them. */
async function keepExplanations(
  lake: R2Bucket,
  runId: string,
  proposed: readonly ShardProposal[],
): Promise<void> {
  for (const [shard, ofShard] of Map.groupBy(proposed, (one) => one.shard)) {
    const rows = ofShard.map(({ text }) => JSON.parse(text) as ProposedRow);
    const explanations: Explanations = Object.fromEntries(
      rows.map(({ sku, explanation }) => [sku, explanation]),
    );
    await putJson(lake, resultKey(runId, EXPLAINED, shard), explanations);
  }
}

/** Where the bucket keeps explanations, as the results of a phase. */
export const EXPLAINED = "explained";

/** Inserts a proposal unless one is pending for its SKU. */
const UNLESS_PENDING = {
  update: [],
  only: ({ sku }: { sku: SQL }) =>
    sql`NOT EXISTS (SELECT 1 FROM proposals AS q WHERE q.sku = ${sku} AND q.status = 'pending')`,
};

/**
 * Puts changes before a person, and ends the older pending proposals of all SKUs that were decided, also where nothing is
 * proposed any more. Repeating it changes nothing. Where a scheduled run comes to the same price, the pending proposal
 * stays, and no explanation of another is kept: somebody may be reading it. `proposed`: whole shards. Only what ends a proposal is written into the audit, and takes a turn for it.
 */
export async function saveProposals(
  ctx: ServiceContext,
  run: RunRecord,
  decided: readonly string[],
  proposed: readonly ShardProposal[],
): Promise<void> {
  const all = proposed.map((one) => ({ ...one, row: rowOf(run, one) }));
  const overtaken = overtakenBy(ctx, run, decided);
  const found = await overtaken;
  const keeps = run.actor.startsWith("system:") ? all.map(({ row }) => row) : [];
  const stays = sameAs(keeps, found);
  const fresh = all.filter(({ row }) => !stays.has(row.sku));
  const rows = fresh.map(({ row }) => row);
  await keepExplanations(ctx.lake, run.id, fresh);
  if (stays.size === found.length) {
    const statements = insertStatements(ctx, run, rows);
    if (statements.length > 0) await ctx.d1.batch(statements);
    return;
  }
  await inTurn(ctx, ["head_moved", "guard_failed"], async (inside) => {
    const [open, ...heads] = await inside.db.batch([overtaken, ...headQueries(inside)]);
    const same = sameAs(keeps, open);
    const others = open.filter(({ sku }) => !same.has(sku));
    const over = supersede(inside, others, "system:run");
    await commitOnce(inside, headsOf(heads), {
      audit: over.audit,
      statements: () => [...over.statements(), ...insertStatements(inside, run, rows)],
    });
  });
}

type RunRow = ReturnType<typeof rowOf>;

function rowOf(run: RunRecord, { text, shard }: ShardProposal) {
  const row = JSON.parse(text) as ProposedRow;
  // the explanation is kept in the bucket, by shard
  return { ...row, explanation: null, shard, id: proposalId(run.id, row.sku), runId: run.id };
}

/** The query for the pending proposals of other runs. */
function overtakenBy(ctx: ServiceContext, run: RunRecord, decided: readonly string[]) {
  const isOthers = or(isNull(proposals.runId), ne(proposals.runId, run.id));
  return openProposals(ctx, and(eq(proposals.status, "pending"), isAmong(proposals.sku, decided), isOthers));
}

/** The SKUs of those that are for the very same change as one of the rows. */
function sameAs(rows: readonly RunRow[], open: readonly OpenProposal[]): Set<string> {
  const bySku = new Map(rows.map((row) => [row.sku, row]));
  const same = open.filter(({ sku, from, to }) => {
    const row = bySku.get(sku);
    return row?.from === from && row.to === to;
  });
  return new Set(same.map(({ sku }) => sku));
}

function insertStatements(
  ctx: ServiceContext,
  run: RunRecord,
  proposed: readonly RunRow[],
): D1PreparedStatement[] {
  if (proposed.length === 0) return [];
  const { d1, now } = ctx;
  const expiresAt = now + run.settings.proposalExpiryHours * HOUR_MS;
  const state = { status: "pending" as const, approvals: [], createdAt: now, expiresAt };
  const rows = proposed.map((row) => ({ ...row, ...state }));
  const ids = rows.map(({ id }) => id);
  const isNew = and(eq(proposals.createdAt, now), isAmong(proposals.id, ids));
  return [
    ...bulkUpsert(d1, proposals, rows, UNLESS_PENDING),
    tellOfProposals(ctx, "proposal.created", isNew),
  ];
}

/** One proposal per run and SKU: the id says so. */
export function proposalId(runId: string, sku: string): string {
  return `prp_${runId.slice(4, 14)}${sha256Hex(`${runId} ${sku}`).slice(0, 14)}`;
}

/** What a proposal says of a decision. */
export function proposedFields(decision: PricingDecision) {
  const { sku, from, to, currency, changePct, risk, riskReasons, strategy, confidence } = decision;
  const { expected, atCurrent, delta } = decision;
  const { sentence, inputs, candidates, guardrails, binding, shadow } = decision;
  const { relaxations, unlimited, reason, pGain, exploration } = decision;
  return {
    ...{ sku, from, to, currency, changePct, risk, riskReasons, strategy, confidence },
    autoApprovable: decision.autoApprovable,
    towardsLimit: decision.towardsLimit,
    expected: { ...expected, atCurrent, delta, pGain },
    explanation: {
      ...{ sentence, inputs, candidates, guardrails, binding, shadow },
      ...{ relaxations, unlimited, reason, pGain },
    },
    experiment: exploration && { cost: exploration.cost, without: exploration.without },
  };
}
