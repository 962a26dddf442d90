import { and, count, desc, eq, lt, or, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { runShards, runs } from "../../db/schema.ts";
import { phaseOf } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";

export interface RunReport {
  run: typeof runs.$inferSelect;
  phase: string;
  shards: { total: number; done: number; failed: number };
}

/** Runs, newest first, with how far their phase is; `after` is the last of the page before. */
export async function listRuns(
  { db }: Pick<ServiceContext, "db">,
  { limit, after }: { limit: number; after?: { createdAt: number; id: string } | undefined },
): Promise<RunReport[]> {
  const older = after && [
    lt(runs.createdAt, after.createdAt),
    and(eq(runs.createdAt, after.createdAt), lt(runs.id, after.id)),
  ];
  const rows = await db
    .select()
    .from(runs)
    .where(older && or(...older))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(limit);
  return withShards(db, rows);
}

export async function reportRun(
  { db }: Pick<ServiceContext, "db">,
  runId: string,
): Promise<RunReport | null> {
  const [report] = await withShards(db, await db.select().from(runs).where(eq(runs.id, runId)));
  return report ?? null;
}

async function withShards(db: Database, rows: (typeof runs.$inferSelect)[]): Promise<RunReport[]> {
  const counted = await db
    .select({
      runId: runShards.runId,
      total: count(),
      done: sql<number>`sum(${runShards.status} = 'done')`,
      failed: sql<number>`sum(${runShards.status} = 'failed')`,
    })
    .from(runShards)
    .innerJoin(runs, and(eq(runs.id, runShards.runId), eq(runs.phase, runShards.phase)))
    .where(
      isAmong(
        runShards.runId,
        rows.map(({ id }) => id),
      ),
    )
    .groupBy(runShards.runId);
  const shardsOf = new Map(counted.map(({ runId, ...shards }) => [runId, shards]));
  return rows.map((run) => ({
    run,
    phase: phaseOf(run.kind, run.phase)?.name ?? "end",
    shards: shardsOf.get(run.id) ?? { total: 0, done: 0, failed: 0 },
  }));
}
