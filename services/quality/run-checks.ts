import { desc, eq, lt, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListPage, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { qualityChecks, qualityHistory } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { DAY_MS, SECOND_MS } from "../../domain/base/time.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import { labelKey } from "../../domain/metrics/open-metrics.ts";
import { giveWay } from "../give-way.ts";
import { setSamples } from "../metrics/save-samples.ts";
import type { QualityCheck, QualityContext } from "./check.ts";
import { EVENT_CHECKS } from "./event-checks.ts";
import { INSTALL_CHECKS } from "./install-checks.ts";
import { SHOP_CHECKS } from "./shop-checks.ts";

export const QUALITY_CHECKS: readonly QualityCheck[] = [...SHOP_CHECKS, ...EVENT_CHECKS, ...INSTALL_CHECKS];

export type QualityResult = typeof qualityChecks.$inferSelect;

const HISTORY_KEPT_MS = 90 * DAY_MS;

/** Makes every check, and keeps what each found. A check that cannot be made is `broken`, and keeps no other from being made. */
export async function runQualityChecks(ctx: QualityContext): Promise<QualityResult[]> {
  const known = new Map((await ctx.db.select().from(qualityChecks)).map((row) => [row.name, row]));
  const results: QualityResult[] = [];
  for (const check of QUALITY_CHECKS) {
    results.push(await resultOf(ctx, check, known.get(check.name)));
    await giveWay(ctx);
  }
  const history = results.map(({ name, status, failing }) => ({ name, at: ctx.now, status, failing }));
  const failing = Object.fromEntries(results.map(({ name, failing }) => [labelKey(name), failing]));
  const broken = results.filter(({ status }) => status === "broken").length;
  await commitBatch(ctx.d1, [
    ...bulkUpsert(ctx.d1, qualityChecks, results),
    ...bulkUpsert(ctx.d1, qualityHistory, history),
    prepare(ctx.d1, ctx.db.delete(qualityHistory).where(lt(qualityHistory.at, ctx.now - HISTORY_KEPT_MS))),
    ...setSamples(
      ctx.d1,
      "quality",
      {
        qualityFailing: failing,
        qualityBroken: { [labelKey()]: broken },
        qualityAt: { [labelKey()]: ctx.now / SECOND_MS },
      },
      ctx.now,
    ),
  ]);
  return results;
}

async function resultOf(
  ctx: QualityContext,
  { name, area, description, run }: QualityCheck,
  before: QualityResult | undefined,
): Promise<QualityResult> {
  const head = { name, area, description, checkedAt: ctx.now };
  const since = (status: QualityResult["status"]) => (before?.status === status ? before.since : ctx.now);
  try {
    const { failing, rows, query = null } = await run(ctx);
    const status = failing === 0 ? "ok" : "failing";
    return { ...head, status, failing, rows, detail: query, since: since(status) };
  } catch (error) {
    const detail = failureMessage(error);
    console.error({ event: "quality.check_broken", check: name, error: detail });
    return { ...head, status: "broken", failing: 0, rows: [], detail, since: since("broken") };
  }
}

export const QUALITY_LIST = {
  source: sql`${qualityChecks}`,
  id: qualityChecks.name,
  sorts: {
    ...{ name: qualityChecks.name, area: qualityChecks.area, failing: qualityChecks.failing },
    ...{ since: qualityChecks.since, status: sql`(${qualityChecks.status} = 'ok')` },
  },
  sort: "status",
  search: [qualityChecks.name, qualityChecks.description],
  facets: { status: qualityChecks.status, area: qualityChecks.area },
} as const satisfies ListShape;

/** One page of the checks with what they found last, those that fail first. */
export function listQuality(
  db: Database,
  query: ListQuery,
  { status, area }: { status?: QualityResult["status"] | undefined; area?: string | undefined },
): Promise<ListPage<{ check: QualityResult }>> {
  const filters = [is(qualityChecks.status, status), is(qualityChecks.area, area)];
  return readPage(db, QUALITY_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ check: qualityChecks, ...place })
        .from(qualityChecks)
        .$dynamic(),
    ),
  );
}

/** A check with what it found the last hundred times, newest first; null if there is none of that name. */
export async function readQuality(db: Database, name: string) {
  const [[check], history] = await Promise.all([
    db.select().from(qualityChecks).where(eq(qualityChecks.name, name)),
    db
      .select()
      .from(qualityHistory)
      .where(eq(qualityHistory.name, name))
      .orderBy(desc(qualityHistory.at))
      .limit(100),
  ]);
  return check === undefined ? null : { check, history };
}
