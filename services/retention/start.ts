import { eq, max } from "drizzle-orm";
import { runs } from "../../db/schema.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import type { ServiceContext } from "../context.ts";
import { isNightDue, startRun } from "../runs/start-run.ts";
import { readSettings } from "../settings/settings.ts";

/** Starts the night's retention run, once its hour of this civil day has come. Answers its wake-ups. */
export async function startDueRetention(ctx: ServiceContext): Promise<RunShardMessage[]> {
  const { settings } = await readSettings(ctx.d1);
  const [last] = await ctx.db
    .select({ at: max(runs.createdAt) })
    .from(runs)
    .where(eq(runs.kind, "retention"));
  if (!isNightDue(ctx.now, settings.timeZone, settings.retention.at, last?.at ?? null)) return [];
  const { wake } = await startRun(ctx, { kind: "retention", objectOf: () => 0 });
  return wake;
}
