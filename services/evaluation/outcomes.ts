import { and, desc, gt, isNotNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { outcomes } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { type Calibration, calibration } from "../../domain/evaluation/calibration.ts";
import {
  joinPlacebos,
  OUTCOME_DAYS,
  outcomeOf,
  type PlaceboGrowths,
  type PriceChangeMeasured,
  type PriceOutcome,
} from "../../domain/evaluation/outcome.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";

export type OutcomeRecord = typeof outcomes.$inferSelect;

/** What is kept of a changed price and what came of it. Plain JSON. */
export interface OutcomeBody {
  change: Omit<PriceChangeMeasured, "growth">;
  outcome: PriceOutcome;
}

export const OUTCOME_LIST = {
  source: sql`${outcomes}`,
  id: outcomes.seq,
  sorts: { at: outcomes.at, profit: outcomes.profit, sku: outcomes.sku },
  sort: "-at",
  search: [outcomes.sku, outcomes.category],
  facets: { category: outcomes.category, status: outcomes.status },
} as const satisfies ListShape;

/** The statements that keep what came of the shards' changed prices; those of a change are overwritten until it is final. */
export function saveOutcomes(
  { d1, now }: ServiceContext,
  parts: readonly { changes: PriceChangeMeasured[]; placebos: PlaceboGrowths }[],
  { revenueMiss }: Settings,
): { statements: D1PreparedStatement[]; measured: number; alarms: number } {
  const placebos = joinPlacebos(parts.map((part) => part.placebos));
  const rows = parts
    .flatMap(({ changes }) => changes)
    .flatMap((change) => {
      const outcome = outcomeOf(change, placebos, { revenueMiss });
      if (outcome === null) return [];
      const { growth: _, ...kept } = change;
      const { seq, sku, category, at, isFinal, pGain, isTrial } = change;
      const status = isFinal ? ("final" as const) : ("running" as const);
      return [
        {
          ...{ seq, sku, category, at, status, pGain, alarm: outcome.alarm, evaluatedAt: now },
          ...{ profit: outcome.effect.profit, share: outcome.share, shareSd: outcome.shareSd },
          ...{ expectedShare: outcome.expectedShare, isTrial },
          body: { change: kept, outcome } satisfies OutcomeBody,
        },
      ];
    });
  const alarms = rows.filter(({ alarm }) => alarm !== null).length;
  return { statements: bulkUpsert(d1, outcomes, rows), measured: rows.length, alarms };
}

interface OutcomeFilter {
  sku?: string | undefined;
  category?: string | undefined;
  status?: OutcomeRecord["status"] | undefined;
  alarm: boolean;
}

/** One page of outcomes. */
export async function listOutcomes(
  { db }: ServiceContext,
  query: ListQuery,
  { sku, category, status, alarm }: OutcomeFilter,
) {
  const filters = [
    is(outcomes.sku, sku),
    is(outcomes.category, category),
    is(outcomes.status, status),
    alarm ? isNotNull(outcomes.alarm) : undefined,
  ];
  return readPage(db, OUTCOME_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ outcome: outcomes, ...place })
        .from(outcomes)
        .$dynamic(),
    ),
  );
}

/** Outcomes that the calibration looks back on, and their time. */
const CALIBRATED_MAX = 20_000;
const CALIBRATED_MS = 365 * DAY_MS;

/** How often a gain came where one was said to come, over the decisions of a year whose outcome is final. */
export async function readCalibration({ db, now }: ServiceContext): Promise<Calibration & { n: number }> {
  const { pGain, share, shareSd, expectedShare, isTrial, category, at } = outcomes;
  const rows = await db
    .select({ pGain, share, shareSd, expectedShare, isTrial, category, at })
    .from(outcomes)
    .where(and(sql`${outcomes.status} = 'final'`, gt(outcomes.at, now - CALIBRATED_MS), gt(pGain, 0)))
    .orderBy(desc(outcomes.at))
    .limit(CALIBRATED_MAX);
  const changes = rows.map((row) => ({
    ...row,
    group: JSON.stringify([row.category, Math.floor(row.at / (OUTCOME_DAYS * DAY_MS))]),
  }));
  return { n: rows.length, ...calibration(changes) };
}

/** What the prices that were changed in some time have come to so far, in one currency. Money in minor units, of a day. */
export interface Impact {
  currency: string;
  /** changed prices that are measured; of them, those that earn more; and those that are offered to be taken back */
  prices: number;
  gained: number;
  alarms: number;
  profit: number;
  expectedProfit: number;
  units: number;
}

/** The sum of the outcomes of the last days, by currency, the largest first. */
export async function readImpact({ db, now }: ServiceContext, days: number): Promise<Impact[]> {
  const of = (path: string) => sql`json_extract(${outcomes.body}, ${sql.raw(`'$.${path}'`)})`;
  const currency = sql<string>`${of("change.currency")}`;
  const total = (what: SQL | SQLWrapper) => sql<number>`total(${what})`;
  return db
    .select({
      currency,
      prices: sql<number>`count(*)`,
      gained: total(sql`${outcomes.profit} > 0`),
      alarms: total(isNotNull(outcomes.alarm)),
      profit: total(outcomes.profit),
      expectedProfit: total(of("change.expected.profit")),
      units: total(of("outcome.effect.units")),
    })
    .from(outcomes)
    .where(gt(outcomes.at, now - days * DAY_MS))
    .groupBy(currency)
    .orderBy(desc(sql`count(*)`));
}
