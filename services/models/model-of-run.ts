import { and, eq, inArray, sql } from "drizzle-orm";
import { counters, models } from "../../db/schema.ts";
import { LEARNED_KINDS, type LearnedKind } from "../../domain/messages/names.ts";
import type { ServiceContext } from "../context.ts";

export type ModelRecord = typeof models.$inferSelect;

/** The version in force of a kind; null before the first. */
export async function activeModel(
  { db }: Pick<ServiceContext, "db">,
  kind: LearnedKind,
): Promise<ModelRecord | null> {
  const [row] = await db
    .select()
    .from(models)
    .where(and(eq(models.kind, kind), eq(models.status, "active")));
  return row ?? null;
}

/** Gives out the next version; one whose run ends before it enters a model is left out. */
export async function nextVersion({ db }: Pick<ServiceContext, "db">): Promise<number> {
  const isLearned = inArray(models.kind, [...LEARNED_KINDS]);
  const [next] = await db
    .insert(counters)
    .values({
      name: "model_version",
      value: sql`(SELECT coalesce(max(version), 0) + 1 FROM ${models} WHERE ${isLearned})`,
    })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + 1` } })
    .returning();
  return next!.value;
}
