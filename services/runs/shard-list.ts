import { and, asc, eq, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { runShards } from "../../db/schema.ts";
import { findJson, type Lake, putJson } from "./run-record.ts";

/** A shard of a run's phase; its SKUs stand with the first phase. */
interface ListedShard {
  phase: number;
  shard: number;
  status: string;
  skus: string[] | null;
}

type Stores = Lake & { db: Database };

/** Some days after a run has ended, its shards are no longer rows: the bucket keeps them as one object. */
function listKey(runId: string): string {
  return `runs/${runId}/shards.json`;
}

/** Puts the list of a run's shards into the bucket; without rows it is there already. */
export async function keepShardList({ db, lake }: Stores, runId: string): Promise<void> {
  const { phase, shard, status, skus } = runShards;
  const rows = await db
    .select({ phase, shard, status, skus })
    .from(runShards)
    .where(eq(runShards.runId, runId))
    .orderBy(asc(phase), asc(shard));
  if (rows.length > 0) await putJson(lake, listKey(runId), rows satisfies ListedShard[]);
}

async function listedShards({ lake }: Lake, runId: string, phase: number): Promise<ListedShard[]> {
  const listed = (await findJson<ListedShard[]>(lake, listKey(runId))) ?? [];
  return listed.filter((one) => one.phase === phase && one.status === "done");
}

/** The shards of a phase that ended well, in order. */
export async function doneShards(stores: Stores, runId: string, phase: number): Promise<number[]> {
  const rows = await stores.db
    .select({ shard: runShards.shard })
    .from(runShards)
    .where(and(eq(runShards.runId, runId), eq(runShards.phase, phase), eq(runShards.status, "done")))
    .orderBy(runShards.shard);
  const found = rows.length > 0 ? rows : await listedShards(stores, runId, phase);
  return found.map(({ shard }) => shard);
}

/** The shards of the first phase that ended well, in order, with their SKUs. */
export async function shardSkus(
  stores: Stores,
  runId: string,
): Promise<{ shard: number; skus: readonly string[] }[]> {
  const rows = await stores.db
    .select({ shard: runShards.shard, skus: runShards.skus })
    .from(runShards)
    .where(and(eq(runShards.runId, runId), eq(runShards.phase, 0), eq(runShards.status, "done")))
    .orderBy(asc(runShards.shard));
  const found = rows.length > 0 ? rows : await listedShards(stores, runId, 0);
  return found.map(({ shard, skus }) => ({ shard, skus: skus ?? [] }));
}

/** Of the first phase's shards that ended well, those that hold any of the SKUs; none if none was in the run. */
export async function shardsOfSkus(
  stores: Stores,
  runId: string,
  skus: readonly string[],
): Promise<number[]> {
  const holds = sql`EXISTS (SELECT 1 FROM json_each(${runShards.skus}) WHERE ${isAmong(sql`value`, skus)})`;
  const ofRun = and(eq(runShards.runId, runId), eq(runShards.phase, 0));
  const [rows, [any]] = await stores.db.batch([
    stores.db
      .select({ shard: runShards.shard })
      .from(runShards)
      .where(and(ofRun, eq(runShards.status, "done"), holds)),
    stores.db.select({ shard: runShards.shard }).from(runShards).where(ofRun).limit(1),
  ]);
  if (any !== undefined) return rows.map(({ shard }) => shard);
  const listed = await listedShards(stores, runId, 0);
  return listed.filter((one) => skus.some((sku) => one.skus?.includes(sku))).map(({ shard }) => shard);
}
