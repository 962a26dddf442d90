import { eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { runs } from "../../db/schema.ts";
import { Settings } from "../../domain/settings/settings.ts";

export type RunRecord = Omit<typeof runs.$inferSelect, "settings"> & { settings: Settings };

/** A run with the settings it was started under; null if there is none. */
export async function readRun(db: Database, runId: string): Promise<RunRecord | null> {
  const [row] = await db.select().from(runs).where(eq(runs.id, runId));
  return row ? { ...row, settings: Settings.parse(row.settings) } : null;
}

/** Where a run keeps what one shard of a phase computed. */
export function resultKey(runId: string, phase: string, shard: number): string {
  return `runs/${runId}/${phase}/${String(shard).padStart(5, "0")}.json`;
}

/** Where a run keeps what it read: every decision can be computed again from it. */
export function snapshotKey(runId: string, shard: number): string {
  return resultKey(runId, "snapshot", shard);
}

export async function putJson(lake: R2Bucket, key: string, value: unknown): Promise<void> {
  await lake.put(key, JSON.stringify(value), { httpMetadata: { contentType: "application/json" } });
}

/** @throws Error if the object is missing: an earlier phase wrote it, so the shard is tried again */
export async function getJson<T>(lake: R2Bucket, key: string): Promise<T> {
  const object = await lake.get(key);
  if (!object) throw new Error(`missing ${key}`);
  return object.json<T>();
}

/** The shards of a phase that ended well, in order. */
export async function doneShards(ctx: { d1: D1Database }, runId: string, phase: number): Promise<number[]> {
  const { results } = await ctx.d1
    .prepare(
      "SELECT shard FROM run_shards WHERE run_id = ?1 AND phase = ?2 AND status = 'done' ORDER BY shard",
    )
    .bind(runId, phase)
    .all<{ shard: number }>();
  return results.map(({ shard }) => shard);
}
