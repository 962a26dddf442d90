import { z } from "zod";
import { PROPOSAL_STATUSES, RISKS } from "../messages/proposal.ts";
import { RUN_KINDS } from "../runs/phases.ts";
import { instant, money } from "./answers.ts";

const moneyOutcome = z.object({
  units: z.number(),
  revenue: money,
  profit: money,
  interval80: z.tuple([money, money]),
});

export const Proposal = z.object({
  id: z.string(),
  runId: z.string().optional(),
  sku: z.string(),
  title: z.string().optional(),
  category: z.string(),
  from: money,
  to: money,
  currency: z.string(),
  changePct: z.number(),
  status: z.enum(PROPOSAL_STATUSES),
  risk: z.enum(RISKS),
  riskReasons: z.array(z.string()),
  strategy: z.string(),
  confidence: z.number(),
  expected: moneyOutcome.extend({
    horizonDays: z.int(),
    delta: moneyOutcome.describe("change against keeping the price"),
  }),
  approvals: z.array(
    z.object({
      by: z.string(),
      at: instant,
      price: money.optional().describe("the price that was approved, where it is not the one proposed"),
    }),
  ),
  note: z.string().optional(),
  createdAt: instant,
  expiresAt: instant,
  effectiveAt: instant.optional(),
  decidedBy: z.string().optional(),
  decidedAt: instant.optional(),
});

export const Explanation = z.object({
  sentence: z.string(),
  inputs: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.string(), z.number(), z.null()]),
      at: instant.nullable(),
    }),
  ),
  candidates: z.array(
    z.object({
      price: money,
      expectedProfit: money,
      expectedRevenue: money,
      expectedUnits: z.number(),
      pGain: z.number(),
      verdict: z.enum(["chosen", "feasible", "removed"]),
      reason: z.string().optional(),
    }),
  ),
  guardrails: z.array(z.object({ name: z.string(), before: money, after: money, why: z.string() })),
  binding: z.array(z.string()),
  shadow: z.array(z.object({ name: z.string(), price: money, shadowValue: money })),
  relaxations: z.array(z.string()),
  unlimited: money.nullable(),
  reason: z.string(),
  pGain: z.number(),
});

export const ProposalDetail = Proposal.extend({ explanation: Explanation });

export const Run = z.object({
  id: z.string(),
  kind: z.enum(RUN_KINDS),
  status: z.enum(["queued", "running", "done", "partial", "failed"]),
  phase: z.string(),
  shards: z.object({ total: z.int(), done: z.int(), failed: z.int() }),
  counts: z.record(z.string(), z.unknown()),
  failures: z.array(z.unknown()),
  asOf: instant,
  dryRun: z.boolean(),
  actor: z.string(),
  createdAt: instant,
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  decisionHash: z.string().optional(),
});

export const LedgerEntry = z.object({
  seq: z.int(),
  sku: z.string(),
  from: money.nullable(),
  to: money,
  currency: z.string(),
  source: z.string(),
  cause: z.object({ kind: z.string(), id: z.string().optional() }),
  actor: z.string(),
  at: instant,
  reason: z.string().optional(),
  prevHash: z.string(),
  hash: z.string(),
});

export const AuditEntry = z.object({
  seq: z.int(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  prevHash: z.string(),
  hash: z.string(),
});

const chainEnd = z.object({ count: z.int(), head: z.string() });

export const ChainReport = z.object({
  ok: z.boolean(),
  ledger: chainEnd,
  audit: chainEnd,
  firstBad: z.object({ chain: z.enum(["ledger", "audit"]), seq: z.int(), reason: z.string() }).optional(),
});
