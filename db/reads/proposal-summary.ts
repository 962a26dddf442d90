import { and, count, desc, eq, gte, isNotNull, sql } from "drizzle-orm";
import { DAY_MS } from "../../domain/base/time.ts";
import type { Database } from "../database.ts";
import { is } from "../list.ts";
import { forecasts, proposals, runs } from "../schema.ts";
import { hasStatus } from "./proposals.ts";

/** A proposal is decided within so many days of its making, or expires. */
const DECIDED_WITHIN_MS = 14 * DAY_MS;

/** What waits for a decision, in one currency: means are over the proposals; profit in minor units. */
const PENDING = {
  currency: proposals.currency,
  proposals: count(),
  up: sql<number>`sum(${proposals.to} > ${proposals.from})`,
  down: sql<number>`sum(${proposals.to} < ${proposals.from})`,
  highRisk: sql<number>`sum(${proposals.risk} = 'HIGH')`,
  /** of products whose prices go by the forecast of the cheapest competitor */
  byForecast: sql<number>`coalesce(sum(${forecasts.usesForecast}), 0)`,
  profit: sql<number>`coalesce(sum(json_extract(${proposals.expected}, '$.delta.profit')), 0)`,
  units: sql<number>`coalesce(sum(json_extract(${proposals.expected}, '$.delta.units')), 0)`,
  unitsNow: sql<number>`coalesce(sum(json_extract(${proposals.expected}, '$.atCurrent.units')), 0)`,
};

/** What the pending proposals come to by currency, how many were decided lately, and what the last run proposed. */
export async function summariseProposals(db: Database, category: string | undefined, now: number) {
  const ofCategory = is(proposals.category, category);
  const decided = and(
    gte(proposals.createdAt, now - DECIDED_WITHIN_MS),
    gte(proposals.decidedAt, now - DAY_MS),
    ofCategory,
  );
  const [pending, [approved], byStatus, [lastRun]] = await Promise.all([
    db
      .select(PENDING)
      .from(proposals)
      .leftJoin(forecasts, eq(forecasts.sku, proposals.sku))
      .where(and(hasStatus("pending"), ofCategory))
      .groupBy(proposals.currency)
      .orderBy(desc(count())),
    db
      .select({ proposals: count() })
      .from(proposals)
      .where(and(hasStatus("approved"), ofCategory)),
    db
      .select({ status: proposals.status, proposals: count() })
      .from(proposals)
      .where(decided)
      .groupBy(proposals.status),
    db
      .select({
        ...{ id: runs.id, finishedAt: runs.finishedAt },
        proposed: sql<number | null>`${runs.counts} ->> 'proposed'`,
      })
      .from(runs)
      .where(and(eq(runs.kind, "proposals"), isNotNull(runs.finishedAt)))
      .orderBy(desc(runs.finishedAt))
      .limit(1),
  ]);
  const of = (status: (typeof byStatus)[number]["status"]) =>
    byStatus.find((row) => row.status === status)?.proposals ?? 0;
  return {
    pending,
    scheduled: approved?.proposals ?? 0,
    lastDay: { applied: of("applied"), rejected: of("rejected") },
    lastRun: lastRun ?? null,
  };
}
