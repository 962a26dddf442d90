import { and, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
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

/** Keeps the explanations of a shard's proposals; `texts`: their rows. */
export async function keepExplanations(
  lake: R2Bucket,
  { runId, shard }: { runId: string; shard: number },
  texts: readonly string[],
): Promise<void> {
  if (texts.length === 0) return;
  const rows = texts.map((text) => JSON.parse(text) as ProposedRow);
  const explanations: Explanations = Object.fromEntries(
    rows.map(({ sku, explanation }) => [sku, explanation]),
  );
  await putJson(lake, resultKey(runId, EXPLAINED, shard), explanations);
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
 * The statements that put changes before a person, and end the older pending proposals of all SKUs that were decided,
 * also where nothing is proposed any more. Repeating them changes nothing. Where a scheduled run comes to the same
 * price, the pending proposal stays: somebody may be reading it.
 */
export function saveProposals(
  ctx: ServiceContext,
  run: RunRecord,
  decided: readonly string[],
  proposed: readonly ShardProposal[],
): D1PreparedStatement[] {
  const { d1, db, now } = ctx;
  const rows = proposed.map(({ text, shard }) => {
    const row = JSON.parse(text) as ProposedRow;
    return {
      ...row,
      // kept in the bucket, by shard
      explanation: null,
      shard,
      id: proposalId(run.id, row.sku),
      runId: run.id,
      status: "pending" as const,
      approvals: [],
      createdAt: now,
      expiresAt: now + run.settings.proposalExpiryHours * HOUR_MS,
    };
  });
  const same = JSON.stringify(rows.map(({ sku, from, to }) => [sku, from, to]));
  const isAnother = sql`(${proposals.sku}, ${proposals.from}, ${proposals.to}) NOT IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${same}))`;
  const isOver = and(
    eq(proposals.status, "pending"),
    isAmong(proposals.sku, decided),
    or(isNull(proposals.runId), ne(proposals.runId, run.id)),
    run.actor.startsWith("system:") ? isAnother : undefined,
  );
  const supersede = db
    .update(proposals)
    .set({ status: "superseded", decidedAt: now, decidedBy: "system:run" })
    .where(isOver);
  const isNew = and(
    eq(proposals.createdAt, now),
    isAmong(
      proposals.id,
      rows.map(({ id }) => id),
    ),
  );
  return [
    tellOfProposals(ctx, "proposal.superseded", isOver),
    prepare(d1, supersede),
    ...bulkUpsert(d1, proposals, rows, UNLESS_PENDING),
    ...(rows.length > 0 ? [tellOfProposals(ctx, "proposal.created", isNew)] : []),
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
