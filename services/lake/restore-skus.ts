import { and, asc, eq, gt, gte, inArray, isNull, or } from "drizzle-orm";
import { lakeParts } from "../../db/schema.ts";
import { postedRowOf } from "../../domain/lake/posted-rows.ts";
import type { LakeRow } from "../../domain/lake/tables.ts";
import { batchKeyOf, chunkIdOf } from "../../domain/messages/batch.ts";
import { BATCH_KINDS, type BatchKind } from "../../domain/messages/queue.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import type { DeliveryContext } from "../ingest/deliver.ts";
import type { Delivery } from "../ingest/delivery.ts";
import { loadIngestContext } from "../ingest/load-context.ts";
import { observeShards } from "../ingest/observe-shards.ts";
import { projectDeliveries } from "../ingest/project-deliveries.ts";
import { readPart } from "./compact-lake.ts";

/** Most files of one call. */
const FILES_MAX = 10;
/** A call ends when so many rows were handed over. */
const ROWS_ENOUGH = 20_000;
/** Rows that are handed over together: other requests have their turn in between. */
const ROWS_TOGETHER = 500;

/** Where a restore has come to: a file, in the order of dates, and how many of its wanted rows were handed over. */
export interface RestorePlace {
  date: string;
  key: string;
  /** null: all of them */
  rows: number | null;
}

type RestoreContext = DeliveryContext & Pick<ServiceContext, "db" | "lake" | "sleep">;

export interface Restored {
  files: number;
  rows: number;
  /** null when all files have been read */
  next: RestorePlace | null;
}

/**
 * Hands the rows that the lake has of some SKUs to their shards again, file by file in the order of time, and projects
 * what comes of it. A row carries the chunk that brought it, so a shard that knows it changes nothing, and this can be
 * repeated: after the loss of a shard, or into shards of another number.
 *
 * @throws Error if a shard or the database does not take the rows of a file: call it again from the same place
 */
export async function restoreSkus(
  ctx: RestoreContext,
  wanted: (sku: string) => boolean,
  from: RestorePlace | null,
): Promise<Restored> {
  const parts = await partsFrom(ctx, from);
  if (from !== null && from.rows !== null && parts[0]?.key !== from.key)
    // the file has been merged with others of its date
    return restoreSkus(ctx, wanted, { date: from.date, key: "", rows: null });
  const done = { files: 0, rows: 0 };
  for (const part of parts) {
    await giveWay(ctx);
    const found = (await readPart(ctx, part)).filter(({ sku }) => sku !== null && wanted(String(sku)));
    const before = part.key === from?.key ? (from.rows ?? 0) : 0;
    const rows = await handOver(
      ctx,
      part.tableName as BatchKind,
      found.slice(before),
      ROWS_ENOUGH - done.rows,
    );
    done.files++;
    done.rows += rows;
    const isWhole = before + rows === found.length;
    const place = { date: part.date, key: part.key, rows: isWhole ? null : before + rows };
    if (done.rows >= ROWS_ENOUGH || done.files === FILES_MAX) return { ...done, next: place };
  }
  return { ...done, next: null };
}

/** The next files that hold posted rows. */
function partsFrom({ db }: RestoreContext, from: RestorePlace | null) {
  const { date, key, tableName, replacedAt } = lakeParts;
  const isHere = from && (from.rows === null ? gt : gte)(key, from.key);
  const isAfter = from && or(gt(date, from.date), and(eq(date, from.date), isHere ?? undefined));
  return db
    .select()
    .from(lakeParts)
    .where(and(inArray(tableName, [...BATCH_KINDS]), isNull(replacedAt), isAfter ?? undefined))
    .orderBy(asc(date), asc(key))
    .limit(FILES_MAX);
}

/** Hands over the rows of a file, at most `enough` of them, a few at a time. Answers how many. */
async function handOver(
  ctx: RestoreContext,
  kind: BatchKind,
  rows: readonly LakeRow[],
  enough: number,
): Promise<number> {
  const most = Math.min(rows.length, enough);
  for (let start = 0; start < most; start += ROWS_TOGETHER) {
    await giveWay(ctx);
    await handOverTogether(ctx, kind, rows.slice(start, Math.min(most, start + ROWS_TOGETHER)));
  }
  return most;
}

async function handOverTogether(
  { d1, ports, now }: DeliveryContext,
  kind: BatchKind,
  rows: readonly LakeRow[],
): Promise<void> {
  const skus = new Set(rows.map(({ sku }) => String(sku)));
  const context = await loadIngestContext(d1, { skus, gtins: new Set(), changed: skus }, now);
  const shardOf = await ports.shards.addresses();
  const deliveries = [...Map.groupBy(rows, chunkName).values()].map((group) =>
    deliveryOf(kind, group, shardOf),
  );
  const clock = { now, timeZone: context.settings.timeZone };
  const observed = await observeShards(ports.shards, deliveries, context, now);
  const projected = await projectDeliveries(d1, observed.deliveries, observed.present, clock);
  const failed = projected.deliveries.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) throw failed.failure;
}

function chunkName({ source, batch, chunk }: LakeRow): string {
  return JSON.stringify([source, batch, chunk]);
}

/** The rows of one chunk as they came first. */
function deliveryOf(kind: BatchKind, rows: readonly LakeRow[], shardOf: (sku: string) => number): Delivery {
  const [first] = rows as [LakeRow];
  const source = String(first.source);
  const ref = { batchKey: batchKeyOf(source, kind, String(first.batch)), chunk: Number(first.chunk) };
  const head = { source, receivedAt: Number(first.received_at) };
  const shares = [...Map.groupBy(rows, ({ sku }) => shardOf(String(sku)))].map(([shard, group]) => {
    const typed = group.map((row) => postedRowOf(kind, row));
    const chunk = { kind, chunkId: chunkIdOf(ref), ...head, rows: typed } as ShardChunk;
    return { shard, skus: new Set(typed.map(({ sku }) => sku)), chunk };
  });
  return {
    body: { type: kind, inbox: 0, ...ref, ...head, rows: [] },
    ...{ shares, visits: null, unmatched: [], verdicts: [], warnings: [], outcome: null },
  };
}
