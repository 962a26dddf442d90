import { eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { runs } from "../../db/schema.ts";
import { type Packed, packSnapshot, unpackSnapshots } from "../../domain/learning/features/day-table.ts";
import type { SkuFeatures } from "../../domain/learning/features/sku-features.ts";
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

/** What a run reads of one SKU, whatever its kind. */
type Snapshot = { features: SkuFeatures };

/** Keeps what a shard of a run read: every decision can be computed again from it. */
export function putSnapshots(
  lake: R2Bucket,
  runId: string,
  shard: number,
  snapshots: readonly Snapshot[],
): Promise<void> {
  return putJson(lake, resultKey(runId, "snapshot", shard), snapshots.map(packSnapshot));
}

/** What a shard of a run read. @throws Error if the object is missing */
export async function getSnapshots<T extends Snapshot>(
  lake: R2Bucket,
  runId: string,
  shard: number,
): Promise<T[]> {
  return unpackSnapshots(await getJson<Packed<T>[]>(lake, resultKey(runId, "snapshot", shard)));
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
