import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { PLAYBOOKS, TEST_DESIGNS, TEST_STATUSES } from "../../domain/messages/names.ts";

/** A price test: two or more ways to price, compared on products by chance. */
export const priceTests = sqliteTable(
  "price_tests",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    design: text({ enum: TEST_DESIGNS }).notNull(),
    status: text({ enum: TEST_STATUSES }).notNull(),
    definition: text({ mode: "json" }).$type<unknown>().notNull(),
    /** number that assigns the clusters: the same salt assigns the same */
    salt: integer().notNull(),
    /** power preview of its making, with the noise of the design */
    plan: text({ mode: "json" }).$type<unknown>().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    startedBy: text("started_by"),
    startedAt: integer("started_at"),
    /** its first civil day */
    firstDay: text("first_day"),
    endedBy: text("ended_by"),
    endedAt: integer("ended_at"),
    endReason: text("end_reason"),
    /** of the newest evaluation */
    result: text({ mode: "json" }).$type<unknown>(),
    evaluatedAt: integer("evaluated_at"),
  },
  (t) => [index("price_tests_status").on(t.status, t.createdAt)],
);

/** The products of a test that has started, with what they did before it: minor units and units of a mean day. */
export const priceTestMembers = sqliteTable(
  "price_test_members",
  {
    testId: text("test_id").notNull(),
    sku: text().notNull(),
    cluster: text().notNull(),
    stratum: text().notNull(),
    matched: text().notNull(),
    arm: integer().notNull(),
    preProfit: real("pre_profit").notNull(),
    preUnits: real("pre_units").notNull(),
  },
  // a run asks for the tests of its SKUs
  (t) => [primaryKey({ columns: [t.testId, t.sku] }), index("price_test_members_sku").on(t.sku)],
);

/** What a SKU did on a mean day of the weeks before the first price was changed. Minor units of its currency. */
export const skuBaselines = sqliteTable("sku_baselines", {
  sku: text().primaryKey(),
  units: real().notNull(),
  profit: real().notNull(),
  revenue: real().notNull(),
  /** civil day of the first changed price, before which it was measured */
  before: text("before_day").notNull(),
});

/** What came of a price that a proposal changed; overwritten every night until its days are over. */
export const outcomes = sqliteTable(
  "outcomes",
  {
    /** of the ledger entry */
    seq: integer().primaryKey(),
    sku: text().notNull(),
    category: text().notNull(),
    at: integer().notNull(),
    status: text({ enum: ["running", "final"] }).notNull(),
    pGain: real("p_gain").notNull(),
    /** effect on the profit of a day, minor units; as a share of the profit before, and the standard deviation of its logarithm */
    profit: real().notNull(),
    share: real().notNull(),
    shareSd: real("share_sd").notNull(),
    /** such a share as it was expected */
    expectedShare: real("expected_share"),
    /** the price was drawn to learn from, not chosen for its gain */
    isTrial: integer("is_trial", { mode: "boolean" }).notNull().default(false),
    /** why the price is offered to be taken back */
    alarm: text(),
    body: text({ mode: "json" }).$type<unknown>().notNull(),
    evaluatedAt: integer("evaluated_at").notNull(),
  },
  // the list is read newest first; the product's page reads its own
  (t) => [index("outcomes_at").on(t.at), index("outcomes_sku").on(t.sku, t.at)],
);

/** A playbook that was run, and what was written about it afterwards. */
export const incidents = sqliteTable("incidents", {
  id: text().primaryKey(),
  playbook: text({ enum: PLAYBOOKS }).notNull(),
  reason: text().notNull(),
  overrideId: text("override_id").notNull(),
  openedBy: text("opened_by").notNull(),
  openedAt: integer("opened_at").notNull(),
  postMortem: text("post_mortem"),
  closedBy: text("closed_by"),
  closedAt: integer("closed_at"),
});

/** What an evaluation found, newest last. */
export const evaluations = sqliteTable("evaluations", {
  /** the civil day that it was made on */
  day: text().primaryKey(),
  runId: text("run_id").notNull(),
  at: integer().notNull(),
  findings: text({ mode: "json" }).$type<unknown>().notNull(),
});
