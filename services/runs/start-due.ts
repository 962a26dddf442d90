import { civilDay, MINUTE_MS } from "../../domain/base/time.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { startRun } from "./start-run.ts";

interface LastRun {
  kind: string;
  status: string;
  createdAt: number;
}

/**
 * Starts the runs whose time has come: once a night elasticity, and every few minutes proposals for the SKUs whose
 * inputs changed since the last decision. A kind that is still running is not started again.
 */
export async function startDueRuns(
  ctx: ServiceContext,
  objectOf: (sku: string) => number,
): Promise<RunShardMessage[]> {
  const { settings } = await readSettings(ctx.d1);
  const { results } = await ctx.d1
    .prepare(
      // a run that somebody started looks at what they chose: it does not stand in for a scheduled one
      `SELECT kind, status, max(created_at) AS createdAt FROM runs WHERE actor = ?1 GROUP BY kind`,
    )
    .bind(actorLabel(ctx.actor))
    .all<LastRun>();
  const last = new Map(results.map((run) => [run.kind, run]));
  const wake: RunShardMessage[] = [];
  const night = last.get("elasticity");
  const hasDemand = await ctx.d1.prepare("SELECT 1 FROM demand_days LIMIT 1").first();
  if (hasDemand && isNightDue(ctx.now, settings.timeZone, settings.nightAt, night?.createdAt ?? null)) {
    const started = await startRun(ctx, { kind: "elasticity", objectOf });
    wake.push(...started.wake);
  }
  const previous = last.get("proposals");
  const isRunning = previous?.status === "queued" || previous?.status === "running";
  const isDue =
    ctx.now - (previous?.createdAt ?? 0) >= settings.proposalsEveryMinutes * MINUTE_MS - MINUTE_MS / 2;
  if (!isRunning && isDue) {
    const skus = await skusWithChangedInputs(ctx, previous?.createdAt ?? 0);
    if (skus.length > 0)
      wake.push(...(await startRun(ctx, { kind: "proposals", scope: { skus }, objectOf })).wake);
  }
  return wake;
}

/** Whether the night's hour of this civil day has come and its run has not been started. */
function isNightDue(now: number, timeZone: string, nightAt: string, lastNightAt: number | null): boolean {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(
    now,
  );
  if (clock < nightAt) return false;
  if (lastNightAt === null) return true;
  return civilDay(lastNightAt, timeZone) < civilDay(now, timeZone);
}

/**
 * Active SKUs that have an elasticity and whose offers, catalogue row or elasticity changed since. An elasticity counts
 * from the end of its run: proposals may have been due while it still ran.
 */
async function skusWithChangedInputs(ctx: ServiceContext, since: number): Promise<string[]> {
  const { results } = await ctx.d1
    .prepare(
      `SELECT p.sku FROM products p JOIN elasticities e ON e.sku = p.sku
       WHERE p.status = 'active' AND (p.updated_at > ?1
         OR EXISTS (SELECT 1 FROM runs r WHERE r.id = e.run_id AND r.finished_at > ?1)
         OR EXISTS (SELECT 1 FROM offers o WHERE o.sku = p.sku AND o.received_at > ?1))
       ORDER BY p.sku`,
    )
    .bind(since)
    .all<{ sku: string }>();
  return results.map(({ sku }) => sku);
}
