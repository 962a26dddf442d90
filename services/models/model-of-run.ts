import { and, eq, sql } from "drizzle-orm";
import { counters, models } from "../../db/schema.ts";
import type { ModelKind } from "../../domain/messages/names.ts";
import type { ModelInRun } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";

export type ModelRecord = typeof models.$inferSelect;

/** The version in force of a kind; null before the first. */
export async function activeModel(
  { db }: Pick<ServiceContext, "db">,
  kind: ModelKind,
): Promise<ModelRecord | null> {
  const [row] = await db
    .select()
    .from(models)
    .where(and(eq(models.kind, kind), eq(models.status, "active")));
  return row ?? null;
}

/** The number and standing of what a run learns: in force at once where the settings approve of every night, or nothing is. */
export async function modelOfRun(
  ctx: Pick<ServiceContext, "db">,
  approval: "each_night" | "approved",
  asked: { isWhole: boolean; trigger?: ModelRecord["trigger"] | undefined; reason?: string | undefined },
): Promise<ModelInRun> {
  const active = await activeModel(ctx, "elasticity");
  const isFirst = active === null;
  return {
    version: asked.isWhole ? await nextVersion(ctx) : (active?.version ?? 0),
    isWhole: asked.isWhole,
    inForce: isFirst || approval === "each_night",
    trigger: isFirst ? "first" : (asked.trigger ?? "night"),
    ...(asked.reason !== undefined && { reason: asked.reason }),
  };
}

/** Gives out the next version; one whose run enters no model is left out. */
async function nextVersion({ db }: Pick<ServiceContext, "db">): Promise<number> {
  const [next] = await db
    .insert(counters)
    .values({ name: "model_version", value: sql`(SELECT coalesce(max(version), 0) + 1 FROM models)` })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + 1` } })
    .returning();
  return next!.value;
}
