import { z } from "zod";
import { RUN_KINDS, RUN_STATUSES, STORE_WRITE_STATES } from "../messages/names.ts";
import { PROPOSAL_STATUSES, RISKS } from "../messages/proposal.ts";
import { count, instant, money, named, quantityUnit } from "./answers.ts";
import { PriorPrice } from "./prior-price.ts";

/** What a price is expected to bring over the horizon. */
const outcome = z.object({
  units: z.number(),
  revenue: money,
  profit: money,
  interval80: z.tuple([money, money]).describe("80 % interval of the profit"),
});

const beforeAfter = z.object({ before: z.number(), after: z.number() });

export const Proposal = named("Proposal", {
  id: z.string(),
  runId: z.string().optional(),
  sku: z.string(),
  title: z.string().optional(),
  category: z.string(),
  from: money,
  to: money,
  currency: z.string(),
  changePct: z.number().describe("4.2 is + 4.2 %"),
  quantityUnit,
  status: z.enum(PROPOSAL_STATUSES),
  risk: z.enum(RISKS),
  riskReasons: z.array(z.string()),
  strategy: z.string(),
  confidence: z.number().describe("0 to 1"),
  expected: outcome.extend({
    horizonDays: z.int(),
    delta: outcome.describe("the change against keeping the price"),
  }),
  experiment: z
    .object({
      cost: money.describe(
        "expected loss against that price over the horizon; below 0 it is expected to earn more",
      ),
      without: money.describe("the price that would be asked without the draw"),
    })
    .optional()
    .describe("only of a price that is drawn to learn how demand answers"),
  market: z
    .object({
      competitor: z.string(),
      cheapest: money.describe("landed"),
      gapPct: beforeAfter.describe("(ours - theirs) / theirs * 100: positive = we are dearer"),
      index: beforeAfter.describe("ours as a per cent of theirs"),
    })
    .optional()
    .describe(
      "in lists: against the cheapest competitor whose offer counts now, at the price before and at the proposed one",
    ),
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
  until: instant.optional().describe("when the price before it comes back"),
  decidedBy: z.string().optional(),
  decidedAt: instant.optional(),
});
export type Proposal = z.infer<typeof Proposal>;

const InputFact = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.null()]),
  at: instant.nullable(),
});
export type InputFact = z.infer<typeof InputFact>;

const Candidate = named("Candidate", {
  price: money,
  expectedProfit: money,
  expectedRevenue: money,
  expectedUnits: z.number(),
  pGain: z.number(),
  verdict: z.enum(["chosen", "feasible", "removed"]),
  reason: z.string().optional().describe("the guardrail that removed it"),
});
export type Candidate = z.infer<typeof Candidate>;

/** One guardrail: the best price before and after it. */
const GuardrailStep = named("GuardrailStep", {
  name: z.string(),
  before: money,
  after: money,
  why: z.string(),
});
export type GuardrailStep = z.infer<typeof GuardrailStep>;

export const Explanation = named("Explanation", {
  sentence: z.string(),
  inputs: z.array(InputFact),
  candidates: z.array(Candidate),
  guardrails: z.array(GuardrailStep),
  binding: z.array(z.string()).describe("guardrails without which the price would be another"),
  shadow: z.array(z.object({ name: z.string(), price: money, shadowValue: money })),
  relaxations: z.array(z.string()),
  unlimited: money.nullable(),
  reason: z.string(),
  pGain: z.number(),
});

export const ProposalDetail = Proposal.extend({
  explanation: Explanation,
  priorPrice: PriorPrice.optional().describe(
    "of a proposal that lowers the price: what may be announced of it",
  ),
}).meta({ id: "ProposalDetail" });
export type ProposalDetail = z.infer<typeof ProposalDetail>;

export const Run = named("Run", {
  id: z.string(),
  kind: z.enum(RUN_KINDS),
  status: z.enum(RUN_STATUSES),
  phase: z.string(),
  shards: z.object({ total: count, done: count, failed: count }).describe("of the present phase"),
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
export type Run = z.infer<typeof Run>;

export const LedgerEntry = named("LedgerEntry", {
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
  stores: z
    .array(
      z.object({
        store: z.string(),
        name: z.string(),
        state: z.enum(STORE_WRITE_STATES),
        confirmed: z.boolean().describe("the store was read back and shows this price"),
        at: instant.optional().describe("when that was known"),
        reason: z.string().optional(),
      }),
    )
    .optional()
    .describe("of one product's history: where the price is in each store that it was to be written to"),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const AuditEntry = named("AuditEntry", {
  seq: z.int(),
  at: instant,
  actor: z.string(),
  actorId: z.string().nullable().describe("of the person, key or source; null: the system's own job"),
  action: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  prevHash: z.string(),
  hash: z.string(),
});

const chainEnd = z.object({ count: z.int(), head: z.string() });

/** What of the present state the chains account for. */
const STATES = [
  ...(["heads", "seals", "products", "held_prices", "overrides"] as const),
  ...(["held_overrides", "proposals", "settings"] as const),
] as const;

export const ChainReport = named("ChainReport", {
  ok: z.boolean(),
  ledger: chainEnd,
  audit: chainEnd,
  checkpoint: z
    .object({ ledger: chainEnd, audit: chainEnd, at: instant })
    .optional()
    .describe(
      "the newest heads that were kept, signed, in the bucket: up to them the chains were found sound",
    ),
  firstBad: z
    .object({
      chain: z.enum(["ledger", "audit"]).optional(),
      seq: z.int().optional().describe("of the chain's entry"),
      state: z.enum(STATES).optional(),
      key: z.string().optional().describe("of the row that the chains do not account for"),
      reason: z.string(),
    })
    .optional(),
  nextCursor: z.string().nullable().optional().describe("of the full check: null once everything is checked"),
});

export const ProposalSummary = named("ProposalSummary", {
  pending: z
    .array(
      z.object({
        ...{ currency: z.string(), proposals: count, up: count, down: count, highRisk: count },
        byForecast: count.describe("of products whose prices go by the forecast of the cheapest competitor"),
        profit: money.describe("expected of all together, over the horizon of a proposal"),
        meanProfit: money,
        unitsPct: z.number().nullable().describe("change of the units expected of all together, per cent"),
      }),
    )
    .describe("what waits for a decision, by currency"),
  scheduled: count.describe("approved, and not in force yet"),
  lastDay: z.object({ applied: count, rejected: count }).describe("decided in the last 24 hours"),
  lastRun: z
    .object({ id: z.string(), finishedAt: instant, proposed: count })
    .nullable()
    .describe("the newest proposals run that ended"),
});
