/**
 * Shapes of the API's answers. Money is a decimal string in the product's currency; instants are ISO-8601
 * UTC.
 */

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Me {
  email: string;
  name: string;
  role: "viewer" | "analyst" | "approver" | "admin";
}

export const PROPOSAL_STATUSES = [
  "pending",
  "approved",
  "applied",
  "rejected",
  "expired",
  "superseded",
  "failed",
] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

export const RISKS = ["LOW", "MEDIUM", "HIGH"] as const;
export type Risk = (typeof RISKS)[number];

/** What the horizon is expected to bring. */
export interface Outcome {
  units: number;
  revenue: string;
  profit: string;
  /** 80 % interval of the profit */
  interval80?: [string, string];
}

/** The outcome at the proposed price; `delta` is the change against holding the present one. */
export interface Expected extends Outcome {
  horizonDays?: number;
  delta?: Outcome;
}

export interface Proposal {
  id: string;
  runId?: string;
  sku: string;
  title?: string;
  category?: string;
  from: string;
  to: string;
  currency: string;
  /** per cent: 4.2 is + 4.2 % */
  changePct: number;
  status: ProposalStatus;
  risk: Risk;
  riskReasons: string[];
  strategy: string;
  /** 0..1 */
  confidence: number;
  expected: Expected;
  createdAt: string;
  expiresAt: string;
  effectiveAt?: string;
  decidedBy?: string;
  decidedAt?: string;
}

export interface Candidate {
  price: string;
  expectedProfit: string | null;
  verdict: "chosen" | "feasible" | "removed";
  /** the guardrail that removed it */
  reason?: string;
}

/** One guardrail: the best price before and after it came into force. */
export interface GuardrailStep {
  name: string;
  before: string;
  after: string;
  why: string;
}

export interface InputFact {
  name: string;
  value: unknown;
  at?: string | null;
}

export interface Explanation {
  sentence: string;
  inputs: InputFact[];
  candidates: Candidate[];
  guardrails: GuardrailStep[];
  binding: string[];
}

export interface ProposalDetail extends Proposal {
  explanation: Explanation;
  note?: string;
  approvals?: { by: string; at: string }[];
}

export interface Product {
  sku: string;
  title: string;
  brand?: string;
  category: string;
  gtin?: string;
  currency: string;
  price: string;
  basePrice: string;
  unitCost?: string;
  /** fraction: 0.19 */
  taxRate?: number;
  minPrice?: string;
  maxPrice?: string;
  mapPrice?: string;
  msrp?: string;
  status: "active" | "inactive";
}

export interface ServedPrice {
  sku: string;
  price: string;
  currency: string;
  source: "base" | "applied" | "override" | "scheduled" | "frozen";
  since: string;
  validUntil?: string;
}

export interface Offer {
  competitor: string;
  price: string;
  landedPrice: string;
  currency: string;
  availability: "in_stock" | "out_of_stock" | "preorder" | "unknown";
  observedAt: string;
  receivedAt: string;
  fresh: boolean;
  status: "accepted" | "stale" | "quarantined";
  /** (ours − theirs) / theirs in per cent: positive = we are dearer */
  gapPct: number | null;
}

export interface TrendPoint {
  competitor: string;
  at: string;
  avg: string;
  min: string;
  volatility: number | null;
  direction: string;
}

export interface DemandDay {
  day: string;
  units: number;
  revenue: string;
  price: string;
  inStockShare?: number | null;
  promo: boolean;
}

export interface LedgerEntry {
  seq: number;
  sku: string;
  from: string | null;
  to: string;
  currency: string;
  source: string;
  cause: { kind: string; id?: string };
  actor: string;
  at: string;
  reason?: string;
  hash: string;
}

export interface Elasticity {
  sku: string;
  mean: number;
  sd: number;
  ci95: [number, number];
  ci80: [number, number];
  identified: boolean;
  label: string;
  nEff: number;
  competitor?: { mean: number; sd: number; identified: boolean };
  asOf: string;
  modelVersion: string;
}

export const SIGNAL_STATUSES = ["open", "acknowledged", "resolved"] as const;
export type SignalStatus = (typeof SIGNAL_STATUSES)[number];

export interface Signal {
  id: string;
  sku: string;
  title?: string;
  competitor?: string | null;
  type: string;
  status: SignalStatus;
  priority: 1 | 2 | 3;
  severity: number;
  confidence: number;
  message: string;
  evidence: Record<string, number | string | boolean | null>;
  openedAt: string;
  updatedAt: string;
  resolvedAt?: string | null;
  acknowledgedBy?: string | null;
}

export const STARTABLE_RUNS = ["elasticity", "proposals"] as const;
export type StartableRun = (typeof STARTABLE_RUNS)[number];

export interface Run {
  id: string;
  kind: string;
  status: "queued" | "running" | "done" | "partial" | "failed";
  phase: string;
  shards: { total: number; done: number; failed: number };
  counts: Record<string, unknown>;
  startedAt?: string | null;
  finishedAt?: string | null;
}
