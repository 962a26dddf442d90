import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import {
  HELD_STATUSES,
  OVERRIDE_KINDS,
  OVERRIDE_SCOPES,
  PLAYBOOKS,
  RUN_KINDS,
  RUN_STATUSES,
} from "../../domain/messages/names.ts";
import { PROPOSAL_STATUSES, RISKS } from "../../domain/messages/proposal.ts";

/** The newest elasticity of each SKU. */
export const elasticities = sqliteTable("elasticities", {
  sku: text().primaryKey(),
  mean: real().notNull(),
  sd: real().notNull(),
  identified: integer({ mode: "boolean" }).notNull(),
  label: text().notNull(),
  /** the whole report: intervals, competitor effect, prior, demand level and its uncertainty */
  report: text({ mode: "json" }).$type<unknown>().notNull(),
  runId: text("run_id").notNull(),
  asOf: integer("as_of").notNull(),
});

/** Every elasticity that a run learned, so that its course can be shown. */
export const elasticityHistory = sqliteTable(
  "elasticity_history",
  {
    sku: text().notNull(),
    asOf: integer("as_of").notNull(),
    mean: real().notNull(),
    sd: real().notNull(),
    identified: integer({ mode: "boolean" }).notNull(),
    label: text().notNull(),
    /** empty = the run of the same `as_of`: its id is a third of such a row */
    runId: text("run_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.asOf] })],
);

/**
 * The newest forecast of each SKU, and what the next run has to know of its competitors. Both are long, so the bucket keeps
 * them by the run's shards: see services/runs/learned-store.ts. In the row they are null, but for rows of an earlier release.
 */
export const forecasts = sqliteTable("forecasts", {
  sku: text().primaryKey(),
  /** demand by day and hour, stock-out, cheapest competitor, followers */
  report: text({ mode: "json" }).$type<unknown>().notNull(),
  /** price it was made at, minor units */
  price: integer().notNull(),
  track: text({ mode: "json" }).$type<unknown>().notNull(),
  runId: text("run_id").notNull(),
  /** of the run */
  shard: integer(),
  /** what is expected of the day after it, and by the simple method that it is compared with: units */
  nextUnits: real("next_units"),
  nextBaseline: real("next_baseline"),
  /**
   * how far off the forecasts of the cheapest competitor were, a week ahead, over the last 28 days: days that were compared,
   * mean absolute error, and that of the price seen when each was made; minor units
   */
  priceScored: integer("price_scored"),
  priceMae: real("price_mae"),
  priceBaselineMae: real("price_baseline_mae"),
  /** whether decisions go by the forecast, not by the price last seen */
  usesForecast: integer("uses_forecast", { mode: "boolean" }),
  asOf: integer("as_of").notNull(),
});

/** What a person asks for with an override. */
const askedOfOverride = () => ({
  id: text().primaryKey(),
  scope: text({ enum: OVERRIDE_SCOPES }).notNull(),
  /** the category, brand or SKU; empty for global */
  key: text().notNull(),
  kind: text({ enum: OVERRIDE_KINDS }).notNull(),
  /** of FIXED_PRICE, minor units of `currency` */
  price: integer(),
  currency: text(),
  reason: text().notNull(),
});

/** A person's order that stands above the strategies until it ends. */
export const overrides = sqliteTable(
  "overrides",
  {
    ...askedOfOverride(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    endedAt: integer("ended_at"),
    endedBy: text("ended_by"),
    /** a fixed price is in force, or after its end the price before it: nothing is left to do */
    settled: integer({ mode: "boolean" }).notNull(),
  },
  (t) => [
    // at most one in force for a scope and kind
    uniqueIndex("overrides_open").on(t.scope, t.key, t.kind).where(sql`ended_at IS NULL`),
    // what the minute tick has to see to
    index("overrides_unsettled").on(t.id).where(sql`settled = 0`),
  ],
);

/** Overrides that one person asked for and that wait for a second, and what became of them. */
export const heldOverrides = sqliteTable(
  "held_overrides",
  {
    ...askedOfOverride(),
    /** as asked for; null = the usual time from its release on */
    expiresAt: integer("expires_at"),
    /** the playbook that it is the answer of: its release opens the incident */
    playbook: text({ enum: PLAYBOOKS }),
    status: text({ enum: HELD_STATUSES }).notNull(),
    actor: text().notNull(),
    heldAt: integer("held_at").notNull(),
    note: text(),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
  },
  (t) => [
    // at most one waits for a scope and kind
    uniqueIndex("held_overrides_open").on(t.scope, t.key, t.kind).where(sql`status = 'held'`),
    // the list is read newest first within a status
    index("held_overrides_status").on(t.status, t.heldAt),
  ],
);

/** What a unit costs from a date on. */
export const productCosts = sqliteTable(
  "product_costs",
  {
    sku: text().notNull(),
    /** ms */
    from: integer("from_at").notNull(),
    unitCost: integer("unit_cost").notNull(),
    /** when it became the product's cost; null = its time has not come */
    appliedAt: integer("applied_at"),
  },
  (t) => [
    primaryKey({ columns: [t.sku, t.from] }),
    // what the minute tick has to see to
    index("product_costs_due").on(t.from).where(sql`applied_at IS NULL`),
  ],
);

/** A run and where it stands. `phase` indexes the phases of its kind. */
export const runs = sqliteTable(
  "runs",
  {
    id: text().primaryKey(),
    kind: text({ enum: RUN_KINDS }).notNull(),
    status: text({ enum: RUN_STATUSES }).notNull(),
    phase: integer().notNull(),
    scope: text({ mode: "json" }).$type<unknown>().notNull(),
    asOf: integer("as_of").notNull(),
    dryRun: integer("dry_run", { mode: "boolean" }).notNull(),
    seed: integer().notNull(),
    /** the version of the settings that it was started under; 0 = the defaults */
    settingsVersion: integer("settings_version"),
    /** of runs of an earlier release, which name no version: the settings themselves */
    settings: text({ mode: "json" }).$type<unknown>().notNull(),
    counts: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    failures: text({ mode: "json" }).$type<unknown[]>().notNull(),
    actor: text().notNull(),
    decisionHash: text("decision_hash"),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    finishedAt: integer("finished_at"),
    /** how much of it the bucket still keeps: see services/retention/run-files.ts */
    stored: integer().notNull().default(0),
    /** the earlier run from whose snapshots this one's are made again; null = they are whole */
    base: text("base_run_id"),
  },
  // the minute tick looks for unfinished runs; the list is read newest first
  (t) => [
    index("runs_status").on(t.status, t.createdAt),
    index("runs_created").on(t.createdAt),
    index("runs_finished").on(t.kind, t.finishedAt),
  ],
);

/**
 * Prices tried to learn from, whose proposals are no longer there: what the price would have been without the trial, and
 * until when it was in force, once the ledger no longer says so. Minor units, ms.
 */
export const priceTrials = sqliteTable(
  "price_trials",
  {
    sku: text().notNull(),
    at: integer().notNull(),
    to: integer("to_price").notNull(),
    without: integer().notNull(),
    until: integer("until_at"),
  },
  (t) => [primaryKey({ columns: [t.sku, t.at] })],
);

/** One row per (run, phase, shard): done by a conditional update in the batch that writes its results. */
export const runShards = sqliteTable(
  "run_shards",
  {
    runId: text("run_id").notNull(),
    phase: integer().notNull(),
    shard: integer().notNull(),
    /** the SKUs of the shard; null where the phase has one shard for all */
    skus: text({ mode: "json" }).$type<string[]>(),
    status: text({ enum: ["waiting", "done", "failed"] }).notNull(),
    /** tries that were begun: waiting in a queue is none */
    attempts: integer().notNull(),
    sentAt: integer("sent_at").notNull(),
    error: text(),
    counts: text({ mode: "json" }).$type<Record<string, unknown>>(),
    hash: text(),
    /** how often its wake-up was sent */
    sends: integer().notNull().default(1),
    /** when the try under way began, ms; null = none is */
    startedAt: integer("started_at"),
  },
  (t) => [primaryKey({ columns: [t.runId, t.phase, t.shard] })],
);

/** A price change put before a person. */
export const proposals = sqliteTable(
  "proposals",
  {
    id: text().primaryKey(),
    runId: text("run_id"),
    /** the shard of the run that decided it: where the bucket keeps its explanation and what was read for it */
    shard: integer(),
    sku: text().notNull(),
    category: text().notNull(),
    from: integer("from_price").notNull(),
    to: integer("to_price").notNull(),
    currency: text().notNull(),
    changePct: real("change_pct").notNull(),
    status: text({ enum: PROPOSAL_STATUSES }).notNull(),
    risk: text({ enum: RISKS }).notNull(),
    riskReasons: text("risk_reasons", { mode: "json" }).$type<string[]>().notNull(),
    strategy: text().notNull(),
    confidence: real().notNull(),
    expected: text({ mode: "json" }).$type<unknown>().notNull(),
    /** null = the bucket keeps it: see services/proposals/explanations.ts */
    explanation: text({ mode: "json" }).$type<unknown>().notNull(),
    /** of a price drawn to learn from: its expected cost and the price without the draw, minor units */
    experiment: text({ mode: "json" }).$type<{ cost: number; without: number }>(),
    approvals: text({ mode: "json" }).$type<{ by: string; at: number; price?: number }[]>().notNull(),
    note: text(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    effectiveAt: integer("effective_at"),
    /** ms; when the price before it comes back; null = it stays */
    until: integer("until_at"),
    /** ms; when that was seen to: the price came back, or it was no longer the proposal's that was in force */
    returnedAt: integer("returned_at"),
    /** the run found it safe enough to be applied without a person, where the settings allow that */
    autoApprovable: integer("auto_approvable", { mode: "boolean" }).notNull().default(false),
    /** a step towards a limit that the price broke when it was proposed: it may be applied though it does not reach it */
    towardsLimit: integer("towards_limit", { mode: "boolean" }).notNull().default(false),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
    /** ms; when its approval was undone last */
    undoneAt: integer("undone_at"),
    /** the ledger entry that applied it: by it a batch's guard knows that its own update hit */
    ledgerSeq: integer("ledger_seq"),
  },
  (t) => [
    // all of them, newest first; and those of one status, but for those that are applied: applying writes no entry
    index("proposals_created").on(t.createdAt),
    index("proposals_unapplied").on(t.status, t.createdAt).where(sql`status <> 'applied'`),
    // those of a SKU: the pending one is superseded by the next
    index("proposals_sku").on(t.sku, t.createdAt),
    // campaigns that are on: the minute tick ends them
    index("proposals_until")
      .on(t.until)
      .where(sql`until_at IS NOT NULL AND status = 'applied' AND returned_at IS NULL`),
  ],
);
