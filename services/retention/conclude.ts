import { and, eq } from "drizzle-orm";
import { runShards } from "../../db/schema.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardJob, ShardResult } from "../runs/run-record.ts";

/** Last phase of a retention run: adds up what went, and tells the audit. */
export async function concludeRetention(ctx: ServiceContext, { run }: ShardJob): Promise<ShardResult> {
  const rows = await ctx.db
    .select({ counts: runShards.counts })
    .from(runShards)
    .where(and(eq(runShards.runId, run.id), eq(runShards.phase, 0), eq(runShards.status, "done")));
  const removed = Object.fromEntries(
    rows.flatMap(({ counts }) => (counts?.removed ? [[String(counts.part), Number(counts.removed)]] : [])),
  );
  if (!run.dryRun && Object.keys(removed).length > 0)
    await commitChained(ctx, {
      audit: [{ action: "data.archive", subject: run.id, detail: { removed } }],
      statements: () => [],
    });
  return { statements: [], counts: {}, run: { counts: { removed } } };
}
