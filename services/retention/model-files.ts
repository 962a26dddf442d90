import { and, eq, gt, gte, or } from "drizzle-orm";
import { models } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { RetentionSettings } from "../../domain/settings/retention.ts";
import { type ServiceContext, timeOfId } from "../context.ts";
import { MODEL_FILES } from "../models/model-files.ts";
import { foldersIn, removeObjects } from "./archive.ts";

/** The runs of the versions that are in force, may still be approved, or can be gone back to. */
export async function modelsInUse(
  { db }: Pick<ServiceContext, "db">,
  asOf: number,
  { modelDays }: RetentionSettings,
): Promise<string[]> {
  const { runId, status, createdAt, expiresAt } = models;
  const isWaiting = and(eq(status, "candidate"), gt(expiresAt, asOf));
  const rows = await db
    .selectDistinct({ runId })
    .from(models)
    .where(or(eq(status, "active"), isWaiting, gte(createdAt, asOf - modelDays * DAY_MS)));
  return rows.map((row) => row.runId);
}

/** Removes what old versions had learned: they can no longer be put in force. Answers how many objects went. */
export async function removeModelFiles(
  ctx: ServiceContext,
  asOf: number,
  settings: RetentionSettings,
): Promise<number> {
  const inUse = new Set(await modelsInUse(ctx, asOf, settings));
  const before = asOf - settings.modelDays * DAY_MS;
  let removed = 0;
  for (const folder of await foldersIn(ctx.lake, MODEL_FILES)) {
    const runId = folder.slice(MODEL_FILES.length, -1);
    // a run that has not ended yet has entered no version
    if ((timeOfId(runId) ?? before) < before && !inUse.has(runId))
      removed += await removeObjects(ctx.lake, folder);
  }
  return removed;
}
