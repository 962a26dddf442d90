import type { z } from "@hono/zod-openapi";
import type { summariseProposals } from "../../db/reads/proposal-summary.ts";
import type { ProposalRecord, ProposedProduct } from "../../db/reads/proposals.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type {
  Explanation,
  Proposal,
  ProposalDetail,
  ProposalSummary,
  Run,
} from "../../domain/contract/decisions.ts";
import type { Outcome } from "../../domain/pricing/decision/decision.ts";
import { HORIZON_DAYS } from "../../domain/pricing/optimisation/sales.ts";
import type { BulkEffect } from "../../services/proposals/bulk.ts";
import type { ExplainedProposal } from "../../services/proposals/explanations.ts";
import type { RunReport } from "../../services/runs/report-run.ts";
import { given } from "./given.ts";

type StoredExpected = Outcome & { delta: Outcome };

/** @param cheapest of the competitors' offers that count now, where that is told */
export function presentProposal(
  row: ProposalRecord,
  product: ProposedProduct | null,
  cheapest?: CheapestOffer,
): z.infer<typeof Proposal> {
  const expected = row.expected as StoredExpected;
  return {
    id: row.id,
    sku: row.sku,
    category: row.category,
    from: formatMinor(row.from, row.currency),
    to: formatMinor(row.to, row.currency),
    currency: row.currency,
    changePct: Math.round((row.to / row.from - 1) * 10_000) / 100,
    status: row.status,
    risk: row.risk,
    riskReasons: row.riskReasons,
    strategy: row.strategy,
    confidence: row.confidence,
    expected: {
      ...presentOutcome(expected, row.currency),
      horizonDays: HORIZON_DAYS,
      delta: presentOutcome(expected.delta, row.currency),
    },
    approvals: row.approvals.map(({ by, at, price }) => ({
      ...{ by, at: iso(at) },
      ...(price === undefined ? {} : { price: formatMinor(price, row.currency) }),
    })),
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    ...given({
      runId: row.runId,
      title: product?.title ?? null,
      quantityUnit: product?.quantityUnit ?? null,
      experiment: row.experiment && {
        cost: formatMinor(row.experiment.cost, row.currency),
        without: formatMinor(row.experiment.without, row.currency),
      },
      note: row.note,
      effectiveAt: row.effectiveAt === null ? null : iso(row.effectiveAt),
      until: row.until === null ? null : iso(row.until),
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt === null ? null : iso(row.decidedAt),
      market: cheapest ? presentPlaces(row, cheapest) : null,
    }),
  };
}

interface CheapestOffer {
  competitor: string;
  /** minor units of the product's currency */
  landedPrice: number;
}

/** Where the price stands against the cheapest competitor, before and after the change. */
function presentPlaces({ from, to, currency }: ProposalRecord, { competitor, landedPrice }: CheapestOffer) {
  const rounded = (value: number) => Math.round(100 * value) / 100;
  const [before, after] = [from, to].map((price) => (100 * price) / landedPrice) as [number, number];
  return {
    ...{ competitor, cheapest: formatMinor(landedPrice, currency) },
    gapPct: { before: rounded(before - 100), after: rounded(after - 100) },
    index: { before: rounded(before), after: rounded(after) },
  };
}

export function presentProposalDetail(
  row: ExplainedProposal,
  product: ProposedProduct | null,
): z.infer<typeof ProposalDetail> {
  return {
    ...presentProposal(row, product),
    explanation: presentExplanation(row.explanation, row.currency),
  };
}

export function presentEffect({ profit, up, down }: BulkEffect) {
  const [[currency, minor] = ["EUR", 0], ...others] = profit;
  if (others.length > 0) return { profit: null, up, down };
  return { profit: formatMinor(minor, currency), up, down, ...(profit.size > 0 && { currency }) };
}

function presentOutcome(outcome: Outcome, currency: string) {
  const [lo, hi] = outcome.interval80;
  return {
    units: Math.round(outcome.units * 100) / 100,
    revenue: formatMinor(outcome.revenue, currency),
    profit: formatMinor(outcome.profit, currency),
    interval80: [formatMinor(lo, currency), formatMinor(hi, currency)] as [string, string],
  };
}

/** `stored`: the explaining part of a decision. */
export function presentExplanation(
  stored: ExplainedProposal["explanation"],
  currency: string,
): z.infer<typeof Explanation> {
  const money = (minor: number) => formatMinor(minor, currency);
  return {
    sentence: stored.sentence,
    inputs: stored.inputs.map(({ name, value, at }) => ({ name, value, at: at === null ? null : iso(at) })),
    candidates: stored.candidates.map(({ price, expectedProfit, expectedRevenue, ...rest }) => ({
      price: money(price),
      expectedProfit: money(expectedProfit),
      expectedRevenue: money(expectedRevenue),
      ...rest,
    })),
    guardrails: stored.guardrails.map(({ name, before, after, why }) => ({
      name,
      before: money(before),
      after: money(after),
      why,
    })),
    binding: stored.binding,
    shadow: stored.shadow.map(({ name, price, shadowValue }) => ({
      name,
      price: money(price),
      shadowValue: money(shadowValue),
    })),
    relaxations: stored.relaxations,
    unlimited: stored.unlimited === null ? null : money(stored.unlimited),
    reason: stored.reason,
    pGain: stored.pGain,
  };
}

export function presentRun({ run, phase, shards }: RunReport): z.infer<typeof Run> {
  return {
    id: run.id,
    kind: run.kind,
    status: run.status,
    phase,
    shards,
    counts: run.counts,
    failures: run.failures,
    asOf: iso(run.asOf),
    dryRun: run.dryRun,
    actor: run.actor,
    createdAt: iso(run.createdAt),
    ...given({
      startedAt: run.startedAt === null ? null : iso(run.startedAt),
      finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
      decisionHash: run.decisionHash,
    }),
  };
}

export function presentProposalSummary({
  pending,
  lastRun,
  ...rest
}: Awaited<ReturnType<typeof summariseProposals>>): z.infer<typeof ProposalSummary> {
  return {
    ...rest,
    pending: pending.map(({ profit, units, unitsNow, ...counted }) => ({
      ...counted,
      profit: formatMinor(Math.round(profit), counted.currency),
      meanProfit: formatMinor(Math.round(profit / counted.proposals), counted.currency),
      unitsPct: unitsNow > 0 ? Math.round((1_000 * units) / unitsNow) / 10 : null,
    })),
    lastRun: lastRun && {
      id: lastRun.id,
      finishedAt: iso(lastRun.finishedAt!),
      proposed: lastRun.proposed ?? 0,
    },
  };
}
