import {
  and,
  asc,
  eq,
  getTableName,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import {
  deadLetters,
  heldOverrides,
  heldPrices,
  mapNotices,
  mapViolations,
  outcomes,
  priceTrials,
  proposals,
  quarantine,
  sessions,
  signals,
  signInLinks,
  storeWrites,
} from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { BELIEVED } from "../../domain/lake/tables.ts";
import { QUARANTINE_STATUSES } from "../../domain/messages/present.ts";
import type { RetentionSettings } from "../../domain/settings/retention.ts";
import type { ServiceContext } from "../context.ts";
import { LAST_CHANGE } from "../lake/derived-rows.ts";
import { readLakeState } from "../lake/lake-state.ts";
import { archiveRows } from "./archive.ts";

/** Which rows of a table go, and how. */
interface RowRule {
  table: SQLiteTable;
  key: SQLiteColumn | SQL;
  /** the condition under which a row goes; `before` turns the number of days into an instant, ms */
  isDue(before: (days: number) => number, settings: RetentionSettings): SQL | undefined;
  /** what the lake takes of it: rows that it has not taken yet stay */
  lake?: keyof typeof LAST_CHANGE;
  /** the column of an index that `isDue` bounds */
  order: SQLiteColumn;
  /** rows of one page: few of them where they are long */
  page: number;
  /** whether they are put into the bucket first */
  isArchived: boolean;
  /** statements of the same batch that removes these rows */
  alongside?(ctx: ServiceContext, keys: string): D1PreparedStatement[];
}

/** The tables whose rows go by age, by the name of the run's part. */
export const ROW_RULES = {
  proposals: {
    table: proposals,
    key: proposals.id,
    isDue: (before, { proposalDays }) =>
      and(
        lt(proposals.createdAt, before(proposalDays)),
        sql`coalesce(${proposals.decidedAt}, ${proposals.expiresAt}) < ${before(proposalDays)}`,
        inArray(proposals.status, ["applied", "rejected", "expired", "superseded", "failed"]),
        // a campaign that is on
        or(isNull(proposals.until), isNotNull(proposals.returnedAt), ne(proposals.status, "applied")),
      ),
    lake: "proposals",
    order: proposals.createdAt,
    page: 1_000,
    // the explanation stays where it is: runs/<run>/explained/<shard>
    isArchived: true,
    alongside: keepTrials,
  },
  signals: {
    table: signals,
    key: signals.id,
    isDue: (before, { signalDays }) =>
      and(
        inArray(signals.status, ["resolved"]),
        lt(signals.openedAt, before(signalDays)),
        lt(signals.resolvedAt, before(signalDays)),
      ),
    lake: "signals",
    order: signals.openedAt,
    page: 1_000,
    isArchived: true,
  },
  quarantine: {
    table: quarantine,
    key: quarantine.id,
    isDue: (before, { quarantineDays }) =>
      and(
        inArray(
          quarantine.status,
          QUARANTINE_STATUSES.filter((status) => status !== "open"),
        ),
        lt(quarantine.heldAt, before(quarantineDays)),
        lt(quarantine.updatedAt, before(quarantineDays)),
      ),
    lake: BELIEVED,
    order: quarantine.heldAt,
    page: 1_000,
    isArchived: true,
  },
  deadLetters: {
    table: deadLetters,
    key: deadLetters.id,
    isDue: (before, { deadLetterDays }) =>
      and(
        inArray(deadLetters.status, ["replayed", "discarded"]),
        lt(deadLetters.settledAt, before(deadLetterDays)),
      ),
    order: deadLetters.parkedAt,
    page: 50,
    isArchived: true,
  },
  heldPrices: {
    table: heldPrices,
    key: heldPrices.id,
    isDue: (before, { heldPriceDays }) =>
      and(
        ne(heldPrices.status, "held"),
        lt(heldPrices.heldAt, before(heldPriceDays)),
        lt(heldPrices.decidedAt, before(heldPriceDays)),
      ),
    order: heldPrices.heldAt,
    page: 1_000,
    isArchived: true,
  },
  heldOverrides: {
    table: heldOverrides,
    key: heldOverrides.id,
    isDue: (before, { heldPriceDays }) =>
      and(ne(heldOverrides.status, "held"), lt(heldOverrides.decidedAt, before(heldPriceDays))),
    order: heldOverrides.heldAt,
    page: 1_000,
    isArchived: true,
  },
  storeWrites: {
    table: storeWrites,
    key: sql`${storeWrites.storeId} || ' ' || ${storeWrites.seq}`,
    isDue: (before, { storeWriteDays }) =>
      and(
        notInArray(storeWrites.state, ["waiting", "sent", "held"]),
        lt(storeWrites.createdAt, before(storeWriteDays)),
        sql`coalesce(${storeWrites.settledAt}, 0) < ${before(storeWriteDays)}`,
      ),
    order: storeWrites.createdAt,
    page: 1_000,
    isArchived: true,
  },
  mapNotices: {
    table: mapNotices,
    key: mapNotices.id,
    isDue: (before, { mapNoticeDays }) =>
      and(
        lt(mapNotices.at, before(mapNoticeDays)),
        sql`NOT EXISTS (SELECT 1 FROM ${mapViolations} WHERE ${mapViolations.id} = ${mapNotices.violationId}
          AND coalesce(${mapViolations.endedAt}, ${before(0)}) >= ${before(mapNoticeDays)})`,
      ),
    order: mapNotices.at,
    page: 1_000,
    isArchived: true,
  },
  outcomes: {
    table: outcomes,
    key: outcomes.seq,
    isDue: (before, { outcomeDays }) =>
      and(eq(outcomes.status, "final"), lt(outcomes.at, before(outcomeDays))),
    order: outcomes.at,
    page: 1_000,
    isArchived: true,
  },
  sessions: {
    table: sessions,
    key: sessions.id,
    isDue: (before, { signInDays }) => lt(sessions.expiresAt, before(signInDays)),
    order: sessions.expiresAt,
    page: 1_000,
    isArchived: false,
  },
  signInLinks: {
    table: signInLinks,
    key: signInLinks.hash,
    isDue: (before, { signInDays }) => lt(signInLinks.expiresAt, before(signInDays)),
    order: signInLinks.expiresAt,
    page: 1_000,
    isArchived: false,
  },
} as const satisfies Record<string, RowRule>;

/** Pages of one pass: what is left then goes in the next night. Each takes two queries. */
const PAGES_MAX = 300;

/** Archives and removes what is due of one table; on a dry run only counts it. Again after a failure, it goes on. */
export async function removeRows(
  ctx: ServiceContext,
  name: keyof typeof ROW_RULES,
  { asOf, dryRun }: { asOf: number; dryRun: boolean },
  settings: RetentionSettings,
): Promise<number> {
  const rule: RowRule = ROW_RULES[name];
  const isDue = and(
    rule.isDue((days) => asOf - days * DAY_MS, settings),
    rule.lake && lte(LAST_CHANGE[rule.lake], (await readLakeState(ctx)).to[rule.lake] ?? 0),
  )!;
  if (dryRun) return ctx.db.$count(rule.table, isDue);
  let removed = 0;
  for (let page = 0; page < PAGES_MAX; page++) {
    const rows = await ctx.db
      .select({ key: sql<string>`${rule.key}`.as("row_key"), row: rule.table })
      .from(rule.table)
      .where(isDue)
      .orderBy(asc(rule.order))
      .limit(rule.page);
    if (rows.length === 0) break;
    if (rule.isArchived)
      await archiveRows(
        ctx.lake,
        getTableName(rule.table),
        asOf,
        rows.map(({ row }) => row),
      );
    const keys = JSON.stringify(rows.map(({ key }) => key));
    await ctx.d1.batch([
      ...(rule.alongside?.(ctx, keys) ?? []),
      prepare(
        ctx.d1,
        ctx.db
          .delete(rule.table)
          .where(and(sql`${rule.key} IN (SELECT value FROM json_each(${keys}))`, isDue)),
      ),
    ]);
    removed += rows.length;
    if (rows.length < rule.page) break;
  }
  return removed;
}

/** What an applied trial moved its price by has to outlive the proposal: it is evidence of the elasticity. */
function keepTrials({ d1 }: ServiceContext, keys: string): D1PreparedStatement[] {
  return [
    prepare(
      d1,
      sql`INSERT INTO ${priceTrials} (sku, at, to_price, without)
        SELECT l.sku, l.at, l.to_price, p.experiment ->> 'without'
        FROM json_each(${keys}) j JOIN proposals p ON p.id = j.value JOIN price_ledger l ON l.seq = p.ledger_seq
        WHERE p.status = 'applied' AND p.experiment IS NOT NULL AND p.to_price = l.to_price
        ON CONFLICT DO NOTHING`,
    ),
  ];
}
