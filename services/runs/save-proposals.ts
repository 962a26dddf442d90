import { jsonColumns, jsonRowParts, jsonRows } from "../../db/bulk.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { ServiceContext } from "../context.ts";
import type { RunRecord } from "./run-record.ts";

interface Proposed {
  category: string;
  decision: PricingDecision;
}

/**
 * New proposals, and the end of older pending ones for the same SKUs. A shard computed twice makes them once. A
 * scheduled run that comes to the same price leaves the pending one to whoever is reading it.
 */
export function saveProposals(
  ctx: ServiceContext,
  run: RunRecord,
  proposed: readonly Proposed[],
): D1PreparedStatement[] {
  if (proposed.length === 0) return [];
  const expiresAt = ctx.now + run.settings.proposalExpiryHours * HOUR_MS;
  const rows = proposed.map(({ category, decision }) => [
    ...[proposalId(run.id, decision.sku), run.id, decision.sku, category, decision.from, decision.to],
    ...[decision.currency, decision.changePct, decision.risk, JSON.stringify(decision.riskReasons)],
    ...[decision.strategy, decision.confidence, JSON.stringify(expectedOf(decision))],
    JSON.stringify(explanationOf(decision)),
  ]);
  const keepsEqual = run.actor.startsWith("system:") ? 1 : 0;
  const inserts = jsonRowParts(rows).map((part) =>
    ctx.d1
      .prepare(
        `INSERT INTO proposals (id, run_id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons,
           strategy, confidence, expected, explanation, status, approvals, created_at, expires_at)
         SELECT ${jsonColumns(14)}, 'pending', '[]', ?2, ?3 FROM json_each(?1)
         WHERE NOT EXISTS (SELECT 1 FROM proposals q WHERE q.sku = value ->> 2 AND q.status = 'pending')
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(part, ctx.now, expiresAt),
  );
  const prices = jsonRows(proposed.map(({ decision }) => [decision.sku, decision.from, decision.to]));
  const supersede = ctx.d1
    .prepare(
      `UPDATE proposals SET status = 'superseded', decided_at = ?3, decided_by = 'system:run'
       FROM (SELECT value ->> 0 AS sku, value ->> 1 AS from_price, value ->> 2 AS to_price FROM json_each(?1)) AS j
       WHERE proposals.status = 'pending' AND proposals.sku = j.sku AND proposals.run_id IS NOT ?2
         AND NOT (?4 AND proposals.from_price = j.from_price AND proposals.to_price = j.to_price)`,
    )
    .bind(prices, run.id, ctx.now, keepsEqual);
  return [supersede, ...inserts];
}

/** One proposal a run and SKU: the id says so. */
function proposalId(runId: string, sku: string): string {
  return `prp_${runId.slice(4, 14)}${sha256Hex(`${runId} ${sku}`).slice(0, 14)}`;
}

function expectedOf({ expected, atCurrent, delta }: PricingDecision) {
  return { ...expected, atCurrent, delta };
}

function explanationOf(decision: PricingDecision) {
  const { sentence, inputs, candidates, guardrails, binding, shadow, relaxations, unlimited, reason, pGain } =
    decision;
  return { sentence, inputs, candidates, guardrails, binding, shadow, relaxations, unlimited, reason, pGain };
}
