import { gunzipSync, gzipSync } from "node:zlib";
import { and, eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { runShards, runs, settings } from "../../db/schema.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import type { PastSpan, SkuHistory } from "../../domain/messages/shard.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { readStored } from "../../domain/settings/stored-settings.ts";
import type { Ports } from "../ports.ts";

export type RunRecord = Omit<typeof runs.$inferSelect, "settings"> & { settings: Settings };

/** Where the results of a run live in the bucket. */
export type Lake = { lake: R2Bucket };

/** What the SKUs' objects know of the market and of their sales, at or before `asOf`; with `past`, demand of that span. */
export type ReadHistories = (skus: readonly string[], asOf: number, past?: PastSpan) => Promise<SkuHistory[]>;

/** One shard of one phase, with what it may read. */
export interface ShardJob {
  run: RunRecord;
  shard: number;
  skus: readonly string[];
  readHistories: ReadHistories;
  ports: Ports;
}

/** The SKUs that are read, as they were at a moment, under these settings. */
export type SkuQuestion = Pick<ShardJob, "skus" | "readHistories"> & {
  run: Pick<RunRecord, "asOf" | "settings">;
};

/** What a shard computed: written in the batch that marks it done. */
export interface ShardResult {
  statements: D1PreparedStatement[];
  counts: Record<string, unknown>;
  /** of the whole run, set by its last phase */
  run?: { counts: Record<string, unknown>; decisionHash?: string };
}

/** A run with the settings it was started under; null if there is none. */
export async function readRun(db: Database, runId: string): Promise<RunRecord | null> {
  const [row] = await db
    .select({ run: runs, startedUnder: settings.body })
    .from(runs)
    .leftJoin(settings, eq(settings.version, runs.settingsVersion))
    .where(eq(runs.id, runId));
  if (!row) return null;
  // of a fresh install the defaults
  const body = row.run.settingsVersion === null ? row.run.settings : (row.startedUnder ?? {});
  return { ...row.run, settings: readStored(body) };
}

/** Condition: one shard of one phase of a run. */
export function isShard({ runId, phase, shard }: Pick<RunShardMessage, "runId" | "phase" | "shard">) {
  return and(eq(runShards.runId, runId), eq(runShards.phase, phase), eq(runShards.shard, shard));
}

/** What the shards of a run counted, of all its phases. */
export async function countsOf({ db }: { db: Database }, runId: string): Promise<Record<string, unknown>[]> {
  const rows = await db
    .select({ counts: runShards.counts })
    .from(runShards)
    .where(eq(runShards.runId, runId));
  return rows.flatMap(({ counts }) => (counts === null ? [] : [counts]));
}

/** Where a run keeps what one shard of a phase computed. */
export function resultKey(runId: string, phase: string, shard: number): string {
  return `${resultPrefix(runId, phase)}${String(shard).padStart(5, "0")}.json`;
}

/** What the keys of a phase's results begin with. */
export function resultPrefix(runId: string, phase: string): string {
  return `runs/${runId}/${phase}/`;
}

/** The shard whose result a key names. */
export function shardOfKey(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf("/") + 1), 10);
}

/** A longer text is packed, to a third up to a tenth of it: a megabyte takes some 15 ms. */
const PACKED_FROM = 1_024;
/** How a text is packed. */
export interface Packing {
  level?: number;
}
/** What is not kept for long is packed in a third of the time, a sixth larger. */
export const QUICKLY: Packing = { level: 1 };

/** Keeps what the phases of a run hand to each other. */
export function passJson(lake: R2Bucket, key: string, value: unknown): Promise<void> {
  return putJson(lake, key, value, QUICKLY);
}

export function putJson(lake: R2Bucket, key: string, value: unknown, packing?: Packing): Promise<void> {
  return putText(lake, key, JSON.stringify(value), packing);
}

/** Keeps JSON that is text already. */
export async function putText(
  lake: R2Bucket,
  key: string,
  text: string,
  packing: Packing = {},
): Promise<void> {
  const httpMetadata = { contentType: "application/json" };
  if (text.length < PACKED_FROM) await lake.put(key, text, { httpMetadata });
  else
    await lake.put(key, gzipSync(text, packing), {
      httpMetadata: { ...httpMetadata, contentEncoding: "gzip" },
    });
}

/** @throws Error if the object is missing: an earlier phase wrote it, so the shard is tried again */
export async function getJson<T>(lake: R2Bucket, key: string): Promise<T> {
  const value = await findJson<T>(lake, key);
  if (value === null) throw new Error(`missing ${key}`);
  return value;
}

/** The value kept under a key; null if there is none. */
export async function findJson<T>(lake: R2Bucket, key: string): Promise<T | null> {
  const text = await findText(lake, key);
  return text === null ? null : (JSON.parse(text) as T);
}

/** The same as text. */
export async function findText(lake: R2Bucket, key: string): Promise<string | null> {
  const object = await lake.get(key);
  if (object === null) return null;
  if (object.httpMetadata?.contentEncoding !== "gzip") return object.text();
  return gunzipSync(await object.bytes()).toString();
}
