import { and, asc, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { forecasts, proposals, runShards, runs } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { RetentionSettings } from "../../domain/settings/retention.ts";
import type { ServiceContext } from "../context.ts";
import { FORECASTS } from "../runs/learned-store.ts";
import { EXPLAINED } from "../runs/save-proposals.ts";
import { keepShardList } from "../runs/shard-list.ts";
import { archiveRows, removeObjects } from "./archive.ts";
import { modelsInUse } from "./model-files.ts";

const ENDED = ["done", "partial", "failed"] as const;
/** Runs seen to in one pass, each with some six calls; the others wait for the next night. */
const RUNS_MAX = 120;
/** Objects after which a pass ends: a thousand are listed in one call, and removed in another. */
const OBJECTS_MAX = 200_000;

/** What only the phases of the run itself read, and the run after it. */
const WORK = [
  "proposed",
  "statistics",
  "identified",
  "filter",
  "days-of",
  "days",
  "hours-of",
  "weekly",
  "alone",
  "measured",
  "backtested",
];
/** What the newest forecasts of SKUs consist of. */
const FORECAST_PARTS = [FORECASTS, "hours"];

/** How much of a run the bucket still keeps: all; what replays and shows it; what the newest forecasts need of it. */
const STORED = { all: 0, details: 1, forecasts: 2 } as const;

interface RunRow {
  id: string;
  stored: number;
  finishedAt: number;
}

/** Runs that are still needed, whatever their age. */
interface InUse {
  /** of a proposal that is there */
  proposed: Set<string>;
  /** of the newest forecast of some SKU, or of a version that can be put in force */
  forecast: Set<string>;
  /** of the snapshots of a run that still has its own */
  base: Set<string>;
  /** the newest elasticity run of the whole catalogue: the next goes on from it */
  previous: string | null;
}

/** Removes from the bucket, and of its rows, what is no longer needed of ended runs. Answers how many objects went. */
export async function removeRunFiles(
  ctx: ServiceContext,
  asOf: number,
  settings: RetentionSettings,
): Promise<number> {
  const inUse = await runsInUse(ctx, asOf, settings);
  const workBefore = asOf - settings.runWorkDays * DAY_MS;
  const detailsBefore = asOf - settings.runDetailDays * DAY_MS;
  const rows = await ctx.db
    .select({ id: runs.id, stored: runs.stored, finishedAt: sql<number>`${runs.finishedAt}` })
    .from(runs)
    .where(
      and(
        inArray(runs.status, [...ENDED]),
        lt(runs.createdAt, workBefore),
        lt(runs.finishedAt, workBefore),
        lt(runs.stored, STORED.forecasts),
        // those whose details are to stay are not looked at every night
        sql`(${runs.stored} = ${STORED.all} OR ${runs.finishedAt} < ${detailsBefore})`,
      ),
    )
    .orderBy(asc(runs.createdAt))
    .limit(RUNS_MAX);
  let removed = 0;
  for (const run of rows) {
    if (run.id === inUse.previous) continue;
    if (removed > OBJECTS_MAX) break;
    if (run.stored === STORED.all) removed += await removeWork(ctx, run);
    if (run.finishedAt < detailsBefore && !inUse.proposed.has(run.id) && !inUse.base.has(run.id))
      removed += await removeDetails(ctx, run, inUse);
  }
  return removed;
}

async function runsInUse(ctx: ServiceContext, asOf: number, settings: RetentionSettings): Promise<InUse> {
  const { db } = ctx;
  const models = await modelsInUse(ctx, asOf, settings);
  const [proposed, forecast, base, [previous]] = await db.batch([
    db.selectDistinct({ id: proposals.runId }).from(proposals).where(isNotNull(proposals.runId)),
    db.selectDistinct({ id: forecasts.runId }).from(forecasts),
    db
      .selectDistinct({ id: sql<string>`${runs.base}` })
      .from(runs)
      .where(and(isNotNull(runs.base), lt(runs.stored, STORED.forecasts))),
    db.select({ id: sql<string>`id` }).from(
      sql`(SELECT ${runs.id} FROM ${runs} WHERE ${runs.kind} = 'elasticity' AND ${runs.status} IN ('done', 'partial')
          AND ${runs.dryRun} = 0 AND ${runs.scope} = '{}' AND ${runs.decisionHash} IS NOT NULL
          ORDER BY ${runs.asOf} DESC, ${runs.id} DESC LIMIT 1)`,
    ),
  ]);
  return {
    proposed: new Set(proposed.flatMap(({ id }) => id ?? [])),
    forecast: new Set([...forecast.map(({ id }) => id), ...models]),
    base: new Set(base.map(({ id }) => id)),
    previous: previous?.id ?? null,
  };
}

/** The list of the run's shards moves from its rows to the bucket; what the phases handed to each other goes. */
async function removeWork(ctx: ServiceContext, { id }: RunRow): Promise<number> {
  await keepShardList(ctx, id);
  const isWork = (key: string) => WORK.some((part) => key.startsWith(`runs/${id}/${part}/`));
  const removed = await removeObjects(ctx.lake, `runs/${id}/`, (key) => !isWork(key));
  const { d1, db } = ctx;
  await d1.batch([
    prepare(d1, db.delete(runShards).where(eq(runShards.runId, id))),
    prepare(
      d1,
      db
        .update(runs)
        .set({
          stored: STORED.details,
          // the SKUs of a run stand in the list of its shards
          scope: sql`CASE WHEN ${runs.scope} ->> 'skus' IS NULL THEN ${runs.scope}
            ELSE json_set(${runs.scope}, '$.skus', json('[]'), '$.named', json_array_length(${runs.scope}, '$.skus')) END`,
        })
        .where(eq(runs.id, id)),
    ),
  ]);
  return removed;
}

async function removeDetails(
  { db, lake }: ServiceContext,
  { id }: RunRow,
  { forecast }: InUse,
): Promise<number> {
  const parts = forecast.has(id) ? [EXPLAINED, ...FORECAST_PARTS] : [EXPLAINED];
  const kept = parts.map((part) => `runs/${id}/${part}/`);
  const removed = await removeObjects(lake, `runs/${id}/`, (key) =>
    kept.some((prefix) => key.startsWith(prefix)),
  );
  await db.update(runs).set({ stored: STORED.forecasts }).where(eq(runs.id, id));
  return removed;
}

/**
 * Archives and removes runs that are old, and that nothing refers to any more; what they said of their proposals belongs
 * to the archive. Answers how many went.
 */
export async function removeRuns(
  ctx: ServiceContext,
  asOf: number,
  settings: RetentionSettings,
): Promise<number> {
  const { forecast } = await runsInUse(ctx, asOf, settings);
  const before = asOf - settings.runDays * DAY_MS;
  const found = await ctx.db
    .select()
    .from(runs)
    .where(
      and(
        inArray(runs.status, [...ENDED]),
        lt(runs.createdAt, before),
        lt(runs.finishedAt, before),
        eq(runs.stored, STORED.forecasts),
      ),
    )
    .orderBy(asc(runs.createdAt))
    .limit(RUNS_MAX);
  const rows = found.filter(({ id }) => !forecast.has(id));
  if (rows.length === 0) return 0;
  await archiveRows(ctx.lake, "runs", asOf, rows);
  const isExplanation = (id: string) => (key: string) => key.startsWith(`runs/${id}/${EXPLAINED}/`);
  for (const { id } of rows) await removeObjects(ctx.lake, `runs/${id}/`, isExplanation(id));
  await ctx.db.delete(runs).where(
    isAmong(
      runs.id,
      rows.map(({ id }) => id),
    ),
  );
  return rows.length;
}
