import { and, asc, eq, gt, inArray, isNull, or } from "drizzle-orm";
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

/** Files of one call, and rows from which on it begins no other file: they bound its work. */
const FILES_MAX = 10;
const ROWS_ENOUGH = 50_000;

/** Rows that are handed over together: other requests have their turn in between. */
const ROWS_TOGETHER = 5_000;

/** Where a restore has come to: the file that was read last, in the order of dates. */
export interface RestorePlace {
  date: string;
  key: string;
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
  const { date, key } = lakeParts;
  const isAfter = from && or(gt(date, from.date), and(eq(date, from.date), gt(key, from.key)));
  const parts = await ctx.db
    .select()
    .from(lakeParts)
    .where(
      and(inArray(lakeParts.tableName, [...BATCH_KINDS]), isNull(lakeParts.replacedAt), isAfter ?? undefined),
    )
    .orderBy(asc(date), asc(key))
    .limit(FILES_MAX);
  let rows = 0;
  const read: typeof parts = [];
  for (const part of parts) {
    if (rows >= ROWS_ENOUGH) break;
    await giveWay(ctx);
    const found = (await readPart(ctx, part)).filter(({ sku }) => sku !== null && wanted(String(sku)));
    if (found.length > 0) await handOver(ctx, part.tableName as BatchKind, found);
    rows += found.length;
    read.push(part);
  }
  const last = read.at(-1);
  const isEnd = last === undefined || (read.length === parts.length && parts.length < FILES_MAX);
  return { files: read.length, rows, next: isEnd ? null : { date: last.date, key: last.key } };
}

async function handOver(ctx: RestoreContext, kind: BatchKind, rows: readonly LakeRow[]): Promise<void> {
  let together: LakeRow[][] = [];
  let count = 0;
  for (const chunk of Map.groupBy(rows, chunkName).values()) {
    together.push(chunk);
    count += chunk.length;
    if (count < ROWS_TOGETHER) continue;
    await handOverChunks(ctx, kind, together);
    await giveWay(ctx);
    together = [];
    count = 0;
  }
  if (count > 0) await handOverChunks(ctx, kind, together);
}

async function handOverChunks(
  { d1, ports, now }: DeliveryContext,
  kind: BatchKind,
  chunks: readonly (readonly LakeRow[])[],
): Promise<void> {
  const rows = chunks.flat();
  const skus = new Set(rows.map(({ sku }) => String(sku)));
  const context = await loadIngestContext(d1, { skus, gtins: new Set(), changed: skus }, now);
  const shardOf = await ports.shards.addresses();
  const deliveries = chunks.map((group) => deliveryOf(kind, group, shardOf));
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
