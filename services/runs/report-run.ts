import { and, desc, eq, lt, or } from "drizzle-orm";
import { runs } from "../../db/schema.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import { RUN_PHASES } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";

export interface RunReport {
  run: typeof runs.$inferSelect;
  phase: string;
  shards: { total: number; done: number; failed: number };
}

/** Runs, newest first, with how far their phase is; `after` is the last of the page before. */
export async function listRuns(
  ctx: Pick<ServiceContext, "db" | "d1">,
  { limit, after }: { limit: number; after?: { createdAt: number; id: string } | undefined },
): Promise<RunReport[]> {
  const older = after && [
    lt(runs.createdAt, after.createdAt),
    and(eq(runs.createdAt, after.createdAt), lt(runs.id, after.id)),
  ];
  const rows = await ctx.db
    .select()
    .from(runs)
    .where(older && or(...older))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(limit);
  return withShards(ctx.d1, rows);
}

export async function reportRun(
  ctx: Pick<ServiceContext, "db" | "d1">,
  runId: string,
): Promise<RunReport | null> {
  const rows = await ctx.db.query.runs.findMany({ where: (table, { eq }) => eq(table.id, runId) });
  const [report] = await withShards(ctx.d1, rows);
  return report ?? null;
}

async function withShards(d1: D1Database, rows: (typeof runs.$inferSelect)[]): Promise<RunReport[]> {
  const { results } = await d1
    .prepare(
      `SELECT s.run_id AS runId, count(*) AS total, sum(s.status = 'done') AS done, sum(s.status = 'failed') AS failed
       FROM run_shards s JOIN runs r ON r.id = s.run_id AND r.phase = s.phase
       WHERE s.run_id IN (SELECT value FROM json_each(?1)) GROUP BY s.run_id`,
    )
    .bind(JSON.stringify(rows.map((run) => run.id)))
    .all<{ runId: string; total: number; done: number; failed: number }>();
  const shardsOf = new Map(results.map(({ runId, ...shards }) => [runId, shards]));
  return rows.map((run) => ({
    run,
    phase: phaseName(run.kind, run.phase),
    shards: shardsOf.get(run.id) ?? { total: 0, done: 0, failed: 0 },
  }));
}

function phaseName(kind: RunKind, phase: number): string {
  return RUN_PHASES[kind][phase]?.name ?? "end";
}
