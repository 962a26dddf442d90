import { INBOX_COUNT, shardOf } from "../domain/base/sharding.ts";
import { packText, utf8Length } from "../domain/delivery/chunking.ts";
import { sumChunks } from "../domain/delivery/receipt.ts";
import { type BatchToAccept, batchKeyOf, type PackedBatch, type Receipt } from "../domain/messages/batch.ts";
import type { ChunkToSend } from "../services/queues.ts";
import type { ChunkBody, StoredChunk } from "./inbox-store.ts";

/** The forms that a batch has on its way: cut into chunks, as messages, and summed up as a receipt. */

export function packed({ rows, ...head }: BatchToAccept): PackedBatch {
  return { ...head, chunks: packText(rows), received: rows.length };
}

export function chunkHead(from: Omit<ChunkBody, "rows">): ChunkToSend["head"] {
  const { source, batchId, chunk, kind, receivedAt, trace } = from;
  const inbox = shardOf(batchId, INBOX_COUNT);
  const traced = trace === undefined ? {} : { trace };
  return {
    type: kind,
    inbox,
    batchKey: batchKeyOf(source, kind, batchId),
    chunk,
    source,
    receivedAt,
    ...traced,
  };
}

export function resent(body: ChunkBody): ChunkToSend {
  return { head: chunkHead(body), rows: body.rows, bytes: utf8Length(body.rows) };
}

export function receipt(chunks: StoredChunk[]): Receipt {
  const [{ source, batchId, kind, receivedAt }] = chunks as [StoredChunk];
  return { batchId, source, kind, receivedAt, ...sumChunks(chunks) };
}
