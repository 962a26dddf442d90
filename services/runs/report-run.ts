import { and, count, eq, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListPage, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { runShards, runs } from "../../db/schema.ts";
import { phaseOf } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";

export interface RunReport {
  run: typeof runs.$inferSelect;
  phase: string;
  shards: { total: number; done: number; failed: number };
}

export const RUN_LIST = {
  source: sql`${runs}`,
  id: runs.id,
  sorts: { createdAt: runs.createdAt },
  sort: "-createdAt",
  search: [runs.id, runs.actor],
  facets: { kind: runs.kind, status: runs.status },
} as const satisfies ListShape;

interface RunFilter {
  kind?: RunReport["run"]["kind"] | undefined;
  status?: RunReport["run"]["status"] | undefined;
}

/** One page of runs, with how far their phase is. */
export async function listRuns(
  { db }: Pick<ServiceContext, "db">,
  query: ListQuery,
  { kind, status }: RunFilter,
): Promise<ListPage<RunReport>> {
  const filters = [is(runs.kind, kind), is(runs.status, status)];
  const page = await readPage(db, RUN_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ run: runs, ...place })
        .from(runs)
        .$dynamic(),
    ),
  );
  const reports = await withShards(
    db,
    page.rows.map(({ run }) => run),
  );
  return { ...page, rows: reports };
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
