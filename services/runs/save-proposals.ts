import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import { bulkUpsert, jsonTable } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ServiceContext } from "../context.ts";
import type { RunRecord } from "./run-record.ts";

/**
 * The statements that put changes of price before a person, and end older pending proposals for the same SKUs. A shard
 * computed twice makes them once. Where a scheduled run comes to the same price, the pending proposal stays: somebody
 * may be reading it. `snapshots` are those the decisions were made from.
 */
export function saveProposals(
  { d1, db, now }: ServiceContext,
  run: RunRecord,
  decisions: readonly PricingDecision[],
  snapshots: readonly PricingSnapshot[],
): D1PreparedStatement[] {
  const changes = decisions.filter(({ verdict }) => verdict === "propose");
  if (changes.length === 0) return [];
  const decided = jsonTable("decided", ["sku", "from", "to"], changes);
  const isEqual = sql`${proposals.from} = ${decided.from} AND ${proposals.to} = ${decided.to}`;
  const supersede = db
    .update(proposals)
    .set({ status: "superseded", decidedAt: now, decidedBy: "system:run" })
    .from(decided.table)
    .where(
      and(
        eq(proposals.status, "pending"),
        eq(proposals.sku, decided.sku),
        or(isNull(proposals.runId), ne(proposals.runId, run.id)),
        run.actor.startsWith("system:") ? sql`NOT (${isEqual})` : undefined,
      ),
    );
  const categories = new Map(snapshots.map(({ own }) => [own.sku, own.category]));
  const rows = changes.map((decision) => ({
    ...rowOf(decision),
    id: proposalId(run.id, decision.sku),
    runId: run.id,
    category: categories.get(decision.sku)!,
    status: "pending" as const,
    approvals: [],
    createdAt: now,
    expiresAt: now + run.settings.proposalExpiryHours * HOUR_MS,
  }));
  const inserts = bulkUpsert(d1, proposals, rows, {
    update: [],
    only: ({ sku }) =>
      sql`NOT EXISTS (SELECT 1 FROM proposals AS q WHERE q.sku = ${sku} AND q.status = 'pending')`,
  });
  return [prepare(d1, supersede), ...inserts];
}

/** One proposal per run and SKU: the id says so. */
function proposalId(runId: string, sku: string): string {
  return `prp_${runId.slice(4, 14)}${sha256Hex(`${runId} ${sku}`).slice(0, 14)}`;
}

function rowOf(decision: PricingDecision) {
  const { sku, from, to, currency, changePct, risk, riskReasons, strategy, confidence } = decision;
  const { expected, atCurrent, delta } = decision;
  const { sentence, inputs, candidates, guardrails, binding, shadow } = decision;
  const { relaxations, unlimited, reason, pGain, exploration } = decision;
  return {
    ...{ sku, from, to, currency, changePct, risk, riskReasons, strategy, confidence },
    expected: { ...expected, atCurrent, delta },
    explanation: {
      ...{ sentence, inputs, candidates, guardrails, binding, shadow },
      ...{ relaxations, unlimited, reason, pGain },
    },
    experiment: exploration && { cost: exploration.cost, without: exploration.without },
  };
}
